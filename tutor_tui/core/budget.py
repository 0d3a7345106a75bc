"""What lessons may cost: one of them, those of a day, those of a month; and how much of that is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tutor_tui.core.cost_text import dollars
from tutor_tui.core.setting_field import setting

AtLimit = Literal["stop", "offline"]
WARNED_SHARE = 0.8
"""Of a budget, from which on the learner is warned."""
MOST_USD = 10_000.0
_NEEDS_LIBRARY = "Earlier lessons count as far as they are kept. 0: no limit."


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What lessons may cost."""

    lesson_usd: float = setting(
        0.0, "Per lesson", "What one lesson may cost, in US dollars. 0: no limit.", low=0.0, high=MOST_USD
    )
    day_usd: float = setting(
        0.0, "Per day", f"What the lessons of a day may cost, in US dollars. {_NEEDS_LIBRARY}", low=0.0, high=MOST_USD
    )
    month_usd: float = setting(
        0.0,
        "Per month",
        f"What the lessons of a month may cost, in US dollars. {_NEEDS_LIBRARY}",
        low=0.0,
        high=MOST_USD,
    )
    at_limit: AtLimit = setting(
        "stop",
        "When it is spent",
        "stop: the conversation ends when the tutor has finished its sentence. offline: the offline tutor goes on.",
    )


class SpentBefore(NamedTuple):
    """What earlier lessons have cost, in US dollars."""

    today: float = 0.0
    this_month: float = 0.0


class Standing(NamedTuple):
    """How one of the budgets stands."""

    of_what: str
    """For a sentence: "this lesson"."""
    spent_usd: float
    limit_usd: float
    begins_anew: str
    """What to do until it does, for a sentence: "come back tomorrow"."""

    @property
    def share(self) -> float:
        """How much of it is spent; 1 and more when all of it is."""
        return self.spent_usd / self.limit_usd

    @property
    def sums(self) -> str:
        """What is spent, of how much."""
        return f"{dollars(self.spent_usd)} of {dollars(self.limit_usd)}"


def standings(settings: BudgetSettings, before: SpentBefore, lesson_usd: float) -> Sequence[Standing]:
    """Each budget that has a limit, the one that is nearest to its end first."""
    budgets = (
        Standing("this lesson", lesson_usd, settings.lesson_usd, "begin another lesson"),
        Standing("today", before.today + lesson_usd, settings.day_usd, "come back tomorrow"),
        Standing("this month", before.this_month + lesson_usd, settings.month_usd, "come back next month"),
    )
    return sorted((each for each in budgets if each.limit_usd > 0), key=lambda each: -each.share)
