"""What is left of a silence before the tutor answers, of a turn that ends by itself, or of one held open. Pure.

The tutor's own clock is not told to us, so a silence is counted by our microphone. Where the tutor judges by the
sentence, nobody can say how long it will wait, and nothing is counted.
"""

from __future__ import annotations

from typing import NamedTuple

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.phase_text import Standing
from tutor_tui.core.shadowed import LONGEST_S, Shadowed
from tutor_tui.core.turn_detection import ServerVad

PAUSE_MS = 300
"""A shorter silence is a gap between two words."""


class Countdown(NamedTuple):
    """What is left, and of how much. An integer is told in whole seconds."""

    left_s: float
    of_s: float

    @property
    def share(self) -> float:
        """The part that is left, 0 to 1."""
        return self.left_s / self.of_s if self.of_s else 0.0


def pauses(lesson: Lesson, now: Standing, silent_ms: int) -> bool:
    """Whether the learner has fallen silent in a turn that the tutor may end."""
    return now is Standing.HEARING and not (lesson.talking or lesson.held) and silent_ms >= PAUSE_MS


def silence_left(lesson: Lesson, now: Standing, silent_ms: int) -> Countdown | None:
    """What is left of the silence after which the tutor answers; None where none is running, or nobody knows."""
    detection = lesson.applied.turn_detection or lesson.plan.turn_detection
    if not pauses(lesson, now, silent_ms) or not isinstance(detection, ServerVad):
        return None
    whole_ms = detection.silence_duration_ms
    return Countdown(max(0, whole_ms - silent_ms) / 1000, whole_ms / 1000) if whole_ms >= 2 * PAUSE_MS else None


def turn_left(lesson: Lesson) -> Countdown | None:
    """What is left of a turn begun with the talk key that ends by itself (`pipeline.record_seconds`), or of the time to
    say a sentence after the tutor.
    """
    if isinstance(lesson.training, Shadowed) and lesson.training.left_s:
        return Countdown(lesson.training.left_s, LONGEST_S)
    return Countdown(lesson.turn_left_s, lesson.turn_longest_s) if lesson.talking and lesson.turn_left_s else None
