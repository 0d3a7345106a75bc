"""What the learner can do when the tutor has waited for them for a while: the same words in every front end."""

from __future__ import annotations

from typing import NamedTuple

from tutor_tui.core.actions import key
from tutor_tui.core.availability import lacks_lesson, understands
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.phase_text import Standing, standing

_SAY_AGAIN = f"{key('repeat')} asks the tutor to say the last thing again."
_WHAT_TO_DO: dict[Standing, str] = {
    Standing.LISTENING: f"Speak, or type: {key('type')}. {_SAY_AGAIN}",
    Standing.TALK_KEY: f"Talk with {key('talk')}, or type: {key('type')}. {_SAY_AGAIN}",
    Standing.TYPING: f"To type your answer: {key('type')}. Enter sends it. {_SAY_AGAIN}",
    Standing.MUTED: f"You are muted: {key('mute')} opens the microphone. Or type: {key('type')}.",
}
"""In the standings in which the tutor waits for the learner."""
_TYPE = "Type your answer and press enter."
"""On the typing line, where keys are letters."""
_UNDERSTOOD = "“help” and “again” are understood, too."
"""By the offline tutor."""


class Waiting(NamedTuple):
    """A sentence, and the way out."""

    title: str
    hint: str


def waiting_words(lesson: Lesson, abilities: Capabilities, *, typing: bool = False) -> Waiting | None:
    """What to say to a learner who has been waited for; None while there is no need.

    `typing`: they are on a typing line, which the offline tutor's typed lessons open by themselves.
    """
    what_to_do = _WHAT_TO_DO.get(standing(lesson, abilities)) if lesson.waited_for else None
    if what_to_do is None or lacks_lesson(lesson.plan, abilities):
        return None
    typed = abilities.ours and not understands(lesson.plan, abilities)
    if typed or typing:
        what_to_do = f"{_TYPE} {_UNDERSTOOD}" if abilities.ours else _TYPE
    return Waiting("It is your turn.", what_to_do)
