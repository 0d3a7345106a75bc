from __future__ import annotations

from dataclasses import replace

import pytest

from tutor_tui.core.actions import with_keys
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import DeviceState, Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.waiting_text import waiting_words

LESSON = Lesson(LessonPlan("Korean", "Teach.", "marin", target_language="ko"), linked=True, waited_for=True)
ANYONE = Capabilities()
DEAF = Capabilities(hears=frozenset({"en"}), ours=True)


@pytest.mark.parametrize(
    ("lesson", "abilities", "says"),
    [
        (LESSON, ANYONE, "Speak, or type: t. r asks the tutor to say the last thing again."),
        (
            replace(LESSON, plan=replace(LESSON.plan, turn_detection=PushToTalk())),
            ANYONE,
            "Talk with space, or type: t.",
        ),
        (replace(LESSON, muted=True), ANYONE, "You are muted: m opens the microphone. Or type: t."),
        (
            replace(LESSON, microphone=DeviceState(missing="Gone.")),
            ANYONE,
            "To type your answer: t. Enter sends it.",
        ),
        (LESSON, DEAF, "Type your answer and press enter. “help” and “again” are understood, too."),
    ],
)
def test_who_is_waited_for_is_told_what_they_can_do(lesson: Lesson, abilities: Capabilities, says: str) -> None:
    waiting = waiting_words(lesson, abilities)
    assert waiting is not None
    assert waiting.title == "It is your turn."
    assert with_keys(waiting.hint).startswith(says)


@pytest.mark.parametrize(
    "lesson",
    [
        replace(LESSON, waited_for=False),
        replace(LESSON, sounding=("a",)),
        replace(LESSON, learner_item="u"),
        replace(LESSON, linked=False),
        replace(LESSON, held=True),
    ],
)
def test_nobody_is_hurried(lesson: Lesson) -> None:
    assert waiting_words(lesson, ANYONE) is None
