"""What a learner wants to do in a week: so many times so many minutes. Nothing is lost by a week without."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tutor_tui.core.problems import ExitCode, Problem

MOST_TIMES, MOST_MINUTES = 14, 240
_WRITTEN = re.compile(r"\s*(\d{1,3})\s*[x×*]\s*(\d{1,4})\s*(?:m|min|mins|minutes)?\.?\s*", re.IGNORECASE)
_NONE = ("", "off", "no", "none")


@dataclass(frozen=True, slots=True)
class WeeklyGoal:
    """So many times a week, each so many minutes."""

    times: int
    minutes: int

    def __str__(self) -> str:
        return f"{self.times} × {self.minutes} min"

    def done(self, minutes_by_day: Iterable[float]) -> int:
        """How many of the times were held: each day counts as often as its minutes hold the goal's."""
        return sum(int(minutes // self.minutes) for minutes in minutes_by_day)

    def dots(self, done: int) -> str:
        """The times as dots: those that were held are full. What goes beyond the goal is not counted."""
        held = min(done, self.times)
        return "●" * held + "○" * (self.times - held)


def read_goal(text: str) -> WeeklyGoal | None:
    """The goal that `text` means: "3x15", "3 × 15 min"; None for none ("", "off"). Raises `Problem` (usage)."""
    if text.strip().casefold() in _NONE:
        return None
    found = _WRITTEN.fullmatch(text)
    if found is not None:
        times, minutes = int(found[1]), int(found[2])
        if 1 <= times <= MOST_TIMES and 1 <= minutes <= MOST_MINUTES:
            return WeeklyGoal(times, minutes)
    raise Problem(
        "The weekly goal cannot be read.",
        f"Write how often, and how many minutes each time, up to {MOST_TIMES} × {MOST_MINUTES}: 3 × 15 min.",
        ExitCode.USAGE,
    )


class WeekState(StrEnum):
    """How a week went by the goal; there is no worse one than free."""

    REACHED = "reached"
    BEGUN = "begun"
    FREE = "free"


def week_state(goal: WeeklyGoal, minutes_by_day: Iterable[float]) -> WeekState:
    """How a week went. One without a lesson is free: it was no failure."""
    days = [minutes for minutes in minutes_by_day if minutes > 0]
    if not days:
        return WeekState.FREE
    return WeekState.REACHED if goal.done(days) >= goal.times else WeekState.BEGUN


def monday_of(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())
