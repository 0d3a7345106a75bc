"""The two keys with which the learner ends turns: push-to-talk, and the think key that holds a turn open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import BeginTurn, EndTurn

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

HOLD_S = 60.0
"""How long the think key holds a turn open before it lets go by itself."""
TALK_TAIL_S = 0.2
"""How long the microphone stays open after the talk key, so that the last syllable is not lost."""
REPEAT_GAP_S = 0.15
"""Presses of the talk key that follow each other this fast are one key held down: terminals repeat such a key 10 to 40
times a second, after a first wait of up to 0.7 s, and most cannot say when it is released.
"""
TAP_S = 0.3
"""Where a terminal tells of releases: a key that was down for less was pressed, and another press ends the turn."""
RELEASED_S = 0.3
"""A held key whose repeats stop for this long was released."""
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
        self._pressed_s = -LATE_PRESS_S
        """When the talk key was last pressed, on the loop's clock; its repeats too, where they look like presses."""
        self._key_up: asyncio.TimerHandle | None = None
        """Ends a turn for which the talk key is held down, once it is no longer."""
        self._ended_itself_s = -LATE_PRESS_S
        """When a turn last reached its full length, on the loop's clock."""

    def stop(self) -> None:
        """The lesson is over: no timer fires any more."""
        for timer in (self._release, self._tail, self._key_up):
            if timer is not None:
                timer.cancel()

    @property
    def key_is_open(self) -> bool:
        """Whether the microphone is open by the talk key or its tail."""
        return self._session.lesson.talking or self._tail is not None

    def take(self, event: LessonEvent) -> None:
        """Remember what is owed while the turn is held open, and when a pressed one ended by itself or was lost."""
        if isinstance(event, ev.LearnerTurnKept) and event.by_itself and self._tail is None:
            self._ended_itself_s = asyncio.get_running_loop().time()
        if isinstance(event, ev.LinkEnded) and event.kept is None:
            self._forget_talk()
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
        """Begin the turn, or end it; a held key talks for as long as it is held. What is shadowed is heard again."""
        lesson = self._session.lesson
        by_key = isinstance(lesson.plan.turn_detection, PushToTalk)
        if (lesson.voice_waits or not by_key) and self._session.voice.ear.shadowing.again():
            return
        if not by_key:
            self._tell(
                "Push-to-talk is off: the tutor hears when you speak.",
                f"{key('turns')} chooses when the tutor answers.",
            )
        elif self._repeats() and not lesson.releases_told:
            self._key_held()
        elif lesson.talking:
            self.end_talk()
        elif lesson.muted:
            self._tell("The microphone is muted.", f"{key('mute')} opens it.")
        elif self._comes_late(lesson):
            self._ended_itself_s = -LATE_PRESS_S
        elif lesson.linked or lesson.voice_is_kept:
            self._begin_talk()

    def tell_releases(self) -> None:
        """The terminal has said that it tells when a key is let go."""
        self._session.take(ev.ReleasesTold())

    def released(self) -> None:
        """The talk key was let go: that ends the turn, unless the key was only tapped."""
        if not (self._session.lesson.talk_held and self._session.lesson.talking):
            return
        if asyncio.get_running_loop().time() - self._pressed_s < TAP_S:
            self._session.take(ev.TalkKeyHeld(False))
        else:
            self.end_talk()

    def _repeats(self) -> bool:
        """Whether this press follows the last one as only a held key does."""
        now_s = asyncio.get_running_loop().time()
        gap_s, self._pressed_s = now_s - self._pressed_s, now_s
        return gap_s < REPEAT_GAP_S

    def _comes_late(self, lesson: Lesson) -> bool:
        now_s = asyncio.get_running_loop().time()
        return lesson.phase is Phase.THINKING and now_s - self._ended_itself_s < LATE_PRESS_S

    def _begin_talk(self) -> None:
        if self._key_up is not None:
            self._key_up.cancel()
        if self._tail is not None:
            self._go_on_talking()
            return
        self._session.cut_if_busy()
        self._take_talking()
        self._session.send(BeginTurn())

    def end_talk(self) -> None:
        """End the turn, if one is being pressed, after a short tail."""
        if self._session.lesson.talking:
            self._session.take(ev.Talking(False))
            self._tail = asyncio.get_running_loop().call_later(TALK_TAIL_S, self._send_end)

    def end_tail(self) -> None:
        """What follows the turn is no longer wanted: it ends now, and without an answer."""
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None
            self._session.send(EndTurn(answer=False))

    def _forget_talk(self) -> None:
        """The connection took the turn with it: its end is not for the next one."""
        for timer in (self._tail, self._key_up):
            if timer is not None:
                timer.cancel()
        self._tail = self._key_up = None

    def _send_end(self) -> None:
        self._tail = None
        self._session.send(EndTurn())

    def _go_on_talking(self) -> None:
        """The key was pressed again within the tail: the same turn goes on, with all that was said."""
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None
        self._take_talking()

    def _take_talking(self) -> None:
        if self._session.lesson.releases_told:
            self._session.take(ev.TalkKeyHeld(True))
        self._session.take(ev.Talking(True))

    def _key_held(self) -> None:
        """The key repeats: its first repeat, which came as late as a second press, had ended the turn."""
        if not self.key_is_open:
            return
        if self._tail is not None:
            self._go_on_talking()
        if self._key_up is not None:
            self._key_up.cancel()
        self._key_up = asyncio.get_running_loop().call_later(RELEASED_S, self._key_released)

    def _key_released(self) -> None:
        self._key_up = None
        if self._session.lesson.talking:
            self._session.take(ev.Talking(False))
            self._send_end()

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
