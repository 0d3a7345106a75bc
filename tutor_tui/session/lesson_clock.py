"""Tells the tutor how far the lesson's time has run: at half time, and when it is to begin to close.

There is one clock for all of a lesson, whoever teaches and on whichever connection. A mark that is passed while
somebody speaks is told when nobody does; each is told once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_clock import SHARES, comes_after, due_s, more_time_note, reached, time_note
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.tutor_commands import Note

if TYPE_CHECKING:
    from tutor_tui.session.session import Session
    from tutor_tui.session.turn_control import TurnControl


class LessonClock:
    """The clock of one session."""

    def __init__(self, session: Session, turns: TurnControl) -> None:
        self._session = session
        self._turns = turns
        self._timers: list[asyncio.TimerHandle] = []
        self._began_s = 0.0
        """When the task began, since the session did: it may be done again."""
        self._owes_more = False
        """The tutor was told to close, and the lesson has been made longer since."""

    @property
    def elapsed_s(self) -> float:
        """How long the task has been under way."""
        return self._session.elapsed_s - self._began_s

    def begin_anew(self, minutes: int) -> None:
        """The task begins again, and is to last so long."""
        self._began_s, self._owes_more = self._session.elapsed_s, False
        self._session.take(ev.LengthChosen(minutes, ""))
        self.start()

    def start(self) -> None:
        """The lesson is under way."""
        self.stop()
        if not self._session.is_under_way:
            return
        minutes, elapsed_s = self._session.lesson.minutes, self.elapsed_s
        waits_s = [due_s(mark, minutes) - elapsed_s for mark in SHARES if minutes]
        loop = asyncio.get_running_loop()
        self._timers = [loop.call_later(wait_s, self.look) for wait_s in waits_s if wait_s > 0]

    def stop(self) -> None:
        """The lesson is over: no timer fires any more."""
        for timer in self._timers:
            timer.cancel()
        self._timers = []

    def set_length(self, minutes: int) -> None:
        """The lesson is to last so long, from its beginning; 0 for no clock.

        A mark that lies ahead of a lesson made longer is told once more, when it is reached.
        """
        told, now = self._session.lesson.time_told, reached(minutes, self.elapsed_s)
        told_still = now if comes_after(told, now) else told
        self._owes_more = told == "close" and told_still != "close"
        self._session.take(ev.LengthChosen(minutes, told_still))
        self.start()

    def look(self) -> None:
        """Tell the tutor what it has to know, if nobody is speaking, or about to."""
        session, lesson = self._session, self._session.lesson
        if not lesson.minutes and not self._owes_more:
            return  # it is asked after every event
        mark = reached(lesson.minutes, self.elapsed_s)
        is_new = comes_after(mark, lesson.time_told)
        if not (is_new or self._owes_more) or not self.nobody_speaks:
            return
        elapsed_s = self.elapsed_s
        text = time_note(mark, lesson, elapsed_s) if is_new else more_time_note(lesson, elapsed_s)
        if not session.send(Note(text)):
            return
        self._owes_more = False
        if is_new:
            session.take(ev.TimeTold(mark))

    @property
    def nobody_speaks(self) -> bool:
        """Whether the tutor can be told something: nobody is speaking, or about to."""
        session, lesson = self._session, self._session.lesson
        at_rest = lesson.phase is Phase.LISTENING and not lesson.held and not self._turns.key_is_open
        return at_rest and not session.is_answer_asked and session.tutor.capabilities.listens

    @property
    def for_newcomers(self) -> tuple[HistoryLine, ...]:
        """What a tutor has to know that comes to a lesson under way: on a new connection nobody told it."""
        lesson = self._session.lesson
        if not lesson.time_told:
            return ()
        return (HistoryLine("aside", time_note(lesson.time_told, lesson, self.elapsed_s)),)
