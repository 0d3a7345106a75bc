"""Saying "exit" ends the turn-based lesson, as typing it ends any: but only said twice in a row, and alone each time.

The word may be an answer, and an answer must not end a lesson by accident. So the first time, the lesson goes on as it
was and the learner is told how to end it; anything else that they say or type after it takes it back. With the other
tutors it stays an answer: our own understands "let's stop", and the Realtime models talk about ending with the learner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key, says_to_leave
from tutor_tui.core.lesson import Lesson

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


def take(session: Session, event: ev.LessonEvent) -> None:
    """Look at what was written down of the learner's turn."""
    if not isinstance(event, ev.LearnerTextDone) or session.tutor.capabilities.way != "pipeline":
        return
    match _times_said(session.lesson, event.item_id):
        case 0:
            return
        case 1:
            hint = f"Say it once more to end the lesson, or press {key('quit')}; say anything else to go on."
            session.take(ev.Trouble(f"You said “{event.text.strip()}”.", hint, quiet=True))
        case _:
            session.take(ev.LeaveAsked())


def _times_said(lesson: Lesson, item_id: str) -> int:
    """How many of the learner's turns in a row, up to this one, are nothing but the word."""
    turns = [turn for turn in lesson.turns if turn.role == "learner"]
    while turns and turns[-1].id != item_id:
        turns.pop()
    times = 0
    while turns and not turns[-1].typed and says_to_leave(turns.pop().text):
        times += 1
    return times
