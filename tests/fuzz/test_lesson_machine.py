"""Whatever happens to a lesson in whatever order, it keeps its promises; `tests.fuzz --steps` goes on for longer."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.fuzz.lesson_machine import LessonMachine

TestLessonMachine = LessonMachine.TestCase
TestLessonMachine.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
