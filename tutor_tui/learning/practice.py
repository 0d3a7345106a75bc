"""How long a learner practised, day by day and week by week. Loads little: a shell's prompt may ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tutor_tui.core.local_time import local_time
from tutor_tui.core.weekly_goal import monday_of

_LONGEST_SILENCE_MS = 60_000
"""Who says nothing for longer is elsewhere: a lesson that was left open all night is no practice."""
WEEKS = 12
"""So many are shown."""


@dataclass(frozen=True, slots=True)
class Practice:
    """One lesson as time."""

    began_at: float
    """Unix time, s."""
    minutes: float
    """In which somebody spoke or typed, or had just done so."""


def active_minutes(turns: Iterable[tuple[int, int]]) -> float:
    """The time of a lesson, by when its turns began and ended (ms). Of a long silence one minute counts."""
    total_ms = 0
    until_ms: int | None = None
    for began_ms, ended_ms in sorted(turns):
        if until_ms is None:
            until_ms = began_ms
        total_ms += min(max(0, began_ms - until_ms), _LONGEST_SILENCE_MS) + max(0, ended_ms - max(began_ms, until_ms))
        until_ms = max(until_ms, began_ms, ended_ms)
    return total_ms / 60_000


@dataclass(frozen=True, slots=True)
class Week:
    """One week of practice, by the learner's own calendar."""

    monday: date
    minutes_by_day: tuple[float, ...]
    """From Monday to Sunday."""

    @property
    def minutes(self) -> float:
        """All of them."""
        return sum(self.minutes_by_day)


def weeks(practices: Iterable[Practice], now: float, most: int = WEEKS) -> tuple[Week, ...]:
    """The last weeks up to that of `now` (Unix time, s), the oldest first, those without a lesson among them.

    A lesson belongs to the day on which it began. What lies in the future, a clock having been set, is left out.
    """
    minutes: dict[date, float] = {}
    for each in practices:
        day = local_time(each.began_at).date()
        minutes[day] = minutes.get(day, 0.0) + each.minutes
    this_monday = monday_of(local_time(now).date())
    mondays = [this_monday - timedelta(weeks=ago) for ago in reversed(range(most))]
    return tuple(
        Week(monday, tuple(minutes.get(monday + timedelta(days=day), 0.0) for day in range(7))) for monday in mondays
    )
