"""One utterance after the other: where in it there is a voice, what Whisper makes of that, and whether it was expected.

Whisper writes words for noise, too. So it is shown only what voice activity detection takes for a voice, and what
it then makes up (`made_up_words`) is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import soxr
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import HeardWord, Hearing
from tutor_tui.offline_server.stt.expected_sentences import ExpectedSentences
from tutor_tui.offline_server.stt.made_up_words import is_made_up
from tutor_tui.offline_server.stt.mel import RATE_HZ
from tutor_tui.offline_server.stt.whisper_decoder import LONGEST_S, TimedWord, Transcript, WhisperModel
from tutor_tui.speech.vad import Probability, SpeechDetector, Started, Stopped, VoiceRules

_RULES = VoiceRules(threshold=0.5, prefix_padding_ms=300, silence_ms=200)
"""A pause of so long is used for a look at what was said so far: server VAD waits longer before a turn ends."""
_LONGEST_LOOK_MS = 10_000
"""In a longer turn pauses pass: to hear all of it again at each of them would leave this process behind the learner."""
_PADDING_MS = 300
"""Sound kept around the voice: a quiet first consonant or last syllable is among it."""
_SHORTEST_PIECE_S = 20
"""A longer recording is cut at its quietest moment between so many seconds and `LONGEST_S`."""
_QUIET_MS = 100
CLEAR = 0.5
"""A word that Whisper holds for less likely may have been another."""


class Listener:
    """Listens to one learner."""

    def __init__(self, model: WhisperModel, probability: Probability) -> None:
        self._model = model
        self._probability = probability
        self._expected = ExpectedSentences()
        self._languages: Sequence[str] = ()
        self._prompt = ""
        self.begin((), "")

    def expect(self, sentences: Sequence[str]) -> None:
        """Compare the next utterances with these."""
        self._expected.expect(sentences)

    def begin(self, languages: Sequence[str], prompt: str) -> None:
        """A new utterance, in the first of `languages` if another does not fit clearly better."""
        self._languages, self._prompt = languages, prompt
        self._detector = SpeechDetector(self._probability)
        self._sound = bytearray()
        self._begin_ms: int | None = None
        """Where the first voice was."""
        self._end_ms = self._voice_ms = 0
        """Where the last one ended, and how much there was in all."""
        self._looked: Hearing | None = None
        """What was said up to the present pause."""
        for lesson in languages[:1]:
            self._expected.prepare(lesson)

    def feed(self, sound: bytes) -> None:
        """More of it: 24 kHz mono s16. A pause is used for a look at what was said so far."""
        self._sound += sound
        for _, edge in self._detector.feed(sound, _RULES):
            match edge:
                case Started(at_ms):
                    self._begin_ms = at_ms if self._begin_ms is None else self._begin_ms
                    self._voice_from_ms, self._looked = at_ms, None
                case Stopped(at_ms):
                    self._stopped(at_ms - _RULES.silence_ms)
        if self._looked is None and self._begin_ms is not None and self._pauses(self._begin_ms):
            self._looked = self._hearing()

    def _pauses(self, begin_ms: int) -> bool:
        return not self._detector.speaking and self._end_ms - begin_ms <= _LONGEST_LOOK_MS

    def _stopped(self, at_ms: int) -> None:
        self._end_ms = at_ms
        self._voice_ms += at_ms - self._voice_from_ms

    def finish(self) -> Hearing:
        """What was said."""
        if self._detector.speaking:
            self._stopped(self._detector.now_ms)
            self._detector.reset()
        if self._begin_ms is None:
            return Hearing()
        return self._looked or self._hearing()

    def _hearing(self) -> Hearing:
        begin_ms = max(0, (self._begin_ms or 0) - _PADDING_MS)
        sound = bytes(self._sound[pcm.bytes_of(begin_ms) : pcm.bytes_of(self._end_ms + _PADDING_MS)])
        samples, lesson = _samples(sound), self._languages[:1]
        said = self._transcript(samples, self._languages)
        if said is None:
            return Hearing()
        # A strong accent may sound like another language: then the lesson's has a try of its own.
        strayed = self._expected and said.language not in ("", *lesson)
        here = self._transcript(samples, lesson) if strayed else said
        if here and (found := self._expected.match(here.text, here.language or "en")):
            return replace(found, language=here.language)
        words = tuple(
            HeardWord(word.text, word.probability >= CLEAR, begin_ms + word.begin_ms, begin_ms + word.end_ms)
            for word in said.words
        )
        return Hearing(said.text, words=words, language=said.language)

    def _transcript(self, sound: NDArray[np.float32], languages: Sequence[str]) -> Transcript | None:
        """All that was said in `sound`, piece by piece; None where nobody said anything."""
        told: list[Transcript] = []
        share = self._voice_ms / 1_000 / max(1, len(sound))
        for begin, end in _pieces(sound):
            prompt = told[-1].text if told else self._prompt
            said = self._model.transcribe(sound[begin:end], languages, prompt)
            if said.text and not is_made_up(said, share * (end - begin)):
                told.append(replace(said, words=tuple(_later(word, begin) for word in said.words)))
        if not told:
            return None
        words = tuple(word for each in told for word in each.words)
        return replace(told[0], text=" ".join(each.text for each in told), words=words)


def _samples(sound: bytes) -> NDArray[np.float32]:
    """24 kHz s16 as 16 kHz from −1 to 1."""
    samples = np.frombuffer(sound[: len(sound) & ~1], dtype="<i2").astype(np.float32) / 32_768
    return np.asarray(soxr.resample(samples, pcm.RATE_HZ, RATE_HZ), dtype=np.float32)


def _pieces(sound: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Where to cut, in samples: in the quietest moment that leaves a piece for each window."""
    pieces = []
    begin = 0
    quiet = _QUIET_MS * RATE_HZ // 1_000
    while len(sound) - begin > LONGEST_S * RATE_HZ:
        first, last = begin + _SHORTEST_PIECE_S * RATE_HZ, begin + LONGEST_S * RATE_HZ
        loudness = np.abs(sound[first:last]).reshape(-1, quiet).mean(axis=1)
        cut = first + int(np.argmin(loudness)) * quiet + quiet // 2
        pieces.append((begin, cut))
        begin = cut
    return [*pieces, (begin, len(sound))]


def _later(word: TimedWord, samples: int) -> TimedWord:
    ms = samples * 1_000 // RATE_HZ
    return replace(word, begin_ms=word.begin_ms + ms, end_ms=word.end_ms + ms)
