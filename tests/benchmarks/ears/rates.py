"""How often right sentences are accepted, and others: from single tries to rows of a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tutor_tui.offline_server.hearing import Match

FALSE_ACCEPTS = 0.05
"""The share of other sentences at which engines are compared."""
LENGTHS = ((0, 6, "under 6"), (6, 10, "6–10"), (10, 16, "10–16"), (16, 10_000, "16 and more"))
"""Phones of the sentence that was said: from, below, name."""


@dataclass(frozen=True, slots=True)
class Try:
    """A sentence was said while others were listened for."""

    engine: str
    language: str
    is_right: bool
    """Whether it was among them."""
    said: str
    heard: str
    match: Match
    score: float
    """How sure the engine is of what it heard: of any sentence that was listened for, −inf where it heard none."""
    phones: int
    """Of what was said."""
    words: int
    """Said."""
    words_right: int
    """Of them, heard."""

    @property
    def is_accepted(self) -> bool:
        """Whether it counts as expected by the shipped threshold."""
        return self.match is Match.EXPECTED


@dataclass(frozen=True, slots=True)
class Row:
    """Tries of one kind together; shares from 0 to 1, NaN where there was nothing to count."""

    right: int
    others: int
    words_right: float
    accepted: float
    """Right sentences accepted."""
    unsure: float
    """Right sentences of which the learner is asked."""
    exact: float
    """Right sentences accepted and heard word by word."""
    others_accepted: float
    others_unsure: float
    accepted_at_fa: float
    """Right sentences accepted by the threshold that lets `FALSE_ACCEPTS` of all the engine's others pass."""


def row(tries: Sequence[Try], threshold: float) -> Row:
    """The figures of some tries; `threshold` is the one of `threshold_of`."""
    right = [each for each in tries if each.is_right]
    others = [each for each in tries if not each.is_right]
    return Row(
        right=len(right),
        others=len(others),
        words_right=_ratio(sum(each.words_right for each in right), sum(each.words for each in right)),
        accepted=_share(each.is_accepted for each in right),
        unsure=_share(each.match is Match.UNSURE for each in right),
        exact=_share(each.is_accepted and each.words_right == each.words for each in right),
        others_accepted=_share(each.is_accepted for each in others),
        others_unsure=_share(each.match is Match.UNSURE for each in others),
        accepted_at_fa=_share(each.score > threshold for each in right),
    )


def threshold_of(tries: Iterable[Try], share: float = FALSE_ACCEPTS) -> float:
    """The score that at most this share of the other sentences exceeds: one for all languages."""
    scores = sorted((each.score for each in tries if not each.is_right), reverse=True)
    return scores[math.floor(share * len(scores))] if scores else -math.inf


def of_length(tries: Iterable[Try], least: int, below: int) -> list[Try]:
    """Those of which so many phones were said."""
    return [each for each in tries if least <= each.phones < below]


def _share(which: Iterable[bool]) -> float:
    values = list(which)
    return _ratio(sum(values), len(values))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def words_heard(said: Sequence[str], heard: Sequence[str]) -> int:
    """How many of the words said were heard, in their order; a word too many takes one away."""
    return max(0, len(said) - distance(said, heard))


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """How many words (or letters) have to be changed, left out or put in."""
    row = list(range(len(heard) + 1))
    for count, word in enumerate(said, start=1):
        before, row[0] = row[0], count
        for place, other in enumerate(heard, start=1):
            cost = min(row[place] + 1, row[place - 1] + 1, before + (word != other))
            before, row[place] = row[place], cost
    return row[-1]
