"""Two decoders over one utterance: a grammar of the expected sentences, and free speech to check it by.

A grammar alone takes any speech for its nearest sentence. So what it hears is believed only if the free decoder,
which knows no expectations, heard something that sounds alike, at the same places; and if it stands a second look
(see `doubt`).
Runs in a process of its own (see `ears`): pocketsphinx keeps Python's lock while it works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import soxr
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder, get_model_path

from tutor_tui.core import pcm
from tutor_tui.offline.doubt import END, START, second_look
from tutor_tui.offline.grammar import jsgf
from tutor_tui.offline.sounds import sound_distance

EAR_RATE_HZ = 16_000
FARTHEST_SOUND = 0.7
"""Distance in sounds (0 alike, 1 nothing in common) up to which the free hypothesis supports the grammar's."""
MOST_UNEXPLAINED = 0.25
"""Share of freely heard speech that the grammar's sentence may pass over as noise."""
LONG_WORD_FRAMES = 20
MISSED_SHARE = 0.8
"""A freely heard word of 200 ms or more that the sentence misses to this share is a word too many."""
LONGEST_SECOND_LOOK_S = 6.0
"""It costs 1.5 % of the utterance's length. Longer utterances have sounds enough to be told apart without it."""
_COMMON = {"loglevel": "FATAL", "dither": True, "seed": 1}
"""Dither, because digital silence (a muted microphone) has no logarithm; seeded, to hear the same every time."""
LOOK_AHEAD_MS = 200
"""After so much quiet the second look is taken in advance; server VAD waits longer than that before a turn ends."""
_TAIL_BYTES = LOOK_AHEAD_MS * EAR_RATE_HZ * pcm.SAMPLE_BYTES // 1000
QUIET_SHARE = 0.1
"""Quieter than this share (−20 dB) of the utterance's loudest piece is quiet."""
_GRAMMAR = "expected"
_NOT_A_WORD = re.compile(r"<.*|\[.*|\+.*|\(NULL\)")


