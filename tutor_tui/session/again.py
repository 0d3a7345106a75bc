"""The same task once more, at once: a lesson of its own that is kept, and shorter than the first."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.pedagogy import once_more
from tutor_tui.core.problems import Problem
from tutor_tui.learning.report import AGAIN_NOW_SHARE

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

ENDS_KEPT = "The lesson that you are in ends here. It is kept, and the report shows both runs side by side."
ENDS_UNKEPT = "The lesson that you are in ends here, and nothing of it is kept."
_STEP_S = 10
"""Of less than a minute, so exactly it is told how long the second run is to take."""


def again_words(session: Session, task: str = "") -> str:
    """What would begin now, and how long it is to take; `task` is its title, where the profile's does not say it.

    Raises `Problem` for a drill, and where nothing was said yet.
    """
    if session.lesson.plan.drill:
        raise Problem("A drill is not done again at once.", "What you missed in it comes back soon by itself.")
    said = (turn for turn in session.lesson.turns[session.recorder.before :] if turn.role == "learner")
    if not any(turn.text and turn.state is not TurnState.UNSURE for turn in said):
        raise Problem("There is nothing to do again yet.", "Answer your tutor first.")
    wanted_s = session.clock.elapsed_s * AGAIN_NOW_SHARE
    length = f"{ceil(wanted_s / 60)} min" if wanted_s > 60 - _STEP_S else f"{_STEP_S * ceil(wanted_s / _STEP_S)} s"
    return f"Once more: “{task or session.lesson.plan.profile}”, about {length}."


def hold_again(session: Session, task: str = "") -> None:
    """Begin the task of the lesson under way anew, and say so. Raises `Problem` as `again_words` does."""
    title = again_words(session, task)
    minutes = max(1, ceil(session.clock.elapsed_s / 60 * AGAIN_NOW_SHARE))
    plan = replace(session.lesson.plan, history=(), due=(), opening=once_more(minutes), continues="", recap=None)
    session.change(plan, resumes=True)
    first = session.recorder.lesson_id
    session.recorder.begin_anew()
    session.recorder.first_run = first
    session.clock.begin_anew(minutes)
    session.take(ev.Trouble(title, "What changed from the first time stands in the report at the end.", quiet=True))
