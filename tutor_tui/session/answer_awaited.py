"""Nothing is waited for in silence: a learner who says nothing for a while is told what to do, and helped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Phase

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

TELL_AFTER_S = 15.0
"""Teachers are advised to wait 3 to 5 s after a question, and beginners need up to 10 s for a sentence: who has not
begun after this long may not know that it is their turn."""
REPEAT_AFTER_S = 40.0
"""By then what to do has been on the screen long enough to be read twice: hearing the question again is what is left.
Only our own tutor does so, once a question: elsewhere every answer costs money."""


class AnswerAwaited:
    """Counts while the learner's turn passes without a sign of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._timers: list[asyncio.TimerHandle] = []
        self._repeated = ""
        """The turn of the learner's after which the question was said again."""

    def stop(self) -> None:
        """The lesson is over, or somebody has done something."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def take(self, event: LessonEvent) -> None:
        """Begin to count when it becomes the learner's turn, and stop when it no longer is."""
        if isinstance(event, ev.LearnerAwaited):
            return
        lesson = self._session.lesson
        if lesson.phase is not Phase.LISTENING or lesson.held or not self._session.tutor.capabilities.listens:
            self._give_up()
        elif not self._timers:
            self._begin()

    def stir(self) -> None:
        """The learner is doing something: typing, for one."""
        if self._timers:
            self._give_up()
            self._begin()

    def _begin(self) -> None:
        if not self._session.is_under_way:
            return
        loop = asyncio.get_running_loop()
        self._timers = [loop.call_later(TELL_AFTER_S, self._tell), loop.call_later(REPEAT_AFTER_S, self._repeat)]

    def _give_up(self) -> None:
        self.stop()
        if self._session.lesson.waited_for:
            self._session.take(ev.LearnerAwaited(False))

    def _tell(self) -> None:
        self._session.take(ev.LearnerAwaited(True))

    def _repeat(self) -> None:
        session, after = self._session, self._session.lesson.last_said or "the greeting"
        asked = any(turn.role == "tutor" for turn in session.lesson.turns)
        if asked and session.tutor.capabilities.ours and after != self._repeated:
            self._repeated = after
            session.ask_again()
