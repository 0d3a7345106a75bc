"""What the learner can do when the tutor has waited for them for a while: the same words in every front end."""

from __future__ import annotations

from typing import NamedTuple

from tutor_tui.core.actions import key
from tutor_tui.core.availability import understands
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.phase_text import Standing, standing

_SAY_AGAIN = f"{key('repeat')} has the last thing said again."
_WHAT_TO_DO: dict[Standing, str] = {
    Standing.LISTENING: f"Speak, or press {key('type')} to type. {_SAY_AGAIN}",
    Standing.TALK_KEY: f"Press {key('talk')} to talk, or {key('type')} to type. {_SAY_AGAIN}",
    Standing.TYPING: f"Press {key('type')}, type your answer, then press enter. {_SAY_AGAIN}",
    Standing.MUTED: f"You are muted: {key('mute')} opens the microphone, {key('type')} lets you type.",
}
"""In the standings in which the tutor waits for the learner."""
_TYPE = "Type your answer and press enter. “help” and “again” are understood, too."
"""On the offline tutor's typing line, where keys are letters."""


class Waiting(NamedTuple):
    """A sentence, and the way out."""

    title: str
    hint: str


def waiting_words(lesson: Lesson, abilities: Capabilities) -> Waiting | None:
    """What to say to a learner who has been waited for; None while there is no need."""
    what_to_do = _WHAT_TO_DO.get(standing(lesson, abilities)) if lesson.waited_for else None
    if what_to_do is None:
        return None
    typed = abilities.ours and not understands(lesson.plan, abilities)
    return Waiting("It is your turn.", _TYPE if typed else what_to_do)
