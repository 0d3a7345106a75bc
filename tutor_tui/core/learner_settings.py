"""What is remembered from one lesson to the next, as the learner chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor_tui.core.setting_field import setting
from tutor_tui.core.weekly_goal import GOAL_PATTERN, HOW_TO_WRITE_IT

KeepNotes = Literal["ask", "yes", "no"]


@dataclass(frozen=True, slots=True)
class LearnerSettings:
    """What the tutor remembers of you, on this machine."""

    keep: KeepNotes = setting(
        "ask",
        "Keep notes",
        "Keep words and mistakes for later lessons, in which they come back. ask: at the first note. no: forget them.",
    )
    facts: bool = setting(
        True,
        "Remember facts",
        "Let the tutor note your name, interests and goals, too, where notes are kept.",
    )
    goal: str = setting(
        "",
        "Weekly goal",
        "How often and how long you want to talk in a week: 3 × 15 min. Empty: no goal.",
        pattern=GOAL_PATTERN,
        takes=HOW_TO_WRITE_IT,
    )
    report: bool = setting(
        True, "Report at the end", "End a lesson of three minutes or more with what came of it. off: leave at once."
    )
