"""What lessons may cost: one of them, those of a day, those of a month; and how much of that is spent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.cost_text import dollars

WARNED_SHARE = 0.8
"""Of a budget, from which on the learner is warned."""


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
