"""The offline tutor goes on where the learner's own cannot, and gives way to it again when the learner asks for that.

Meanwhile nobody dials the learner's own tutor: it may cost money, and a lesson does not change its voice unasked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.availability import why_not_offline
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import Problem
from tutor_tui.core.settings import Fallback

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

DOWN_S = 20.0
"""How long a line may stay down in one piece, over all attempts to open it again; the first one counts, too."""
GOES_ON = f"The offline tutor goes on; {key('offline')} goes back to your own."
_OUT_OF_REACH = f"Your tutor has been out of reach for {DOWN_S:.0f} s."


class OfflineFallback:
    """Of one session: by `setting` when the line stays down, and for a budget that is spent."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.setting: Fallback = "none"
        """May be changed at any time."""
        self.make_offline_tutor: Callable[[], Tutor] | None = None
        """Who goes on. Raises `Problem` where it cannot be had."""
        self._tutor = session.tutor
        self._own: Tutor | None = None
        """Whom the offline tutor has followed."""
        self._timer: asyncio.TimerHandle | None = None
        """Runs from when the line went down; None while it stands."""
        self._is_overdue = False
        """That was too long ago."""
        self._stopped: ev.LinkEnded | None = None
        """What would have stopped the lesson."""
        self._cannot = False
        """It was tried since the line went down, and there is no offline tutor to be had: told once."""

    def begin(self) -> None:
        """The lesson begins, and there is no line yet."""
        self._is_down()

    def stop(self) -> None:
        """The lesson is over: no timer fires any more."""
        if self._timer is not None:
            self._timer.cancel()

    # ---- when the line stays down -----------------------------------------------------------------------------------

    def not_stopped_by(self, event: ev.LinkEnded) -> ev.LinkEnded:
        """`event`; where it would stop the lesson, and the offline tutor can go on instead, only as the line's end."""
        self._stopped = event if event.fatal and self._is_wanted else None
        return replace(event, reason="", hint="", fatal=False) if self._stopped else event

    def take(self, event: LessonEvent) -> None:
        """Watch the line, and who teaches."""
        if self._session.tutor is not self._tutor:
            is_offline = self._session.tutor.capabilities.way == "offline"
            self._own, self._tutor = self._tutor if is_offline else None, self._session.tutor
            self._count_anew()  # who has just been chosen was not out of reach yet
            if not self._session.lesson.linked:
                self._is_down()
        match event:
            case ev.LinkReady():
                self._count_anew()
                self._cannot = False
            case ev.LinkEnded():
                stopped, self._stopped = self._stopped, None
                if stopped is None:
                    self._is_down()
                elif not self.go_on(stopped.reason, f"{stopped.hint} {GOES_ON}".strip()):
                    self._session.take(stopped)
            case _:
                pass

    def _count_anew(self) -> None:
        self.stop()
        self._timer, self._is_overdue = None, False

    def _is_down(self) -> None:
        if not self._session.is_under_way:
            return
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DOWN_S, self._too_long)
        elif self._is_overdue and self._is_wanted:
            self.go_on(_OUT_OF_REACH, GOES_ON)

    def _too_long(self) -> None:
        self._is_overdue = True
        self._is_down()

    @property
    def _is_wanted(self) -> bool:
        if self._session.budget.refusal() is not None:
            return False  # what becomes of the lesson then is the budget's to say
        return self.setting == "offline" and self._can_go_on

    @property
    def _can_go_on(self) -> bool:
        """Whether there is somebody else, and a lesson that they can take over."""
        away = replace(self._session.lesson, linked=False)
        known = self.make_offline_tutor is not None and not self._cannot
        return known and not why_not_offline(self._session.tutor.capabilities, away)

    # ---- to the offline tutor, and back -----------------------------------------------------------------------------

    def go_on(self, title: str, hint: str) -> bool:
        """Have the offline tutor go on, and say why; whether it does."""
        if self.make_offline_tutor is None or not self._can_go_on:
            return False
        try:
            tutor = self.make_offline_tutor()
        except Problem as problem:
            self._cannot = True
            self._session.take(ev.Trouble(problem.title, problem.hint))
            return False
        self._session.switch(tutor)
        self._session.take(ev.Trouble(title, hint))
        return True

    @property
    def stands_in(self) -> bool:
        """Whether the learner's own tutor could be asked back."""
        return self._own is not None

    def come_back(self) -> bool:
        """Dial the learner's own tutor again; False where the offline one follows nobody."""
        if self._own is None:
            return False
        self._session.switch(self._own)
        return True
