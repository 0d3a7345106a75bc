"""Was this sentence said? What Whisper's words make of it, and what the other recognisers have found: as one score.

The scale is that of `evidence`: log odds, with its bounds for what is sure and what is asked about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutor_tui.offline_server.hearing import Hearing, Match

FARTHEST = 0.6
"""A sentence whose sounds are farther away than this is none of those to choose from."""
CERTAIN = 3.0
"""Log odds by the other recognisers from which on Whisper is not waited for: it would hardly make another of it."""
_UNKNOWN_ODDS = -3.0
"""Of a sentence that the others did not find, which have told all that are likelier than `evidence.DOUBTFUL`."""
_ODDS = (-6.0, 6.0)
_LEAST_FIT = -6.0


@dataclass(frozen=True, slots=True)
class SecondEvidence:
    """What is known of a sentence that may have been said, besides what `evidence` knows."""

    first_odds: float | None
    """What the other recognisers hold it for; None where they found another, or none."""
    distance: float
    """From the sounds of Whisper's own words to those of the sentence: `phonetic_distance`."""
    fit: float
    """How much worse the sentence fits the sound than Whisper's own words do: of a token, in nats, by Whisper."""


@dataclass(frozen=True, slots=True)
class _Weights:
    at_first: float
    first_odds: float
    distance: float
    fit: float


_WEIGHTS = _Weights(4.6, first_odds=0.85, distance=-5.0, fit=0.65)
"""By logistic regression, rounded, on 22 synthetic answers in nine languages, each also while another step's answers
were listened for; by voices that nothing else is measured on, most with an accent.
"""


def is_certain(first: Hearing) -> bool:
    """Whether what the other recognisers have heard needs no second opinion."""
    return first.match is Match.EXPECTED and first.log_odds is not None and first.log_odds >= CERTAIN


def log_odds(evidence: SecondEvidence) -> float:
    """That the sentence was said."""
    least, most = _ODDS
    first = _UNKNOWN_ODDS if evidence.first_odds is None else min(most, max(least, evidence.first_odds))
    fit = max(_LEAST_FIT, min(0.0, evidence.fit)) if math.isfinite(evidence.fit) else _LEAST_FIT
    return (
        _WEIGHTS.at_first
        + _WEIGHTS.first_odds * first
        + _WEIGHTS.distance * min(1.0, evidence.distance)
        + _WEIGHTS.fit * fit
    )
