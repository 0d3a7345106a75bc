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
    worst_doubt: float = 0.0
    """Of the word of which both together doubt most that it was said, as `doubt` has it; 0 without a second recogniser.
    """
    in_another_language: bool = False
    """Whether it is a request that belongs to every lesson, in another language than that of this one."""


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
    worst_doubt: float


ALONE = Weights(
    at_first=12.9,
    few_phones=-20.0,
    per_frame=2.7,
    worst_word=0.3,
    worst_stretch=0.6,
    left_out_frames=-0.06,
    per_phone=0.0,
    worst_doubt=0.0,
)
"""Of the acoustic model without a second recogniser, which Windows lacks."""
TOGETHER = Weights(
    at_first=16.85,
    few_phones=-37.0,
    per_frame=1.7,
    worst_word=0.0,
    worst_stretch=0.5,
    left_out_frames=-0.1,
    per_phone=1.8,
    worst_doubt=-0.9,
)
"""Of both. Where the sentence that was said is not listened for, the likeliest often differs from it in one name or
number: so the word that is doubted most says more than all that fits.

Both by other voices than the ears are measured on: the weights of `ALONE` by logistic regression, kept near to what was
guessed, on two sentences of each of nine languages; those of `TOGETHER` then by trying which let fewest others pass of
60 Japanese and 60 Korean sentences. Of these 86.7 % are accepted instead of 87.5, and of 240 others of the same
lessons, which were not listened for, 8.8 % instead of 15.4.
"""
ANOTHER_LANGUAGE = -0.5
"""Log odds of a request in another language than the lesson's: what is said is likelier to be an answer."""
SURE = 0.5
"""Log odds from which on a sentence counts as said: rather ask once too often."""
DOUBTFUL = -2.0
"""Log odds below which it was not said. Between the two the learner is asked: an accent costs about so much."""
DOUBT_PER_MISFIT = 0.4
"""What the acoustic model says against a word, beside the second recogniser."""
MOST_DOUBT = 4.0
"""One word that was not heard leaves a sentence in doubt, and does not deny it."""
CLEAR_WORD = -5.0
"""A word that fits worse than this may have been another; as `Evidence.worst_word`."""


def is_clear(fit: float) -> bool:
    """Whether a word that fits so, as `Evidence.worst_word`, was hardly another."""
    return fit >= CLEAR_WORD


def doubt(loss: float, fit: float) -> float:
    """How much both recognisers doubt a word: by what it loses per phone by the second one, and how it fits by the
    acoustic model, as `Evidence.worst_word`.
    """
    return min(loss + DOUBT_PER_MISFIT * -fit, MOST_DOUBT)


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
        + weights.worst_doubt * evidence.worst_doubt
        + ANOTHER_LANGUAGE * evidence.in_another_language
    )
    return odds if math.isfinite(odds) else -math.inf


def match_of(odds: float) -> Match:
    """What a sentence with these log odds is taken for."""
    if odds >= SURE:
        return Match.EXPECTED
    return Match.UNSURE if odds >= DOUBTFUL else Match.OTHER
