"""How fast this learner forgets: one factor on FSRS's time, fitted to their own reviews.

FSRS's weights are those of the average of many learners. To fit all 21 anew takes thousands of reviews and an
optimiser; one factor, by which this learner's days are longer to their memory than everybody's, takes hundreds.
Statistics calls that an accelerated failure time model (Wei 1992, Statistics in Medicine 11:1871).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tutor_tui.learning.items import FASTEST, SLOWEST, Forgetting, Rating, Review
from tutor_tui.learning.learner import LearnerChange
from tutor_tui.learning.reviews import retrievability, reviewed

REVIEWS_A_FIT = 100
"""It is fitted anew after so many reviews; until the first time, everybody is the average."""
REVIEWS_LOOKED_AT = 500
"""The newest: how they forget now is what counts, and the fit costs the same however long they have been learning."""
_SPREAD = 0.35
"""Of the logarithm of the rate among learners, as a standard deviation: two learners in three forget between 0.7 and
1.4 times as fast as the average. Chosen, and not measured; it keeps a rate that few reviews tell near the average.
"""
_TRIED = tuple(SLOWEST * math.pow(FASTEST / SLOWEST, step / 4) for step in range(5))
_STEP = math.log(_TRIED[1] / _TRIED[0])


def forgetting_rate(histories: Sequence[Sequence[Review]], since: float) -> float:
    """How many times as fast as the average a learner forgets, going by their reviews since that moment (Unix time, s):
    from `SLOWEST` to `FASTEST`.

    Each history is that of one item, from its first review on and in order. The rate is the most likely one, given what
    FSRS's curve says of each review and a log-normal prior: without any review it is 1.
    """
    likely = [_log_likelihood(histories, since, rate) - (math.log(rate) / _SPREAD) ** 2 / 2 for rate in _TRIED]
    best = max(range(len(_TRIED)), key=likely.__getitem__)
    if best in (0, len(_TRIED) - 1):
        return _TRIED[best]
    before, here, after = likely[best - 1 : best + 2]
    return _TRIED[best] * math.exp(_STEP * (before - after) / (before - 2 * here + after) / 2)  # top of the parabola


def refit(change: LearnerChange) -> None:
    """Fit the rate of each language that has had enough reviews since its last fit.

    What is due stays due when it is: else much would be due at once. It is by each item's next review that it counts.
    """
    for language, forgetting in change.forgetting().items():
        if forgetting.reviews < REVIEWS_A_FIT:
            continue
        newest = change.newest_reviews(language, REVIEWS_LOOKED_AT)
        histories = [change.reviews_of(each) for each in dict.fromkeys(review.item_id for review in newest)]
        rate = forgetting_rate(histories, min((each.at for each in newest), default=0.0))
        change.put_forgetting(language, Forgetting(rate))
        change.make_stabler(language, forgetting.rate / rate)


def _log_likelihood(histories: Sequence[Sequence[Review]], since: float, rate: float) -> float:
    found = 0.0
    for history in histories:
        schedule = None
        for review in history:
            if schedule is not None and review.at >= since:
                chance = retrievability(schedule, review.at)
                found += math.log(1 - chance if review.rating is Rating.AGAIN else chance) if 0 < chance < 1 else 0.0
            schedule = reviewed(schedule, review.rating, review.at, rate)
    return found