class Recogniser:
    """Understands English, one utterance after the other."""

    def __init__(self) -> None:
        dictionary = get_model_path("en-us/cmudict-en-us.dict")
        self._grammar = Decoder(Config(**_COMMON, lm=None, dict=dictionary))
        # The second and third pass cost up to half a second after the end of speech, and on the human recordings of
        # tests/audio_samples they make as many mistakes as the first alone (word error rate 0.39 against 0.31).
        self._free = Decoder(Config(**_COMMON, fwdflat=False, bestpath=False))
        self._doubt = Decoder(Config(**_COMMON, lm=None, dict=dictionary))
        self._sentences: dict[str, str] = {}
        self._listening = False
        self._sound = bytearray()
        self._speech_bytes = 0
        """How much of the sound there was when it was last not quiet."""
        self._loudest = 0.0
        self._quiet_ms = 0.0
        self._looked: tuple[str, str, str] = ("", "", "")
        """The last second look: the sentence, what was freely heard, and which of them it settled for."""

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these in the next utterance; those with words that the dictionary lacks cannot be listened for."""
        plain = {_plain(sentence): sentence for sentence in sentences}
        self._sentences = {words: sentence for words, sentence in plain.items() if self._knows(words)}
        if self._sentences:
            self._grammar.add_jsgf_string(_GRAMMAR, jsgf(self._sentences))

    def _knows(self, words: str) -> bool:
        return bool(words) and all(self._grammar.lookup_word(word) for word in words.split())

    def begin(self) -> None:
        """A new utterance; one that was not finished is forgotten."""
        if self._listening:
            self.finish()
        self._resampler = soxr.ResampleStream(pcm.RATE_HZ, EAR_RATE_HZ, 1, dtype="int16")
        self._sound.clear()
        self._loudest, self._quiet_ms, self._looked = 0.0, 0.0, ("", "", "")
        if self._sentences:
            self._grammar.activate_search(_GRAMMAR)
            self._grammar.start_utt()
        self._free.start_utt()
        self._listening = True

    def feed(self, sound: bytes, *, last: bool = False) -> None:
        """More of it: 24 kHz mono s16, an even number of bytes."""
        if not self._listening:
            return
        samples = np.frombuffer(sound, dtype="<i2")
        heard = self._resampler.resample_chunk(samples, last=last).astype("<i2").tobytes()
        if not heard:  # an empty buffer is an IndexError in pocketsphinx
            return
        self._sound += heard
        if self._sentences:
            self._grammar.process_raw(heard, False, False)
        self._free.process_raw(heard, False, False)
        self._look_ahead(samples)

    def _look_ahead(self, samples: NDArray[np.int16]) -> None:
        """Use the learner's silence: take the second look while the turn's end is still being waited for."""
        if not samples.size:
            return
        loudness = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        self._loudest = max(self._loudest, loudness)
        was_quiet_ms = self._quiet_ms
        if loudness < QUIET_SHARE * self._loudest:
            self._quiet_ms += pcm.ms_of(samples.nbytes)
        else:
            self._quiet_ms, self._speech_bytes = 0.0, len(self._sound)
        if was_quiet_ms < LOOK_AHEAD_MS <= self._quiet_ms and (words := _words(self._grammar)) in self._sentences:
            self._second_look(words, _words(self._free))

    def partial(self) -> str:
        """The freely heard words so far."""
        return _words(self._free) if self._listening else ""

    def finish(self) -> tuple[str, bool]:
        """What was said, and whether it is one of the expected sentences."""
        if not self._listening:
            return "", False
        self.feed(b"", last=True)
        self._listening = False
        self._free.end_utt()
        freely = _words(self._free)
        if not self._sentences:
            return freely, False
        self._grammar.end_utt()
        words = _words(self._grammar)
        if words not in self._sentences or not self._supported(words, freely):
            return freely, False
        heard = self._second_look(words, freely)
        return (self._sentences[words], True) if heard == words else (heard, False)

    def _supported(self, words: str, freely: str) -> bool:
        """Whether the free hypothesis sounds like `words`, and has nothing to say where the grammar heard noise."""
        distance = sound_distance(self._sounds(words), self._sounds(freely))
        return distance <= FARTHEST_SOUND and self._explains_speech()

    def _sounds(self, words: str) -> list[str]:
        return [sound for word in words.split() for sound in (self._free.lookup_word(word) or "").split()]

    def _explains_speech(self) -> bool:
        """Whether the grammar's words cover what the free decoder took for words."""
        explained = {frame for word in _spans(self._grammar) for frame in word}
        heard = _spans(self._free)
        missed = [len(set(word) - explained) for word in heard]
        whole_words = zip(heard, missed, strict=True)
        if any(len(word) >= LONG_WORD_FRAMES and gap >= MISSED_SHARE * len(word) for word, gap in whole_words):
            return False
        return sum(missed) <= MOST_UNEXPLAINED * max(1, sum(map(len, heard)))

    def _second_look(self, words: str, freely: str) -> str:
        """Which fits the sound best: `words`, or one of the sentences it may have been taken for?"""
        sound = bytes(self._sound[: self._speech_bytes + _TAIL_BYTES])
        if len(sound) > LONGEST_SECOND_LOOK_S * EAR_RATE_HZ * pcm.SAMPLE_BYTES:
            return words
        if self._looked[:2] != (words, freely):
            network = self._doubt.create_fsg(_GRAMMAR, START, END, second_look(words, freely))
            self._doubt.add_fsg(_GRAMMAR, network)
            self._doubt.activate_search(_GRAMMAR)
            self._doubt.start_utt()
            self._doubt.process_raw(sound, False, True)
            self._doubt.end_utt()
            self._looked = words, freely, _words(self._doubt) or freely
        return self._looked[2]


def _plain(sentence: str) -> str:
    """As the dictionary spells: lower case, no marks but the apostrophe."""
    return " ".join(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*'?", sentence.casefold().replace("’", "'")))


def _words(decoder: Decoder) -> str:
    hypothesis = decoder.hyp()
    return str(hypothesis.hypstr) if hypothesis else ""


def _spans(decoder: Decoder) -> list[range]:
    """The 10 ms frames of each word."""
    return [
        range(segment.start_frame, segment.end_frame + 1)
        for segment in decoder.seg() or ()
        if not _NOT_A_WORD.fullmatch(segment.word)
    ]
