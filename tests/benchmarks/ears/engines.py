"""The recognisers, each by itself and together, behind one way to ask: what do you hear, and how sure are you of it?"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.ears.sounds import Sound, for_a_lesson
from tutor_tui.core import pcm
from tutor_tui.core.extras import WHISPER_BASE
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.phones import Unreadable, pronounce
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.stt import whisper_model
from tutor_tui.offline_server.stt.evidence import match_of
from tutor_tui.offline_server.stt.expected_phones import ExpectedPhones
from tutor_tui.offline_server.stt.expected_speech import LEAST_SCORE, MOST_LEFT_OUT_FRAMES, ExpectedSpeech
from tutor_tui.offline_server.stt.lenience import leniently
from tutor_tui.offline_server.stt.phone_posteriors import PhonePosteriors, load
from tutor_tui.offline_server.stt.recogniser import Expected
from tutor_tui.offline_server.stt.second_opinion import is_certain
from tutor_tui.offline_server.stt.sentence_graph import freely, graph_of, log_likelihoods, numbers
from tutor_tui.offline_server.stt.whisper_decoder import Transcript, WhisperModel
from tutor_tui.offline_server.stt.whisper_listener import Listener
from tutor_tui.offline_server.stt.worker_pipe import NOTHING
from tutor_tui.speech.silero import SileroProbability

_PIECE_BYTES = pcm.bytes_of(32)


@dataclass(frozen=True, slots=True)
class Heard:
    """The sentence that fits best, whether it counts as said or not."""

    text: str = ""
    match: Match = Match.OTHER
    """By the shipped threshold."""
    score: float = -math.inf
    """The higher the surer; comparable between sentences and languages, and not between engines."""


class Engine(Protocol):
    """Hears one language."""

    def expect(self, sentences: Sequence[str]) -> None:
        """Listen for these."""
        ...

    def hear(self, sound: Sound) -> Heard:
        """What was said."""
        ...


class Phones:
    """Sentences of any language by their phones: pocketsphinx alone, or, as shipped, both together."""

    def __init__(self, language: str, *, alone: bool = False) -> None:
        if not alone and load() is None:
            raise LookupError("hama is missing")
        self._expected = ExpectedPhones(language, alone=alone)

    def expect(self, sentences: Sequence[str]) -> None:
        self._expected.expect(sentences)

    def hear(self, sound: Sound) -> Heard:
        found = self._expected.likeliest(sound)
        return Heard(found.sentence.text, match_of(found.odds), found.odds) if found.sentence else Heard()


class Hama:
    """The same by the network's phones alone. It has no threshold of its own."""

    def __init__(self, language: str, posteriors: PhonePosteriors) -> None:
        self._language = language
        self._posteriors = posteriors
        self._sentences: list[str] = []

    def expect(self, sentences: Sequence[str]) -> None:
        phones: dict[str, list[int]] = {}
        for text in sentences:
            with contextlib.suppress(Unreadable):
                phones[text] = [*chain.from_iterable(numbers(pronounce(text, self._language)))]
        self._sentences = list(phones)
        self._graph = graph_of(list(phones.values()))

    def hear(self, sound: Sound) -> Heard:
        posteriors = self._posteriors.of(sound)
        if not self._sentences or not len(posteriors):
            return Heard()
        heard = leniently(posteriors)
        per_phone = (log_likelihoods(self._graph, heard) - freely(heard)) / self._graph.lengths
        best = int(np.argmax(per_phone))
        return Heard(self._sentences[best], score=float(per_phone[best]))


class Dictionary:
    """English words, as an English lesson listens for them: pocketsphinx with its own dictionary."""

    def __init__(self) -> None:
        self._expected = ExpectedSpeech()

    def expect(self, sentences: Sequence[str]) -> None:
        self._expected.expect(sentences)

    def hear(self, sound: Sound) -> Heard:
        fit = self._expected.fit(sound, self._expected.fit(sound))
        score = fit.score - LEAST_SCORE if fit.left_out_frames <= MOST_LEFT_OUT_FRAMES else -math.inf
        return Heard(fit.words, Match.EXPECTED if fit.good else Match.OTHER, score)


class Joined:
    """As a lesson hears with the extra `[whisper]`: what is always installed, and Whisper where that is not certain;
    or Whisper by itself.
    """

    def __init__(self, language: str, first: Expected | None) -> None:
        self._language = language
        self._first = first
        self._listener = Listener(_whisper(), SileroProbability())

    def expect(self, sentences: Sequence[str]) -> None:
        if self._first is not None:
            self._first.expect(sentences)
        self._listener.expect(sentences)

    def hear(self, sound: Sound) -> Heard:
        first = self._first.hear(sound) if self._first is not None else NOTHING
        if is_certain(first):
            return _heard(first)
        self._listener.begin([self._language], "")
        heard_as_in_a_lesson = for_a_lesson(sound)
        for at in range(0, len(heard_as_in_a_lesson), _PIECE_BYTES):
            self._listener.feed(heard_as_in_a_lesson[at : at + _PIECE_BYTES])
        return _heard(self._listener.finish(first) or first)


def _heard(hearing: Hearing) -> Heard:
    score = -math.inf if hearing.log_odds is None else hearing.log_odds
    return Heard(hearing.text, hearing.match, score)


class _Remembered(WhisperModel):
    """What is said again while other sentences are listened for is not written down anew."""

    def __init__(self, model: WhisperModel) -> None:
        super().__init__(model._network, model._tokenizer)
        self._known: dict[tuple[bytes, tuple[str, ...], str], Transcript] = {}

    def transcribe(self, sound: NDArray[np.float32], languages: Sequence[str], prompt: str = "") -> Transcript:
        key = (sound.tobytes(), tuple(languages), prompt)
        if key not in self._known:
            self._known = {key: super().transcribe(sound, languages, prompt)}
        return self._known[key]


@cache
def _whisper() -> WhisperModel:
    """Raises `LookupError` where it is not installed."""
    try:
        return _Remembered(whisper_model.load(WHISPER_BASE, False, print))
    except Unavailable as missing:
        raise LookupError(str(missing)) from None


def _whisper_alone(language: str) -> Engine:
    return Joined(language, None)


def _joined_with_whisper(language: str) -> Engine:
    return Joined(language, ExpectedSpeech() if language == "en" else ExpectedPhones(language))


def _dictionary(language: str) -> Engine:
    if language != "en":
        raise LookupError(language)
    return Dictionary()


def _hama(language: str) -> Engine:
    if (posteriors := load()) is None:
        raise LookupError("hama is missing")
    return Hama(language, posteriors)


EngineOf = Callable[[str], Engine]
"""A recogniser of a language (ISO 639-1). Raises `LookupError` where it does not hear it, or is not there."""
ENGINES: Mapping[str, EngineOf] = {
    "dictionary": _dictionary,
    "pocketsphinx": partial(Phones, alone=True),
    "hama": _hama,
    "joined": Phones,
    "whisper": _whisper_alone,
    "joined with whisper": _joined_with_whisper,
}
"""What there is: English as it is heard in an English lesson, each recogniser of all languages, and, with the extra
`[whisper]`, Whisper alone and as it is asked in a lesson.
"""
