"""Was it one of the expected sentences of any language? By their phones, which are given as English ones.

Two recognisers of English sounds listen, and err in different ways: hama's network, and the acoustic model that
pocketsphinx brings. Together they leave a few sentences to choose from; each of these is laid over the sound, phone by
phone, and what both make of it says how likely it was said. Where there is no hama, the model does it alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.own_language import own_language
from tutor_tui.offline_server.phones import Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.stt import acoustic_model, phone_posteriors
from tutor_tui.offline_server.stt.acoustic_model import Likelihoods
from tutor_tui.offline_server.stt.evidence import ALONE, TOGETHER, Evidence, doubt, is_clear, log_odds, match_of
from tutor_tui.offline_server.stt.lenience import leniently
from tutor_tui.offline_server.stt.sentence_fit import PhoneFit, fits
from tutor_tui.offline_server.stt.sentence_graph import best_likelihoods, freely, graph_of, log_likelihoods, numbers
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, cut_to_speech, most_within_250_ms
from tutor_tui.offline_server.stt.word_losses import losses_per_phone

LONGEST_S = 20
"""Longer speech is no expected sentence: the longest of our lessons takes half of that, said slowly."""
SHORTEST_WORD_FRAMES = 12
"""A shorter word is judged as if it were so long: a few bad frames say nothing."""
STRETCH = 5
"""Phones in a row that have to fit, too: an ending that many sentences share says nothing of their beginnings."""
CANDIDATES = 8
"""So many sentences are looked at closely."""
RIVAL = 1.2
"""A sentence is a rival of one whose log odds are higher by this much at most. Of 120 calibration sentences one in
three that was heard rightly then has a rival, and of those that were not, three in five have the right one among them.
"""

_Phones: TypeAlias = tuple[tuple[str, ...], ...]
"""Of a sentence, word by word."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class _Sentence:
    text: str
    words: tuple[Pronounced, ...]
    in_another_language: bool

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
        self._model = acoustic_model.load()
        self._posteriors = None if alone else phone_posteriors.load()
        self._weights = ALONE if self._posteriors is None else TOGETHER
        self._sentences: list[_Sentence] = []

    @property
    def parts(self) -> Sequence[str]:
        """The names of what it hears with."""
        return ("pocketsphinx", "hama") if self._posteriors else ("pocketsphinx",)

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these; those with words that nobody can read cannot be listened for, and of those that sound the
        same, only for the first.
        """
        by_phones: dict[_Phones, _Sentence] = {}
        for text in sentences:
            try:
                language = own_language(text) or self._language
                sentence = _Sentence(text, pronounce(text, language), language != self._language)
            except Unreadable:
                continue
            by_phones.setdefault(sentence.phones, sentence)
        self._sentences = list(by_phones.values())
        if self._sentences:
            self._graph = graph_of([[*chain.from_iterable(numbers(each.words))] for each in self._sentences])

    def hear(self, sound: NDArray[np.int16], looked: Hearing | None = None) -> Hearing:
        """What was said; `looked` is what `fit` made of it before its last silence."""
        return self.fit(sound, looked)

    def fit(self, sound: NDArray[np.int16], looked: Hearing | None = None) -> Hearing:
        """The expected sentence that fits a whole utterance best, if it does; mono at `EAR_RATE_HZ`.

        Takes about a tenth of the speech's length, most of it for hama; `looked`, what this said before, is the same.
        """
        if looked is not None:
            return looked
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
        likelihoods = self._model.of(speech)
        posteriors = self._heard(speech)
        per_phone = None if posteriors is None else self._per_phone(posteriors)
        order = np.argsort(-self._at_first_sight(likelihoods, per_phone))[:CANDIDATES]
        candidates = [self._sentences[at] for at in order]
        phones = [numbers(each.words) for each in candidates]
        losses = (
            [None] * len(phones)
            if posteriors is None
            else losses_per_phone(phones, leniently(posteriors, self._language))
        )
        found = [
            self._found(sentence, fit, loud, None if per_phone is None else float(per_phone[at]), loss)
            for at, sentence, fit, loss in zip(order, candidates, fits(phones, likelihoods), losses, strict=True)
            if fit is not None
        ]
        if not found:
            return Found()
        found.sort(key=lambda each: each.odds, reverse=True)
        return replace(found[0], rivals=tuple(_rivals(found)))

    def _heard(self, speech: NDArray[np.int16]) -> NDArray[np.float32] | None:
        """The phones that hama hears, if it does."""
        posteriors = self._posteriors.of(speech) if self._posteriors else None
        return posteriors if posteriors is not None and len(posteriors) else None

    def _per_phone(self, posteriors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of each sentence its likelihood by hama, beside that of any phones at all and per phone."""
        heard = leniently(posteriors)
        return (log_likelihoods(self._graph, heard) - freely(heard)) / self._graph.lengths

    def _at_first_sight(self, likelihoods: Likelihoods, per_phone: NDArray[np.float64] | None) -> NDArray[np.floating]:
        """Of each sentence what both say of it as a whole: the higher the likelier."""
        per_frame = self._weights.per_frame * best_likelihoods(self._graph, likelihoods) / len(likelihoods)
        return per_frame if per_phone is None else per_frame + self._weights.per_phone * per_phone

    def _found(
        self,
        sentence: _Sentence,
        words: Sequence[Sequence[PhoneFit]],
        loud: NDArray[np.bool_],
        per_phone: float | None,
        losses: NDArray[np.float64] | None,
    ) -> Found:
        """How likely a sentence was said that lies over the sound as `words` do."""
        phones = [*chain.from_iterable(words)]
        left_out = loud.copy()
        for word in words:
            left_out[word[0].first_frame : word[-1].end_frame] = False
        fit = [_per_frame(word, SHORTEST_WORD_FRAMES) for word in words]
        evidence = Evidence(
            phones=len(phones),
            per_frame=_per_frame(phones),
            worst_word=min(fit),
            worst_stretch=min(_per_frame(phones[at : at + STRETCH]) for at in range(max(1, len(phones) - STRETCH + 1))),
            left_out_frames=most_within_250_ms(left_out),
            per_phone=per_phone,
            worst_doubt=0.0 if losses is None else max(map(doubt, losses.tolist(), fit)),
            in_another_language=sentence.in_another_language,
        )
        heard = [HeardWord(word.text, is_clear(each)) for word, each in zip(sentence.words, fit, strict=True)]
        return Found(sentence, log_odds(evidence), tuple(heard))


def _per_frame(phones: Sequence[PhoneFit], least_frames: int = 1) -> float:
    """How well they fit: a natural logarithm, 0 at best."""
    frames = sum(phone.end_frame - phone.first_frame for phone in phones)
    return sum(phone.likelihood for phone in phones) / max(frames, least_frames)


def _rivals(found: Sequence[Found]) -> Iterator[_Sentence]:
    """Of these, the likeliest first, those that may have been said instead of the first."""
    for each in found[1:]:
        if each.sentence is not None and each.odds >= found[0].odds - RIVAL:
            yield each.sentence
