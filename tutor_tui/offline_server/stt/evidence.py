"""Was this sentence said? What two recognisers of English sounds make of it, as one score for all languages."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutor_tui.offline_server.hearing import Match


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a sentence that may have been said. Likelihoods are natural logarithms."""

    phones: int
    """How many it has."""
    per_frame: float
    """The likelihood of its words by the acoustic model, per 10 ms: 0 would be the best of all sounds, always."""
    worst_word: float
    """The same of the word that fits worst."""
    worst_stretch: float
    """The same of the few phones in a row that fit worst."""
    left_out_frames: int
    """Loud frames, within any 250 ms, that are in none of its words."""
    per_phone: float | None
    """The likelihood of its phones by the second recogniser, per phone; None where there is none."""


@dataclass(frozen=True, slots=True)
class Weights:
    """By how much each piece of evidence moves the log odds that the sentence was said."""

    at_first: float
    """Before all evidence."""
    few_phones: float
    """Divided by the number of its phones: a short sentence is heard everywhere."""
    per_frame: float
    worst_word: float
    worst_stretch: float
    left_out_frames: float
    per_phone: float


ALONE = Weights(
    12.9, few_phones=-20.0, per_frame=2.7, worst_word=0.3, worst_stretch=0.6, left_out_frames=-0.06, per_phone=0.0
)
"""Of the acoustic model without a second recogniser, which Windows lacks."""
TOGETHER = Weights(
    13.7, few_phones=-17.0, per_frame=1.7, worst_word=0.3, worst_stretch=0.5, left_out_frames=-0.05, per_phone=1.8
)
"""Of both. All weights were fitted by logistic regression, kept near to what was guessed, on two sentences of each of
nine languages, by other voices than the ears are measured on. There right sentences had log odds above 0.4 by these,
and others of the same lessons that were not listened for had them below −1.1.
"""
SURE = 0.5
"""Log odds from which on a sentence counts as said: rather ask once too often."""
DOUBTFUL = -2.0
"""Log odds below which it was not said. Between the two the learner is asked: an accent costs about so much."""
CLEAR_WORD = -5.0
"""A word that fits worse than this may have been another; as `Evidence.worst_word`."""


def is_clear(fit: float) -> bool:
    """Whether a word that fits so, as `Evidence.worst_word`, was hardly another."""
    return fit >= CLEAR_WORD


def log_odds(evidence: Evidence) -> float:
    """That the sentence was said."""
    weights = ALONE if evidence.per_phone is None else TOGETHER
    odds = (
        weights.at_first
        + weights.few_phones / evidence.phones
        + weights.per_frame * evidence.per_frame
        + weights.worst_word * evidence.worst_word
        + weights.worst_stretch * evidence.worst_stretch
        + weights.left_out_frames * evidence.left_out_frames
        + weights.per_phone * (evidence.per_phone or 0.0)
    )
    return odds if math.isfinite(odds) else -math.inf


def match_of(odds: float) -> Match:
    """What a sentence with these log odds is taken for."""
    if odds >= SURE:
        return Match.EXPECTED
    return Match.UNSURE if odds >= DOUBTFUL else Match.OTHER
