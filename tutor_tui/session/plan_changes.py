"""Other plans and other tutors in the middle of a lesson: live where the tutor can, else by a new connection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core import lesson_history
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import Configure
from tutor_tui.session.connection import Connection
from tutor_tui.session.first_words import FirstWords
from tutor_tui.session.lessons_in_turn import LessonsInTurn
from tutor_tui.session.new_link import is_another_lesson, needs_new_link

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class PlanChanges:
    """Of one session, on all its connections."""

    def __init__(self, session: Session, connection: Connection, first_words: FirstWords, plan: LessonPlan) -> None:
        self._session = session
        self._connection = connection
        self._first_words = first_words
        self.lessons = LessonsInTurn(session)
        self._dialled = plan
        """What the present connection was opened with."""

    def plan_to_dial(self) -> LessonPlan:
        """What a new connection starts from: the plan, and what was said. A guide walks its script by that: it is told
        every line since its script began.
        """
        session, lesson = self._session, self._session.lesson
        self._dialled, self._first_words.unsaid = lesson.plan, []
        if session.tutor.capabilities.scripted:
            said = self.lessons.lines
        else:
            said = lesson_history.told(lesson.history, lesson.notes, lesson.plan.level)
        return replace(self._dialled, history=said + session.clock.for_newcomers + session.drill_clock.for_newcomers)

    def catch_up(self, ready: ev.LinkReady) -> None:
        """Bring into force on a new connection what was asked for while it came about, and begin."""
        old, plan = self._dialled, self._session.lesson.plan
        if is_another_lesson(old, plan, self._session.tutor.capabilities):
            self._connection.redial()
            return
        if plan != old:
            self._connection.send(Configure(plan))
        if not ready.takes_over:
            self._first_words.begin()

    def change(self, plan: LessonPlan, *, resumes: bool = False) -> None:
        """Another plan. `resumes`: it has a history of its own."""
        session, abilities = self._session, self._session.tutor.capabilities
        session.turns.let_go()
        old, plan = session.lesson.plan, session.barge_in.suited(replace(plan, answers=True))
        new_lesson = resumes or plan.is_another_lesson(old, scripted=abilities.scripted)
        if new_lesson or not isinstance(plan.turn_detection, PushToTalk):
            session.turns.end_talk()
        if new_lesson:
            session.cut_if_busy()
            session.take(ev.Divided(plan.title))
            self._first_words.opened, plan = False, self.lessons.change(old, plan, resumes=resumes)
        if resumes or needs_new_link(session.lesson, plan, abilities):
            session.take(ev.PlanWanted(plan))
            self._connection.redial()
            return
        session.configure(plan)
        if new_lesson and session.lesson.linked:
            self._first_words.begin()

    def switch(self, tutor: Tutor) -> None:
        """Another tutor goes on where this one stops, with all that was said. The old one is its owner's to close."""
        session = self._session
        if tutor is session.tutor:
            return
        session.turns.let_go()
        session.cut_if_busy()
        self._first_words.wanted_anew()
        session.tutor = tutor
        # Another model simply goes on; our own server walks a script, and nothing was asked of it yet.
        self._first_words.handed_over = tutor.capabilities.ours and bool(session.lesson.history)
        session.take(ev.Divided(tutor.name, other_tutor=True))
        session.take(ev.PlanWanted(session.barge_in.suited(replace(session.lesson.plan, answers=True))))
        self._connection.redial()
