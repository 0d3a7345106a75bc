"""When an item is due again: FSRS-6, by the `fsrs` library, fed with days of the learner's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from tutor_tui.core.local_time import local_time
from tutor_tui.learning.items import Rating, Review, Schedule

if TYPE_CHECKING:
    from fsrs import Scheduler

DESIRED_RETENTION = 0.9
"""So many of the items that are asked for are to be remembered; FSRS's own default."""
_DUE_AT_CHANCE = 0.92
"""An item is due when the chance that it is remembered has fallen to this. What was not remembered at first sinks lower
within the day that it has to wait at least; it is made up for here. Chosen by simulated learners (`tests/learning`).
"""
AVERAGE_RATE = 1.0
"""How fast the people forget on whose reviews FSRS's weights were fitted."""
_DAY_BEGINS = timedelta(hours=4)
"""As Anki's does: a lesson that goes on over midnight is one day's."""
_LAST_MOMENT = 250_000_000_000.0
"""Unix time, s: in the year 9892, a hundred years (FSRS's longest interval) before the last date there can be."""


def day_of(at: float) -> date:
    """The day of the learner's calendar in which a moment lies (Unix time, s)."""
    return (local_time(min(max(at, 0.0), _LAST_MOMENT)) - _DAY_BEGINS).date()


def start_of(day: date) -> float:
    """When that day begins for the learner (Unix time, s)."""
    return (datetime.combine(day, time()) + _DAY_BEGINS).astimezone().timestamp()


def next_day(at: float) -> float:
    """When the day after this moment begins: what is new is due then (Unix time, s)."""
    return start_of(day_of(at) + timedelta(days=1))


def reviewed(schedule: Schedule | None, rating: Rating, at: float, rate: float = AVERAGE_RATE) -> Schedule:
    """What becomes of a schedule (None: never reviewed) by a review at that moment (Unix time, s), for a learner who
    forgets `rate` times as fast as the average (`learning.forgetting_rate`).

    A moment before the last review means that a clock was set back: no day has passed then, and it counts from now on.
    """
    from fsrs import Card, State
    from fsrs import Rating as FsrsRating

    today = _noon(day_of(at))
    card = Card(card_id=0, due=today)
    if schedule is not None:
        card.state, card.step = State.Review, None
        card.stability, card.difficulty = schedule.stability_days * rate, schedule.difficulty
        card.last_review = min(_noon(day_of(schedule.reviewed_at)), today)
    card, _ = _scheduler(rate).review_card(card, FsrsRating[rating.value.capitalize()], today)
    assert card.stability is not None and card.difficulty is not None
    return Schedule(start_of(card.due.date()), card.stability / rate, card.difficulty, at)


def replayed(reviews: Iterable[Review], rate: float = AVERAGE_RATE) -> Schedule | None:
    """The schedule that these reviews of one item lead to, whatever their order; None where there are none."""
    schedule = None
    for review in sorted(reviews, key=lambda each: each.at):
        schedule = reviewed(schedule, review.rating, review.at, rate)
    return schedule


def retrievability(schedule: Schedule, at: float) -> float:
    """The chance that the item is remembered at that moment (Unix time, s), 0 to 1."""
    from fsrs import Card, State

    today = _noon(day_of(at))
    last = min(_noon(day_of(schedule.reviewed_at)), today)
    card = Card(0, State.Review, None, schedule.stability_days, schedule.difficulty, today, last)
    return float(_scheduler(AVERAGE_RATE).get_card_retrievability(card, today))


def _noon(day: date) -> datetime:
    """A day as FSRS takes it, which counts whole days between two moments of `timezone.utc`."""
    return datetime.combine(day, time(12), UTC)


@lru_cache(maxsize=32)
def _scheduler(rate: float) -> Scheduler:
    """FSRS for who forgets so many times as fast, whose days are as long to it as `rate` days of the average; what is
    stable for a card is told in days of the average.

    Without steps of minutes, which are for cards in a row, and without chance: the tests replay months.
    """
    from fsrs import Card, Scheduler

    class OwnTime(Scheduler):
        def get_card_retrievability(self, card: Card, current_datetime: datetime | None = None) -> float:
            own = copy(card)
            own.stability = None if card.stability is None else card.stability / rate
            return float(super().get_card_retrievability(own, current_datetime))

    decay = -Scheduler().parameters[-1]
    waits = _DUE_AT_CHANCE ** (1 / decay) - 1
    # The curve is (1 + c * days / stability) ** decay: the chance after a wait that is shorter by the rate.
    due_at = (1 + waits / rate) ** decay
    return OwnTime(desired_retention=due_at, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
