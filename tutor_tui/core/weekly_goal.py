"""What a learner wants to do in a week: so many times so many minutes. Nothing is lost by a week without."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tutor_tui.core.problems import ExitCode, Problem

MOST_TIMES, MOST_MINUTES = 14, 240
GOAL_PATTERN = r"(?:off|no|none)?|([1-9]|1[0-4])\s*[xX×*]\s*([1-9]\d?|1\d\d|2[0-3]\d|240)\s*(?:m|min|mins|minutes)?\.?"
"""A goal or none, as a regular expression of the whole text, which may as well be in capitals."""
HOW_TO_WRITE_IT = f"so many times so many minutes, up to {MOST_TIMES} × {MOST_MINUTES}: 3 × 15 min"


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

    def line(self, done: int) -> str:
        """The goal, and how far a week has come in which so many of the times were held: "●●○ 3 × 15 min a week"."""
        return f"{self.dots(done)} {self} a week"


def read_goal(text: str) -> WeeklyGoal | None:
    """The goal that `text` means: "3x15", "3 × 15 min"; None for none ("", "off"). Raises `Problem` (usage)."""
    found = re.fullmatch(GOAL_PATTERN, text.strip(), re.IGNORECASE)
    if found is None:
        raise Problem("The weekly goal cannot be read.", f"It takes {HOW_TO_WRITE_IT}.", ExitCode.USAGE)
    return WeeklyGoal(int(found[1]), int(found[2])) if found[1] else None


def monday_of(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())
