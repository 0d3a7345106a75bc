"""The phase of a lesson in words, short for a screen and whole for the ear: the same words in every front end."""

from __future__ import annotations

import math

from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.turn_detection import PushToTalk

_HEARD: dict[Phase, str] = {
    Phase.THINKING: "the tutor thinks",
    Phase.SPEAKING: "the tutor speaks",
    Phase.FAILED: "the lesson has stopped",
}
"""Where a line that stands alone needs more than the word that stands on a screen."""


def phase_words(lesson: Lesson) -> str:
    """Where the conversation is, in a word or two."""
    return _attempt(lesson, "s") or lesson.phase.value


def phase_sentence(lesson: Lesson) -> str:
    """The same for a line that is read aloud."""
    if lesson.phase is Phase.LISTENING and isinstance(lesson.plan.turn_detection, PushToTalk):
        return "waiting for the talk key"
    return _attempt(lesson, "seconds") or _HEARD.get(lesson.phase, lesson.phase.value)


def _attempt(lesson: Lesson, seconds: str) -> str:
    """Which attempt it is, from the second on."""
    if lesson.phase is not Phase.CONNECTING or lesson.dialling < 2:
        return ""
    wait = f" in {math.ceil(lesson.dial_wait_s)} {seconds}" if lesson.dial_wait_s >= 1 else ""
    return f"connecting, attempt {lesson.dialling}{wait}"
