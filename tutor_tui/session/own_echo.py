"""Finds out that the tutor hears itself: what stopped it, and was written down as the learner's, are its own words."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from tutor_tui.core.actions import key
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.lesson import Lesson

TIMES = 2
"""Once may be a learner who talks along."""
_LEAST_LETTERS = 12
"""Shorter words may be anybody's, and of a word or two a recogniser makes others."""
_AT_ONCE_MS = 1_500
"""So soon a tutor is stopped that hears itself as loud as it is: within 0.3 to 1 s, with the speaker looped into the
microphone.
"""
_IN_A_ROW = 3
"""So many turns of a few letters that stopped the tutor at once are no learner's."""
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
    it. Of a word or two nobody can tell, but a tutor that hears itself stops at its first words, turn after turn.
    """
    place = next((i for i, turn in enumerate(lesson.turns) if turn.id == item_id), 0)
    said = _letters(text)
    if len(said) < _LEAST_LETTERS:
        places = [i for i in range(place, 0, -1) if lesson.turns[i].role == "learner"][:_IN_A_ROW]
        return len(places) == _IN_A_ROW and all(_stopped_it_at_once(lesson.turns, each) for each in places)
    stopped = _stopped(lesson.turns, place)
    if stopped is None:
        return False
    blocks = SequenceMatcher(None, said, _letters(stopped.text), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _LEAST_BLOCK) >= _SHARE * len(said)


def _stopped(turns: Sequence[Turn], place: int) -> Turn | None:
    """What the tutor was saying when the turn at that place stopped it; None where it stopped nothing."""
    before = turns[place - 1] if place else None
    return before if before and before.role == "tutor" and before.state is TurnState.CUT else None


def _stopped_it_at_once(turns: Sequence[Turn], place: int) -> bool:
    stopped, is_typed = _stopped(turns, place), turns[place].typed
    is_brief = len(_letters(turns[place].text)) < _LEAST_LETTERS
    return stopped is not None and stopped.heard_ms <= _AT_ONCE_MS and is_brief and not is_typed


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))[:_MOST_LETTERS]
