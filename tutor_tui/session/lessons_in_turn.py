"""Several lessons in one session: which lines are of the one under way, and where a lesson goes on behind a drill."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class LessonsInTurn:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._others: tuple[slice, ...] = ()
        """Where in the history lines of other lessons stand: a guide would take their questions for its own."""
        self._interrupted: tuple[LessonPlan, tuple[slice, ...], int] | None = None
        """The lesson that a drill is in the midst of: its plan, its `_others`, and where the drill begins."""
        self._back: tuple[slice, ...] | None = None
        """The `_others` of the lesson to which the session is just returning."""
        self._drill_is_over = False

    @property
    def lines(self) -> tuple[HistoryLine, ...]:
        """What was said in the lesson under way, and before it in the one that it goes on with."""
        history = self._session.lesson.history
        left_out = {place for each in self._others for place in range(*each.indices(len(history)))}
        return tuple(line for place, line in enumerate(history) if place not in left_out)

    def change(self, old: LessonPlan, new: LessonPlan, *, resumes: bool) -> LessonPlan:
        """Another lesson follows; returns its plan. `resumes`: it has a history of its own."""
        history, self._drill_is_over = self._session.lesson.history, False
        if self._back is not None:
            self._others, self._interrupted, self._back = self._back, None, None
            return new
        if resumes or not new.drill:
            self._interrupted = None
        elif not old.drill:
            has_begun = any(line.role == "tutor" for line in self.lines)
            self._interrupted = (old, self._others, len(history)) if has_begun else None
        resumed, said_here = len(new.history), len(history) - len(old.history)
        self._others = (slice(resumed if resumes else 0, resumed + said_here),)
        return replace(new, within_lesson=self._interrupted is not None)

    def take(self, event: ev.LessonEvent) -> None:
        """After a drill in its midst the lesson goes on where it was, once all was said."""
        if isinstance(event, ev.ReplyEnded) and event.begins:
            self._drill_is_over = event.begins == "lesson"
        if not self._drill_is_over or self._interrupted is None or not self._session.clock.nobody_speaks:
            return
        lesson, (old, others, began), self._drill_is_over = self._session.lesson, self._interrupted, False
        self._back = (*others, slice(began, len(lesson.history)))
        self._session.change(replace(lesson.plan, drill="", due=old.due, tools=old.tools, within_lesson=False))
