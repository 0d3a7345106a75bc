"""Whatever happens to a lesson in whatever order, it keeps its promises; `tests.fuzz --steps` goes on for longer."""

from __future__ import annotations

import logging

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fuzz.lesson_machine import LessonMachine


def test_a_lesson_keeps_its_promises_whatever_happens() -> None:
    bounds = settings(
        max_examples=25,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    logged = logging.getLogger("tutor_tui").level
    run_state_machine_as_test(LessonMachine, settings=bounds)
    assert logging.getLogger("tutor_tui").level == logged, "other tests look at the log"
