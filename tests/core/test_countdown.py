"""What runs out before the tutor answers: only what is so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.test_phase_text import ANYONE, LESSON
from tutor_tui.core.countdown import PAUSE_MS, Countdown, pauses, silence_left
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.phase_text import standing
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, ServerVad, TurnDetection

PATIENT = PRESETS["patient"]
HEARING = replace(LESSON, linked=True, learner_item="u")


def by(detection: TurnDetection, lesson: Lesson = HEARING) -> Lesson:
    return replace(lesson, plan=replace(lesson.plan, turn_detection=detection))


def left(lesson: Lesson, silent_ms: int) -> Countdown | None:
    return silence_left(lesson, standing(lesson, ANYONE), silent_ms)


def test_a_silence_runs_out_from_the_first_pause_to_nothing() -> None:
    assert left(by(PATIENT), PAUSE_MS - 20) is None
    assert left(by(PATIENT), 500) == Countdown(2.0, 2.5)
    assert left(by(PATIENT), 2_500) == left(by(PATIENT), 4_000) == Countdown(0.0, 2.5)
    assert Countdown(2.0, 2.5).share == 0.8


def test_what_is_in_force_counts_and_not_what_is_wished() -> None:
    lesson = replace(by(PATIENT), applied=Applied(PRESETS["quick"]))
    assert left(lesson, 500) == Countdown(0.2, 0.7)


@pytest.mark.parametrize(
    "lesson",
    [
        by(SemanticVad()),
        by(PushToTalk()),
        by(ServerVad(silence_duration_ms=500)),
        replace(by(PATIENT), held=True),
        replace(by(PATIENT), muted=True),
        replace(by(PATIENT), talking=True),
        replace(by(PATIENT), learner_item=""),
        replace(by(PATIENT), linked=False),
    ],
    ids=["semantic", "push-to-talk", "too short to see", "held", "muted", "talking", "nobody speaks", "lost"],
)
def test_nothing_runs_out_where_nobody_knows_or_nobody_waits(lesson: Lesson) -> None:
    assert left(lesson, 500) is None


def test_a_pause_is_one_where_the_tutor_may_end_the_turn() -> None:
    for detection, is_pause in ((PATIENT, True), (SemanticVad(), True), (PushToTalk(), False)):
        lesson = replace(by(detection), talking=isinstance(detection, PushToTalk))
        assert pauses(lesson, standing(lesson, ANYONE), 500) is is_pause
