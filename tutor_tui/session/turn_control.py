"""The two keys with which the learner ends turns: push-to-talk, and the think key that holds a turn open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.commands import BeginTurn, EndTurn
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.turn_detection import PushToTalk

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

HOLD_S = 60.0
"""How long the think key holds a turn open before it lets go by itself."""
TALK_TAIL_S = 0.2
"""How long the microphone stays open after the talk key, so that the last syllable is not lost."""
LATE_PRESS_S = 1.0
"""A press of the talk key so soon after a turn has ended by itself was meant to end it, not to begin another."""


class TurnControl:
    """Both keys, their timers, and the answers that a held turn still owes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._owed = False
        """A turn ended while it was held open: it is answered when the learner lets go."""
        self._release: asyncio.TimerHandle | None = None
        self._tail: asyncio.TimerHandle | None = None
        self._ended_itself_s = -LATE_PRESS_S
        """When a turn last reached its full length, on the loop's clock."""

    def stop(self) -> None:
        """The lesson is over: no timer fires any more."""
        for timer in (self._release, self._tail):
            if timer is not None:
                timer.cancel()

    @property
    def key_is_open(self) -> bool:
        """Whether the microphone is open by the talk key or its tail."""
        return self._session.lesson.talking or self._tail is not None

    def take(self, event: LessonEvent) -> None:
        """Remember what is owed while the turn is held open, and when a pressed one ended by itself."""
        if isinstance(event, ev.LearnerTurnKept) and event.by_itself and self._tail is None:
            self._ended_itself_s = asyncio.get_running_loop().time()
        if not self._session.lesson.held:
            return
        match event:
            case ev.LearnerTurnKept():
                self._owed = True
            case ev.ReplyStarted():
                # The tutor began before it learnt that the turn is held open.
                self._owed = True
                self._session.cut("key")
            case _:
                pass

    # ---- push-to-talk -----------------------------------------------------------------------------------------------

    def talk(self) -> None:
        """Begin the turn, or end it."""
        lesson = self._session.lesson
        if not isinstance(lesson.plan.turn_detection, PushToTalk):
            self._tell(
                "Push-to-talk is off: the tutor hears when you speak.", f"{key('turns')} opens the panel to choose it."
            )
        elif lesson.talking:
            self._session.take(ev.Talking(False))
            self._tail = asyncio.get_running_loop().call_later(TALK_TAIL_S, self._end_talk)
        elif lesson.muted:
            self._tell("The microphone is muted.", f"{key('mute')} opens it.")
        elif self._comes_late(lesson):
            self._ended_itself_s = -LATE_PRESS_S
        elif lesson.linked:
            self._begin_talk()

    def _comes_late(self, lesson: Lesson) -> bool:
        now_s = asyncio.get_running_loop().time()
        return lesson.phase is Phase.THINKING and now_s - self._ended_itself_s < LATE_PRESS_S

    def _begin_talk(self) -> None:
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None
        self._session.cut_if_busy()
        self._session.take(ev.Talking(True))
        self._session.send(BeginTurn())

    def _end_talk(self) -> None:
        self._tail = None
        self._session.send(EndTurn())

    # ---- think ------------------------------------------------------------------------------------------------------

    def think(self) -> None:
        """Hold the turn open, or let go of it."""
        lesson = self._session.lesson
        if isinstance(lesson.plan.turn_detection, PushToTalk):
            self._tell("Push-to-talk waits as long as you like.")
        elif lesson.held:
            self.let_go()
        else:
            if lesson.phase is Phase.THINKING:
                self._owed = True
                self._session.cut("key")
            self._session.take(ev.Held(True))
            self._session.configure(replace(self._session.lesson.plan, answers=False))
            self._release = asyncio.get_running_loop().call_later(HOLD_S, self.let_go)

    def let_go(self) -> None:
        """The tutor may answer again, and answers what was said meanwhile. Does nothing when nothing is held."""
        if self._release is not None:
            self._release.cancel()
            self._release = None
        if not self._session.lesson.held:
            return
        self._session.take(ev.Held(False))
        self._session.configure(replace(self._session.lesson.plan, answers=True))
        if self._owed and not self._session.lesson.learner_item:
            self._session.send(EndTurn(commit=False))
        self._owed = False

    def _tell(self, title: str, hint: str = "") -> None:
        self._session.take(ev.Trouble(title, hint))
