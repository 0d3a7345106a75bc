"""Finds out that the tutor hears itself: what stopped it, and was written down as the learner's, are its own words."""

from __future__ import annotations

from difflib import SequenceMatcher

from tutor_tui.core.actions import key
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.lesson import Lesson

TIMES = 2
"""Once may be a learner who talks along."""
_LEAST_LETTERS = 12
"""Shorter words may be anybody's."""
_LEAST_BLOCK = 3
_SHARE = 0.7
"""So much of what was written down is in what the tutor had said: a recogniser mishears some of an echo."""
_MOST_LETTERS = 1_000
TITLE = "The tutor seems to hear itself."
_CALIBRATION = "After the lesson, tutor-tui doctor --echo finds out what fits your room."
HINTS: dict[EchoMode, str] = {
    "headphones": f"Put on headphones, or {key('echo')} for speakers. {_CALIBRATION}",
    "speakers": f"Put on headphones, or set sound.echo_mode to half-duplex. {_CALIBRATION}",
}
"""The way out, by mode; half-duplex has none, for there the microphone rests."""


def is_own_echo(lesson: Lesson, item_id: str, text: str) -> bool:
    """Whether `text`, written down of the learner's turn `item_id`, is what the tutor was saying when that turn stopped
    it.
    """
    said = _letters(text)
    if len(said) < _LEAST_LETTERS:
        return False
    stopped = _before(lesson, item_id)
    if stopped is None or stopped.state is not TurnState.CUT:
        return False
    blocks = SequenceMatcher(None, said, _letters(stopped.text), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _LEAST_BLOCK) >= _SHARE * len(said)


def _before(lesson: Lesson, item_id: str) -> Turn | None:
    """What was said before that turn."""
    place = next((i for i, turn in enumerate(lesson.turns) if turn.id == item_id), 0)
    return lesson.turns[place - 1] if place and lesson.turns[place - 1].role == "tutor" else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))[:_MOST_LETTERS]
