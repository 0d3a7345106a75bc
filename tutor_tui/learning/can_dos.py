"""What the units of a course teach to do, as something that a learner keeps.

One item stands for a unit, and not one for each line of its list: what shows them is the unit's own task at its end,
in which the learner tells all of it in their own words, and nobody could say which line was shown by which of them.

- Done at the first try, it is independent; with help, or with a slip that the learner put right, assisted; where the
  whole had to be told to them, a lapse. A unit without such a task shows at most that it was understood. A unit that
  was left before its end shows nothing.
- What is typed is as good as written from memory: the task asks, and no word of its answer is in sight.
- It is scheduled as words are, but it is no card: nobody is asked for "order a drink" by its meaning, no drill has it,
  and no export. When it is due, the unit itself is offered once more: a task that went well a month ago shows best at
  the same task what is left of it.
"""

from __future__ import annotations

from tutor_tui.core.courses import can_do_text
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import Used
from tutor_tui.learning.items import Item, ItemKind, Origin, Use

_IN_BRIEF = 60
"""Characters, at most, of what a unit teaches where it is only offered."""
_TOLD = """\
This unit teaches to: {can_do}. Near its end have them do all of that in one go, in their own words, without help. Then
tell how it went with the tool used: item and unit “{unit}”."""


def can_do_told(plan: LessonPlan) -> str:
    """What a tutor with a model is told of the unit's can-do; empty where the plan is no unit."""
    return _TOLD.format(can_do=can_do_text(plan.can_do), unit=plan.profile) if plan.can_do else ""


def can_do_item(used: Used, plan: LessonPlan, *, scripted: bool) -> Item | None:
    """The item that a use of a unit's can-do is about; None where there is none to speak of.

    Whoever walks a script (`scripted`) knows what it teaches, also of the unit behind the one that was begun with; a
    model is not asked for what it was told.
    """
    term = used.item if scripted else can_do_text(plan.can_do)
    unit = used.unit if scripted else plan.profile
    if not term or not used.unit:
        return None
    return Item(plan.target_language, ItemKind.CAN_DO, term, unit, used.quote, origin=Origin.UNIT)


def can_do_in_brief(item: Item) -> str:
    """A unit and what it teaches, in a line that may stand on a card."""
    return f"“{item.meaning}” ({one_line(item.term, _IN_BRIEF)})" if item.meaning else one_line(item.term, _IN_BRIEF)


_HOW = {
    Use.INDEPENDENT: "on your own",
    Use.WRITTEN: "on your own, in writing",
    Use.ASSISTED: "with help",
    Use.UNDERSTOOD: "understood",
    Use.LAPSE: "not yet without help",
}


def how_shown(unit: str, use: Use) -> str:
    """How the task of a unit went, for its report."""
    return f"“{unit}”: {_HOW[use]}."
