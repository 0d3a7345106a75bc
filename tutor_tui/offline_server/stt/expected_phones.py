"""Was it one of the expected sentences of any language? By their phones, which are given as English ones.

Two recognisers of English sounds listen, and err in different ways: hama leaves a few sentences to choose from, and
pocketsphinx says which of these fits best, and how much worse than any sounds at all. Where there is no hama,
pocketsphinx does it alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.doubt_phrases import language_of_answer
from tutor_tui.offline_server.lesson.requests import language_of_request
from tutor_tui.offline_server.phones import Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.stt import phone_posteriors
from tutor_tui.offline_server.stt.evidence import Evidence, is_clear, log_odds, match_of
from tutor_tui.offline_server.stt.grammar_decoder import GrammarDecoder, Span
from tutor_tui.offline_server.stt.grammar_network import PAUSE
from tutor_tui.offline_server.stt.lenience import leniently
from tutor_tui.offline_server.stt.sentence_graph import freely, graph_of, log_likelihoods, numbers
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, cut_to_speech, most_within_250_ms

LONGEST_S = 20
"""Longer speech is no expected sentence: the longest of our lessons takes half of that, said slowly."""
SHORTEST_WORD_FRAMES = 12
"""A shorter word is judged as if it were so long: a few bad frames say nothing."""
CANDIDATES = 8
"""So many sentences hama leaves to choose from."""
RIVAL = 0.3
"""A sentence is a rival of one that is likelier by this much at most: by hama, per phone, a natural logarithm."""

_Phones: TypeAlias = tuple[tuple[str, ...], ...]
"""Of a sentence, word by word."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class _Sentence:
    text: str
    words: tuple[Pronounced, ...]

    @property
    def phones(self) -> _Phones:
        return tuple(word.phones for word in self.words)


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A sentence that may have been said; none where nothing was."""

    sentence: _Sentence | None = None
    odds: float = -math.inf
    """As `log_odds`."""
    words: tuple[HeardWord, ...] = ()
    rivals: tuple[_Sentence, ...] = ()
    """Others that fit nearly as well, the likeliest first."""


class ExpectedPhones:
    """Knows the sentences that are expected, and no others."""

    def __init__(self, language: str, *, alone: bool = False) -> None:
        """`language` is that of the lesson: ISO 639-1. `alone`: without hama."""
        self._language = language
        self._decoder = GrammarDecoder(english_dictionary=False)
        self._posteriors = None if alone else phone_posteriors.load()
        self._sentences: list[_Sentence] = []

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these; those with words that nobody can read cannot be listened for, and of those that sound the
        same, only for the first.
        """
        by_phones: dict[_Phones, _Sentence] = {}
        for text in sentences:
            try:
                language = language_of_request(text) or language_of_answer(text) or self._language
                sentence = _Sentence(text, pronounce(text, language))
            except Unreadable:
                continue
            by_phones.setdefault(sentence.phones, sentence)
        self._sentences = list(by_phones.values())
        if self._sentences and self._posteriors is not None:
            self._graph = graph_of([[*chain.from_iterable(numbers(each.words))] for each in self._sentences])

    def hear(self, sound: NDArray[np.int16], looked: Hearing | None = None) -> Hearing:
        """What was said; `looked` is what `fit` made of it before its last silence."""
        return looked or self.fit(sound)

    def fit(self, sound: NDArray[np.int16]) -> Hearing:
        """The expected sentence that fits a whole utterance best, if it does; mono at `EAR_RATE_HZ`.

        Takes about a sixth of the speech's length.
        """
        found = self.likeliest(sound)
        match = match_of(found.odds)
        if found.sentence is None or match is Match.OTHER:
            return Hearing()
        rivals = tuple(rival.text for rival in found.rivals)
        return Hearing(found.sentence.text, match, found.words, rivals, log_odds=found.odds)

    def likeliest(self, sound: NDArray[np.int16]) -> Found:
        """The same, whether it fits or not."""
        speech, loud = cut_to_speech(sound)
        if not self._sentences or not 0 < len(speech) <= LONGEST_S * EAR_RATE_HZ:
            return Found()
        utterance = _Utterance(self._decoder, speech, loud)
        if self._posteriors is None:
            return utterance.best_of(dict.fromkeys(self._sentences))
        posteriors = self._posteriors.of(speech)
        if not len(posteriors):
            return Found()
        heard = leniently(posteriors)
        per_phone = (log_likelihoods(self._graph, heard) - freely(heard)) / self._graph.lengths
        order = np.argsort(-per_phone)[:CANDIDATES]
        candidates = {self._sentences[at]: float(per_phone[at]) for at in order}
        found = utterance.best_of(candidates)
        likeliest = self._sentences[order[0]]
        if found.sentence is not likeliest:
            found = max(found, utterance.best_of({likeliest: candidates[likeliest]}), key=lambda each: each.odds)
        return replace(found, rivals=tuple(_rivals(found, candidates)))


def _rivals(found: Found, candidates: Mapping[_Sentence, float]) -> Iterator[_Sentence]:
    """Of `candidates` with their likelihoods, the likeliest first, those that may have been said instead."""
    if found.sentence is not None:
        least = candidates[found.sentence] - RIVAL
        yield from (each for each, per_phone in candidates.items() if each is not found.sentence and per_phone >= least)


class _Utterance:
    """What pocketsphinx makes of one."""

    def __init__(self, decoder: GrammarDecoder, speech: NDArray[np.int16], loud: NDArray[np.bool_]) -> None:
        self._decoder = decoder
        self._speech = speech
        self._loud = loud
        self._any_sounds = np.array(decoder.any_sounds(speech))

    def best_of(self, candidates: Mapping[_Sentence, float | None]) -> Found:
        """The sentence that fits best; each comes with its likelihood by hama, per phone."""
        named = {tuple(map(self._decoder.word_of, sentence.phones)): sentence for sentence in candidates}
        self._decoder.listen_for(named)
        spans = [span for span in self._decoder.decode(self._speech) if span.word != PAUSE]
        sentence = named.get(tuple(span.word for span in spans))
        if sentence is None:  # none was followed to its end
            return Found()
        ratios = [self._ratio(span) for span in spans]
        per_word = [ratio / max(span.frames, SHORTEST_WORD_FRAMES) for ratio, span in zip(ratios, spans, strict=True)]
        per_frame = sum(ratios) / sum(span.frames for span in spans)
        phones = sum(map(len, sentence.phones))
        evidence = Evidence(phones, per_frame, min(per_word), self._left_out_frames(spans), candidates[sentence])
        words = [HeardWord(word.text, is_clear(fit)) for word, fit in zip(sentence.words, per_word, strict=True)]
        return Found(sentence, log_odds(evidence), tuple(words))

    def _ratio(self, span: Span) -> float:
        """How much likelier the word is than any sounds at all: a natural logarithm."""
        return span.likelihood - float(self._any_sounds[span.first_frame : span.last_frame + 1].sum())

    def _left_out_frames(self, spans: Sequence[Span]) -> int:
        """Loud frames that are in no word."""
        left_out = self._loud.copy()
        for span in spans:
            left_out[span.first_frame : span.last_frame + 1] = False
        return most_within_250_ms(left_out)
