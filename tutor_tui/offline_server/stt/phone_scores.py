"""Expected sentences by their phones: which fits the sound best, how well, and how well each of its words does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.phones import PHONES, Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.stt.phone_posteriors import BLANK, PhonePosteriors
from tutor_tui.offline_server.stt.sentence_graph import best_path, freely, graph_of, log_likelihoods, numbers

CANDIDATES = 5
_ALIKE_SHARE = 0.05
"""How much of a phone's likelihood those have that are taken for it."""
_ALIKE = """
B P, D T, G K, JH CH, Z S, ZH SH, V F, DH TH, DH D, TH T, TH S, L R, R D, R T, D L, B V, HH K, S SH, JH Y, Z JH, W V,
IY IH, UW UH, EH EY, EH AE, AE AA, AA AH, AO AA, AO OW, UH AH, AH IH, AH EH, OW UH, UW OW, EY IY, AY AA, AW AA, AH OW,
AH AO, N NG, N M, ER R, ER EH, ER UH
"""
"""What accents make of each other, and the network of sounds that English lacks."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class WordScore:
    """A word of a sentence."""

    text: str
    score: float
    """Log likelihood of a phone, on the average of the word's, less the best of all phones at the same time: 0 is the
    best there is.
    """
    begin: int
    end: int
    """Its frames, from the first to the one behind the last."""


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A sentence, and how well it fits."""

    sentence: str
    per_phone: float
    """As `WordScore.score`, of the whole sentence, with all that it leaves unexplained of the sound."""
    words: tuple[WordScore, ...] = ()
    """Of the best candidate alone."""


class PhoneScores:
    """Scores utterances. Used from one thread at a time."""

    def __init__(self, posteriors: PhonePosteriors) -> None:
        self._posteriors = posteriors
        self._sentences: list[tuple[str, tuple[Pronounced, ...]]] = []

    def expect(self, sentences: Iterable[str], language: str) -> None:
        """Sentences to score; those that nobody can read are left out."""
        self._sentences = []
        for sentence in sentences:
            try:
                self._sentences.append((sentence, pronounce(sentence, language)))
            except Unreadable:
                continue
        self._graph = graph_of([[*chain.from_iterable(numbers(words))] for _, words in self._sentences])

    def score(self, sound: NDArray[np.int16]) -> list[Candidate]:
        """The best few candidates for a whole utterance, by their likelihood per phone, the best first; mono, 16 kHz.

        None where nothing is expected, or nothing was said.
        """
        return self.score_posteriors(self._posteriors.of(sound)) if self._sentences else []

    def score_posteriors(self, posteriors: NDArray[np.float32]) -> list[Candidate]:
        """The same, of what `PhonePosteriors` made of the sound."""
        if not self._sentences or not len(posteriors):
            return []
        heard = leniently(posteriors)
        fits = log_likelihoods(self._graph, heard)
        order = [place for place in np.argsort(-fits / self._graph.lengths)[:CANDIDATES] if np.isfinite(fits[place])]
        above = (fits - freely(heard)) / self._graph.lengths
        found = [Candidate(self._sentences[place][0], float(above[place])) for place in order]
        if found:
            found[0] = replace(found[0], words=word_scores(self._sentences[order[0]][1], heard))
        return found


def leniently(posteriors: NDArray[np.float32]) -> NDArray[np.float32]:
    """`posteriors` with a share of each phone's likelihood for those that are taken for it."""
    return np.asarray(np.log(np.exp(posteriors) @ _mixture()), dtype=np.float32)


@cache
def _mixture() -> NDArray[np.float32]:
    mixture = np.eye(BLANK + 1, dtype=np.float32)
    for pair in _ALIKE.split(","):
        one, other = (PHONES.index(phone) for phone in pair.split())
        mixture[one, other] = mixture[other, one] = _ALIKE_SHARE
    return mixture


def word_scores(words: Sequence[Pronounced], posteriors: NDArray[np.float32]) -> tuple[WordScore, ...]:
    """Each word of a sentence on the likeliest way to lay it over the sound."""
    by_word = numbers(words)
    path = best_path([*chain.from_iterable(by_word)], posteriors)
    best = posteriors.max(axis=1)
    found = []
    place = 0
    for word, own in zip(words, by_word, strict=True):
        frames = np.flatnonzero((path >= place) & (path < place + len(own)))
        begin, end = int(frames[0]), int(frames[-1]) + 1
        span = path[begin:end]
        lost = 0.0
        for offset, phone in enumerate(own):
            at = begin + np.flatnonzero(span == place + offset)
            lost += float((posteriors[at, phone] - best[at]).sum())
        blanks = begin + np.flatnonzero(span < 0)
        lost += float((posteriors[blanks, -1] - best[blanks]).sum())
        found.append(WordScore(word.text, lost / len(own), begin, end))
        place += len(own)
    return tuple(found)
