"""Ends a drill: after two minutes its tutor is told to close, and asks nothing new. The lesson's own clock goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.lesson_clock import DRILL_OVER_NOTE
from tutor_tui.core.lesson_plan import DRILL_S, HistoryLine
from tutor_tui.core.tutor_commands import Note

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

NOT_KEPT = "Nothing of this drill is kept, and no word comes back later for it: library.keep is off."


class DrillClock:
    """The clock of one session's drills. It runs from when the drill's tutor is there, or begins it once more."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._timer: asyncio.TimerHandle | None = None
        self._began_s = 0.0
        """On the loop's clock."""
        self._is_over = False
        """The two minutes are."""
        self._is_told = False

    def take(self, event: ev.LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        begins = event.begins if isinstance(event, ev.ReplyEnded) else ""
        if isinstance(event, ev.Divided) or begins:
            self.stop()
        starts = isinstance(event, ev.LinkReady) and begins != "lesson"
        if (starts or begins == "drill") and self._session.lesson.plan.drill and self._timer is None:
            loop = asyncio.get_running_loop()
            self._began_s, self._timer = loop.time(), loop.call_later(DRILL_S, self._end)
            if not self._session.memory.consent.lesson_is_kept:
                self._session.take(ev.Trouble(NOT_KEPT, quiet=True))
        if self._is_over:
            self._tell()

    @property
    def elapsed_s(self) -> float | None:
        """How long the drill has lasted; None where none is under way."""
        is_on = self._timer is not None and self._session.lesson.plan.drill
        return asyncio.get_running_loop().time() - self._began_s if is_on else None

    def stop(self) -> None:
        """No drill is under way any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._is_over, self._is_told = None, False, False

    def _end(self) -> None:
        self._is_over = True
        self._tell()

    def _tell(self) -> None:
        """Tell the tutor, once nobody is speaking, or about to."""
        if not self._is_told and self._session.lesson.plan.drill and self._session.clock.nobody_speaks:
            self._is_told = self._session.send(Note(DRILL_OVER_NOTE))

    @property
    def for_newcomers(self) -> tuple[HistoryLine, ...]:
        """What a tutor has to know on a new connection."""
        return (HistoryLine("aside", DRILL_OVER_NOTE),) if self._is_told else ()
