"""What an answer shows of what is kept: of an item that was due, or of what the unit teaches to do.

A unit's free answer at its end is its task: all that was new, in the learner's own words (`learning.can_dos` says what
is made of it).
"""

from __future__ import annotations

from tutor_tui.core.courses import can_do_text
from tutor_tui.core.tools import HowUsed, Used
from tutor_tui.offline_server.lesson.due_items import use_of
from tutor_tui.offline_server.lesson.lesson_path import GOT, LessonPath, Outcome
from tutor_tui.offline_server.lesson.script import LessonScript, Step

_SHOWN: dict[Outcome, HowUsed] = {
    Outcome.FIRST_TRY: "independent",
    Outcome.HELPED: "assisted",
    Outcome.CORRECTED: "assisted",  # one slip in a whole story, which they put right, is no failure at telling it
    Outcome.ANSWER_GIVEN: "lapse",
}


def shown_by(step: Step, path: LessonPath, script: LessonScript, outcome: Outcome, said: str) -> tuple[Used, ...]:
    """What an answer shows with which `step` was left so; nothing where nothing was said."""
    how = _of_unit(step, path, script, outcome)
    told = (Used(can_do_text(script.can_do), how, said, script.title),) if how and said.strip() else ()
    return (*use_of(step, outcome, said), *told)


def _of_unit(step: Step, path: LessonPath, script: LessonScript, outcome: Outcome) -> HowUsed | None:
    if not script.can_do or script.is_level_test:
        return None
    task = script.steps[-1] if script.steps[-1].least else None  # others are free, too: what came of the last unit
    if step is task:
        was_told = outcome is Outcome.FIRST_TRY and path.first(step) is Outcome.ANSWER_GIVEN
        return "assisted" if was_told else _SHOWN.get(outcome)
    went_well = sum(path.count(each) for each in (*GOT, Outcome.CORRECTED)) * 2 > path.total
    return "understood" if path.step is None and task is None and went_well and outcome in _SHOWN else None
