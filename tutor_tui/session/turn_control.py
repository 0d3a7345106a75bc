"""The two keys with which the learner ends turns: push-to-talk, and the think key that holds a turn open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal, Protocol

from tutor_tui.core import events as ev
from tutor_tui.core.commands import BeginTurn, Command, EndTurn
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.turn_detection import PushToTalk

HOLD_S = 60.0
"""How long the think key holds a turn open before it lets go by itself."""
TALK_TAIL_S = 0.2
"""How long the microphone stays open after the talk key, so that the last syllable is not lost."""
LATE_PRESS_S = 1.0
"""A press of the talk key so soon after a turn has ended by itself was meant to end it, not to begin another."""


class Owner(Protocol):
    """What the keys need of the session they belong to."""

    @property
    def lesson(self) -> Lesson:
        """The lesson now."""
        ...

    def take(self, event: LessonEvent) -> None:
        """Let something happen."""
        ...

    def send(self, command: Command) -> bool:
        """Tell the tutor; False without a line."""
        ...

    def configure(self, plan: LessonPlan) -> None:
        """Want another plan, live."""
        ...

    def cut(self, by: Literal["voice", "key"]) -> None:
        """Stop the tutor."""
        ...

    def cut_if_busy(self) -> None:
        """Stop the tutor if there is anything to stop."""
        ...


class TurnControl:
    """Both keys, their timers, and the answers that a held turn still owes."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
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
        return self._owner.lesson.talking or self._tail is not None

    def take(self, event: LessonEvent) -> None:
        """Remember what is owed while the turn is held open, and when a pressed one ended by itself."""
        if isinstance(event, ev.LearnerTurnKept) and event.by_itself and self._tail is None:
            self._ended_itself_s = asyncio.get_running_loop().time()
        if not self._owner.lesson.held:
            return
        match event:
            case ev.LearnerTurnKept():
                self._owed = True
            case ev.ReplyStarted():
                # The tutor began before it learnt that the turn is held open.
                self._owed = True
                self._owner.cut("key")
            case _:
                pass

    # ---- push-to-talk -----------------------------------------------------------------------------------------------

    def talk(self) -> None:
        """Begin the turn, or end it."""
        lesson = self._owner.lesson
        if not isinstance(lesson.plan.turn_detection, PushToTalk):
            self._tell("Push-to-talk is off: the tutor hears when you speak.", "v opens the panel to choose it.")
        elif lesson.talking:
            self._owner.take(ev.Talking(False))
            self._tail = asyncio.get_running_loop().call_later(TALK_TAIL_S, self._end_talk)
        elif lesson.muted:
            self._tell("The microphone is muted.", "m opens it.")
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
        self._owner.cut_if_busy()
        self._owner.take(ev.Talking(True))
        self._owner.send(BeginTurn())

    def _end_talk(self) -> None:
        self._tail = None
        self._owner.send(EndTurn())

    # ---- think ------------------------------------------------------------------------------------------------------

    def think(self) -> None:
        """Hold the turn open, or let go of it."""
        lesson = self._owner.lesson
        if isinstance(lesson.plan.turn_detection, PushToTalk):
            self._tell("Push-to-talk waits as long as you like.")
        elif lesson.held:
            self.let_go()
        else:
            if lesson.phase is Phase.THINKING:
                self._owed = True
                self._owner.cut("key")
            self._owner.take(ev.Held(True))
            self._owner.configure(replace(self._owner.lesson.plan, answers=False))
            self._release = asyncio.get_running_loop().call_later(HOLD_S, self.let_go)

    def let_go(self) -> None:
        """The tutor may answer again, and answers what was said meanwhile. Does nothing when nothing is held."""
        if self._release is not None:
            self._release.cancel()
            self._release = None
        if not self._owner.lesson.held:
            return
        self._owner.take(ev.Held(False))
        self._owner.configure(replace(self._owner.lesson.plan, answers=True))
        if self._owed and not self._owner.lesson.learner_item:
            self._owner.send(EndTurn(commit=False))
        self._owed = False

    def _tell(self, title: str, hint: str = "") -> None:
        self._owner.take(ev.Trouble(title, hint))
