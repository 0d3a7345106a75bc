"""What a lesson is told as in plain lines, for tests."""

from __future__ import annotations

from tests.tutors.helpers import PLAN
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.reducer import advance
from tutor_tui.plain.narrator import Narrator

ANYONE = Capabilities()
READY = (ev.Dialling(1), ev.LinkReady("m"))
SOUND = bytes(480)


def told(*events: LessonEvent, lesson: Lesson | None = None, abilities: Capabilities = ANYONE) -> list[str]:
    """The lines of a lesson that goes through these events, told after each, without those of the very beginning."""
    narrator = Narrator(abilities)
    lesson = lesson or Lesson(PLAN)
    narrator.tell(lesson)
    lines = []
    for event in events:
        lesson = advance(lesson, event)
        lines += narrator.tell(lesson)
    return lines
