"""Which lines of a lesson belong to a drill: one may be all of it, or come before it, behind it or in its midst."""

from __future__ import annotations

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.lesson_plan import LessonPlan


class DrilledTurns:
    """Of one record."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        """By turn: the kind of drill under way when it began; empty for none."""
        self._said: set[str] = set()
        """The same of what the learner has said."""
        self._is_lesson = False
        """The drill is over, and its tutor goes on with the lesson behind it in the same conversation."""

    def take(self, event: ev.LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        if isinstance(event, ev.ReplyEnded) and event.begins:
            self._is_lesson = event.begins == "lesson"
        elif isinstance(event, ev.Divided) and not event.other_tutor:
            self._is_lesson = False

    def kind_of(self, turn: Turn, plan: LessonPlan) -> str:
        """The kind of drill that a line belongs to; empty for none. To be asked when it is new, and as it changes."""
        kind = self._kinds.setdefault(turn.id, self._now(plan))
        if turn.role == "learner" and turn.text and turn.state is not TurnState.UNSURE:
            self._said.add(kind)
        return kind

    def of_record(self, plan: LessonPlan) -> str:
        """The kind of drill that all of it is; empty where the learner has said anything in a lesson, or two kinds."""
        return next(iter(self._said or {self._now(plan)})) if len(self._said) < 2 else ""

    def _now(self, plan: LessonPlan) -> str:
        return "" if self._is_lesson else plan.drill
