from __future__ import annotations

from dataclasses import replace

import pytest

from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.phase_text import phase_sentence, phase_words
from tutor_tui.core.turn_detection import PushToTalk

LESSON = Lesson(LessonPlan("p", "i", "marin"))


@pytest.mark.parametrize(
    ("lesson", "phase", "words", "sentence"),
    [
        (LESSON, Phase.DISCONNECTED, "not connected", "not connected"),
        (replace(LESSON, dialling=1), Phase.CONNECTING, "connecting", "connecting"),
        (
            replace(LESSON, dialling=3, dial_wait_s=4.0),
            Phase.CONNECTING,
            "connecting, attempt 3 in 4 s",
            "connecting, attempt 3 in 4 seconds",
        ),
        (replace(LESSON, dialling=2), Phase.CONNECTING, "connecting, attempt 2", "connecting, attempt 2"),
        (replace(LESSON, linked=True), Phase.LISTENING, "listening", "listening"),
        (
            replace(LESSON, linked=True, plan=replace(LESSON.plan, turn_detection=PushToTalk())),
            Phase.LISTENING,
            "listening",
            "waiting for the talk key",
        ),
        (replace(LESSON, linked=True, awaiting=True), Phase.THINKING, "thinking", "the tutor thinks"),
        (replace(LESSON, linked=True, sounding=("a",)), Phase.SPEAKING, "speaking", "the tutor speaks"),
        (replace(LESSON, linked=True, talking=True), Phase.HEARING, "hearing you", "hearing you"),
    ],
)
def test_a_phase_is_told_for_the_eye_and_for_the_ear(lesson: Lesson, phase: Phase, words: str, sentence: str) -> None:
    assert lesson.phase is phase
    assert (phase_words(lesson), phase_sentence(lesson)) == (words, sentence)
