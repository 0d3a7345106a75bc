"""The recognisers, each by itself and together, behind one way to ask: what do you hear, and how sure are you of it?"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Protocol

import numpy as np

from tests.benchmarks.ears.sounds import Sound
from tutor_tui.offline_server.hearing import Match
from tutor_tui.offline_server.phones import Unreadable, pronounce
from tutor_tui.offline_server.stt.evidence import match_of
from tutor_tui.offline_server.stt.expected_phones import ExpectedPhones
from tutor_tui.offline_server.stt.expected_speech import LEAST_SCORE, MOST_LEFT_OUT_FRAMES, ExpectedSpeech
from tutor_tui.offline_server.stt.lenience import leniently
from tutor_tui.offline_server.stt.phone_posteriors import PhonePosteriors, load
from tutor_tui.offline_server.stt.sentence_graph import freely, graph_of, log_likelihoods, numbers


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
        fit = self._expected.best_fit(sound)
        score = fit.score - LEAST_SCORE if fit.left_out_frames <= MOST_LEFT_OUT_FRAMES else -math.inf
        return Heard(fit.words, Match.EXPECTED if fit.good else Match.OTHER, score)


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
}
"""What there is: English as it is heard in an English lesson, and each recogniser of all languages."""
