"""One utterance after the other: where in it there is a voice, what Whisper makes of that, and whether it was expected.

Whisper writes words for noise, too. So it is shown only what voice activity detection takes for a voice, and what
it then makes up (`made_up_words`) is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import soxr
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import HeardPiece, HeardWord, Hearing
from tutor_tui.offline_server.stt.expected_sentences import ExpectedSentences
from tutor_tui.offline_server.stt.made_up_words import is_made_up
from tutor_tui.offline_server.stt.mel import RATE_HZ
from tutor_tui.offline_server.stt.whisper_decoder import LONGEST_S, Transcript, WhisperModel
from tutor_tui.offline_server.stt.worker_pipe import NOTHING
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
        self._looked: _Said | None = None
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
            self._looked = self._transcribed()

    def _pauses(self, begin_ms: int) -> bool:
        return not self._detector.speaking and self._end_ms - begin_ms <= _LONGEST_LOOK_MS

    def _stopped(self, at_ms: int) -> None:
        self._end_ms = at_ms
        self._voice_ms += at_ms - self._voice_from_ms

    def finish(self, first: Hearing = NOTHING) -> Hearing | None:
        """What was said, where other recognisers have heard `first`; None where that cannot be improved upon, for
        somebody spoke, and none of Whisper's words are to be believed.
        """
        if self._detector.speaking:
            self._stopped(self._detector.now_ms)
            self._detector.reset()
        if self._begin_ms is None:
            return Hearing()
        said = self._looked or self._transcribed()
        if not said.pieces and first.text:
            return None
        found = [
            match
            for each in said.compared
            if (match := self._expected.match(each.text, each.language or "en", partial(self._fit, each), first))
        ]
        return max(found, key=lambda match: match.log_odds or 0.0, default=said.freely())

    def _fit(self, said: Transcript, sentence: str) -> float:
        return self._model.fit(said, sentence) - said.fit if said.encoded is not None else 0.0

    def _transcribed(self) -> _Said:
        begin_ms = max(0, (self._begin_ms or 0) - _PADDING_MS)
        sound = bytes(self._sound[pcm.bytes_of(begin_ms) : pcm.bytes_of(self._end_ms + _PADDING_MS)])
        samples, lesson = _samples(sound), self._languages[:1]
        pieces = self._believed(samples, self._languages)
        if not self._expected:
            return _Said(begin_ms, pieces)
        # A strong accent may sound like another language: then the lesson's has a try of its own.
        strayed = any(each.language not in ("", *lesson) for _, each in pieces[:1])
        compared = [pieces, *([self._believed(samples, lesson)] if strayed else [])]
        return _Said(begin_ms, pieces, [_joined(each) for each in compared if each])

    def _believed(self, sound: NDArray[np.float32], languages: Sequence[str]) -> list[tuple[int, Transcript]]:
        """All that was said in `sound`, piece by piece, each with its first sample; none where nobody said anything."""
        told: list[tuple[int, Transcript]] = []
        share = self._voice_ms / 1_000 / max(1, len(sound))
        for begin, end in _pieces(sound):
            prompt = told[-1][1].text if told else self._prompt
            said = self._model.transcribe(sound[begin:end], languages, prompt)
            if said.text and not is_made_up(said, share * (end - begin)):
                told.append((begin, said))
        return told


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class _Said:
    """Whisper's words for an utterance."""

    begin_ms: int
    """Where in the utterance the sound begins that it was shown."""
    pieces: Sequence[tuple[int, Transcript]]
    """Each with its first sample."""
    compared: Sequence[Transcript] = ()
    """All of it, as it is to be compared with what is expected: also in the language of the lesson."""

    def freely(self) -> Hearing:
        """As free speech."""
        words: list[HeardWord] = []
        pieces: list[HeardPiece] = []
        for first, said in self.pieces:
            at = self.begin_ms + _ms(first)
            words += (
                HeardWord(word.text, word.probability >= CLEAR, at + word.begin_ms, at + word.end_ms)
                for word in said.words
            )
            end = at + _ms(said.samples)
            worst = min((word.probability for word in said.words), default=0.0)
            pieces.append(HeardPiece(said.text, at, end, said.log_probability, said.no_speech, said.tokens, worst))
        text = " ".join(piece.text for piece in pieces)
        language = self.pieces[0][1].language if self.pieces else ""
        return Hearing(text, words=tuple(words), language=language, pieces=tuple(pieces))


def _joined(pieces: Sequence[tuple[int, Transcript]]) -> Transcript:
    """One transcript; that of several stands for no single sound."""
    told = [said for _, said in pieces]
    return told[0] if len(told) == 1 else replace(told[0], text=" ".join(each.text for each in told), encoded=None)


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


def _ms(samples: int) -> int:
    return samples * 1_000 // RATE_HZ
