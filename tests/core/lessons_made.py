"""Lessons made of events, for tests of the reducer."""

from __future__ import annotations

from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.reducer import advance

PLAN = LessonPlan(profile="Test", instructions="Teach.", voice="marin")
START = Lesson(PLAN)


def after(*events: ev.LessonEvent, start: Lesson = START) -> Lesson:
    lesson = start
    for event in events:
        lesson = advance(lesson, event)
    return lesson


READY = after(ev.Dialling(1), ev.LinkReady("m"))
SPEAKING = after(ev.ReplyStarted("R"), ev.TutorAudio("A", b"\0\0"), start=READY)
