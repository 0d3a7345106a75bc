"""Two decoders over one utterance: a grammar of the expected sentences, and free speech to check it by.

A grammar alone takes any speech for its nearest sentence. So what it hears is believed only if the free decoder,
which knows no expectations, heard something that sounds alike, at the same places; and if, of the sentence and
itself with one word left out, the sound fits the sentence best.
Runs in a process of its own (see `ears`): pocketsphinx keeps Python's lock while it works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import soxr
from pocketsphinx import Config, Decoder, get_model_path

from tutor_tui.core import pcm
from tutor_tui.offline.grammar import jsgf
from tutor_tui.offline.sounds import sound_distance

EAR_RATE_HZ = 16_000
FAREST_SOUND = 0.65
"""Distance in sounds (0 alike, 1 nothing in common) up to which the free hypothesis supports the grammar's."""
MOST_UNEXPLAINED = 0.25
"""Share of freely heard speech that the grammar's sentence may pass over as noise."""
LONGEST_RECHECK_S = 6.0
"""Longer utterances are not tried against their shorter selves: it would take more than 60 ms."""
_GRAMMAR = "expected"
_RECHECK = "recheck"
_NOT_A_WORD = re.compile(r"<.*|\[.*|\+.*|\(NULL\)")
_VARIANT = re.compile(r"\(\d+\)$")


class Recogniser:
    """Understands English, one utterance after the other."""

    def __init__(self) -> None:
        dictionary = get_model_path("en-us/cmudict-en-us.dict")
        # compallsen: all sound models are scored in every frame, so that both decoders' scores are comparable.
        self._grammar = Decoder(Config(loglevel="FATAL", lm=None, dict=dictionary))
        # The second and third pass cost up to half a second after the end of speech, and on the human recordings of
        # tests/audio_samples they make as many mistakes as the first alone (word error rate 0.39 against 0.31).
        self._free = Decoder(Config(loglevel="FATAL", fwdflat=False, bestpath=False))
        self._sentences: dict[str, str] = {}
        self._listening = False
        self._sound = bytearray()

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
        if self._sentences:
            self._grammar.end_utt()
            words = _words(self._grammar)
            if words in self._sentences and self._believes(words, freely):
                return self._sentences[words], True
        return freely, False

    def _believes(self, words: str, freely: str) -> bool:
        distance = sound_distance(self._sounds(words), self._sounds(freely))
        return distance <= FAREST_SOUND and self._unexplained() <= MOST_UNEXPLAINED and self._fits_best(words)

    def _sounds(self, words: str) -> list[str]:
        return [sound for word in words.split() for sound in (self._free.lookup_word(word) or "").split()]

    def _unexplained(self) -> float:
        """Share of the free decoder's words that lie where the grammar heard only noise."""
        spoken, explained = _frames(self._free), _frames(self._grammar)
        return len(spoken - explained) / max(1, len(spoken))

    def _fits_best(self, words: str) -> bool:
        """Whether the sentence fits the sound better than itself with any one word left out."""
        parts = words.split()
        if len(parts) < 2 or len(self._sound) > LONGEST_RECHECK_S * EAR_RATE_HZ * pcm.SAMPLE_BYTES:
            return True
        shorter = [" ".join(parts[:left] + parts[left + 1 :]) for left in range(len(parts))]
        self._grammar.add_jsgf_string(_RECHECK, jsgf([words, *shorter]))
        self._grammar.activate_search(_RECHECK)
        self._grammar.start_utt()
        self._grammar.process_raw(bytes(self._sound), False, True)
        self._grammar.end_utt()
        return _words(self._grammar) == words


def _plain(sentence: str) -> str:
    """As the dictionary spells: lower case, no marks but the apostrophe."""
    return " ".join(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*'?", sentence.casefold().replace("’", "'")))


def _words(decoder: Decoder) -> str:
    hypothesis = decoder.hyp()
    return str(hypothesis.hypstr) if hypothesis else ""


def _frames(decoder: Decoder) -> set[int]:
    """The 10 ms frames that words cover."""
    return {
        frame
        for segment in decoder.seg() or ()
        if not _NOT_A_WORD.fullmatch(segment.word)
        for frame in range(segment.start_frame, segment.end_frame + 1)
    }
