"""What a tutor suggests when the lesson is plainly too easy or too hard: the learner decides, on the screen."""

from __future__ import annotations

from typing import Annotated

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pedagogy import Level
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tool_text import AS_BEFORE
from tutor_tui.core.tools import LevelSuggestion
from tutor_tui.tools.dispatch import Outcome

_BECAUSE_CHARACTERS = 80


def set_level(
    level: Annotated[Level, "The level that suits the learner."],
    because: Annotated[str, "Why, said to the learner in at most ten words of their own language."],
    plan: LessonPlan,
) -> Outcome:
    """Suggest another level for this lesson; the learner takes it or leaves it with a key.

    Call it when their answers show that the lesson is plainly too easy or too hard, or when they ask for it. Say in a
    sentence what you suggest, and go on.
    """
    if level == plan.level:
        return Outcome(f"The level is {level} already.", f"{level}, {AS_BEFORE}")
    suggestion = LevelSuggestion(level, one_line(because, _BECAUSE_CHARACTERS).rstrip(" ."))
    return Outcome(f"{level} was suggested.", f"{level}?", (suggestion,))
