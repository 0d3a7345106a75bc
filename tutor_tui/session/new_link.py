"""When another plan can only come into force on a new connection."""

from __future__ import annotations

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan


def needs_new_link(lesson: Lesson, new: LessonPlan, abilities: Capabilities) -> bool:
    """Whether the tutor has to be dialled again to go on by `new`."""
    if not lesson.linked:
        return False
    spoken = any(turn.role == "tutor" for turn in lesson.turns)
    other_voice = new.voice != lesson.plan.voice and spoken
    return other_voice or is_another_lesson(lesson.plan, new, abilities)


def is_another_lesson(old: LessonPlan, new: LessonPlan, abilities: Capabilities) -> bool:
    """Whether `new` teaches something else than `old`, and the tutor takes that with a connection only."""
    other = (new.script, new.instructions) != (old.script, old.instructions)
    return other and not abilities.live_lesson
