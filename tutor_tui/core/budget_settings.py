"""What lessons may cost, as the learner chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor_tui.core.setting_field import setting

AtLimit = Literal["stop", "offline"]
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
