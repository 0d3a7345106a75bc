"""Keeps a lesson connected: dials, re-dials after a drop, and carries commands, sound and events while it holds."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tutor_tui.core.actions import key
from tutor_tui.core.availability import GO_OFFLINE, why_not_offline
from tutor_tui.core.events import (
    Dialling,
    LinkEnded,
    LinkReady,
    ReplyEnded,
    ReplyStarted,
    Trouble,
    TurnTooShort,
    TutorAudio,
    TutorEvent,
)
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.reconnect_backoff import wait_s
from tutor_tui.core.tutor_commands import AnswerTools, CheckIn, Command, EndTurn, GiveUp, Greet, Interrupt, Repeat, Say
from tutor_tui.session.roll_over import RollOver
from tutor_tui.supervision import as_lost, cancelled, side_by_side

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

STEADY_S = 5.0
"""A conversation that lasted this long was a good one: the next attempt starts without waiting."""
_WORKED_BEFORE = "It worked before, so we go on dialling."
_ASKED = f"We wait as asked; {key('retry')} dials at once."

UNTOLD_S = 2.0
"""A conversation that ended in the usual way while nothing was under way is followed by another one within this time,
or the learner is told: until then they may take it for listening."""

TOLD_DROPPED_MS = 1_000
"""A moment less than this is heard as a slip of the tongue at most."""
TOLD_DROPPED_AGAIN_S = 30.0
"""Where the network stays slow, that is said no more often."""


class _Kept(NamedTuple):
    """A frame that the learner said before this connection was there."""

    frame: bytes


class Connection:
    """One conversation after another, until cancelled."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._link: TutorLink | None = None
        self._ready = False
        self._ready_s: float | None = None
        """When the last conversation could begin, on the loop's clock; None if it never could."""
        self.dropped_ms = 0
        """Of the learner's voice, thrown away on congested connections of this lesson."""
        self._untold_ms = 0
        """What the learner said of that, and does not know yet."""
        self._told_dropped_s = -TOLD_DROPPED_AGAIN_S
        self._asked = False
        """An answer was asked for on this connection, and has not begun."""
        self._outbox: asyncio.Queue[Command | bytes | _Kept] = asyncio.Queue()
        self._stops = 0
        """Interruptions that the link has not heard of: until then, sound is of what was stopped."""
        self._again = asyncio.Event()
        self._held_by: asyncio.Task[Any] | None = None
        """Holds the present conversation, or was the last to hold one."""
        self._roll_over = RollOver(session, self._carry)
        self._untold: asyncio.TimerHandle | None = None
        """Tells that the connection ended, unless there is another one before."""
        self._reached: list[Tutor] = []
        """The tutors that have been connected in this lesson: whatever their door answers later may pass."""

    @property
    def is_answer_asked(self) -> bool:
        """Whether an answer was asked for, and may still begin."""
        return self._ready and self._asked

    def send(self, command: Command) -> bool:
        """Queue a command behind those before it; False while there is no connection."""
        if not self._ready:
            return False
        self._outbox.put_nowait(command)
        match command:
            case Greet() | Say() | Repeat() | CheckIn() | EndTurn(answer=True) | AnswerTools(speak=True):
                self._asked = True
                self._session.answer_asked()
            case Interrupt(by="key") | GiveUp(stopped_only=False):
                self._asked = False
                self._stops += isinstance(command, Interrupt)
            case _:
                pass
        return True

    def hear(self, frame: bytes) -> None:
        """Pass a microphone frame on at once, or right behind what goes out before it. Does nothing without a
        connection: `session.gap_audio` keeps what the next one has to hear.
        """
        link = self._link
        if link is None or not self._ready:
            return
        if self._outbox.empty():
            self._pass_on(link, frame)
        else:
            self._outbox.put_nowait(frame)

    def hear_kept(self, frames: Iterable[bytes]) -> None:
        """Pass on what was said before this connection was there, behind the commands so far."""
        for frame in frames:
            self._outbox.put_nowait(_Kept(frame))

    def _pass_on(self, link: TutorLink, frame: bytes) -> None:
        before_ms = link.dropped_ms
        link.hear(frame)
        if dropped_ms := link.dropped_ms - before_ms:
            self.dropped_ms += dropped_ms
            if any(frame) and self._session.levels.read().voiced:  # of silence nothing is missed
                self._untold_ms += dropped_ms
                self._tell_dropped()

    def _tell_dropped(self) -> None:
        """Say that the tutor did not get all of the learner's voice, once it is more than a moment."""
        now_s, lost_ms = asyncio.get_running_loop().time(), self._untold_ms
        if lost_ms >= TOLD_DROPPED_MS and now_s - self._told_dropped_s >= TOLD_DROPPED_AGAIN_S:
            self._untold_ms, self._told_dropped_s = 0, now_s
            title = f"The network is too slow: {lost_ms / 1000:.0f} s of your voice did not reach the tutor."
            self._session.take(Trouble(title, "Say it again if you are misunderstood.", quiet=True))

    def redial(self) -> None:
        """Hang up and open a new conversation at once; also ends a wait between attempts, and an attempt under way."""
        self._again.set()

    async def run(self) -> None:
        """Dial until cancelled. After a refusal that no attempt can cure, wait to be told to `redial`.

        Before a tutor was ever reached, that is also what is plainly wrong with its address. Once it has been, only
        what is `final` is: a proxy, a captive portal or a server that restarts answers anything, for a while.
        """
        try:
            await self._go_on_dialling()
        finally:
            self._keep_untold()

    async def _go_on_dialling(self) -> None:
        attempt, asked_s = 1, 0.0
        while True:
            await self._pause(attempt, asked_s)
            asked_s = 0.0
            tutor = self._session.tutor
            try:
                await self._hold_one()
            except Exception as fault:  # noqa: BLE001 - a fault of ours ends this conversation, not the lesson
                lost = fault if isinstance(fault, LinkLost) else as_lost(fault)
                may_pass = lost.retry or (tutor in self._reached and not lost.final)
                hint = self._hint(lost, attempt) if may_pass else lost.hint
                is_steady = self._was_steady()
                self._tell_ended(LinkEnded(lost.title, fatal=not may_pass, hint=hint, usual=lost.usual and is_steady))
                if may_pass:
                    asked_s = lost.asked_wait_s
                    attempt = 1 if is_steady and not asked_s else attempt + 1
                else:
                    await self._again.wait()
                    attempt = 1
            else:
                attempt = 1

    def _tell_ended(self, ended: LinkEnded) -> None:
        """At once; where nothing was under way in a conversation that ended in the usual way, only if it takes long
        until there is another.
        """
        self._keep_untold()
        if ended.usual and not self._asked and self._roll_over.is_settled:
            self._untold = asyncio.get_running_loop().call_later(UNTOLD_S, self._session.take, ended)
        else:
            self._session.take(ended)

    def _keep_untold(self) -> None:
        if self._untold is not None:
            self._untold.cancel()
            self._untold = None

    def _hint(self, lost: LinkLost, attempt: int) -> str:
        """What the learner reads of an end after which we dial again by ourselves."""
        session = self._session
        away = attempt > 1 or session.tutor not in self._reached
        offer = away and not why_not_offline(session.tutor.capabilities, replace(session.lesson, linked=False))
        sentences = (
            "" if lost.retry else _WORKED_BEFORE,
            _ASKED if lost.asked_wait_s else "",
            GO_OFFLINE if offer else "",  # before what else helps: a small screen shows the beginning
            lost.hint,
        )
        return " ".join(filter(None, sentences))

    def _was_steady(self) -> bool:
        """Whether the last conversation lasted; waiting for it to begin does not count."""
        return self._ready_s is not None and asyncio.get_running_loop().time() - self._ready_s >= STEADY_S

    async def _pause(self, attempt: int, asked_s: float) -> None:
        """Count the wait before `attempt` down, second by second, until it is over or `redial` ends it."""
        left_s = wait_s(attempt, random.random(), asked_s)
        end_s = asyncio.get_running_loop().time() + left_s
        while left_s > 0 and not self._again.is_set():
            self._session.take(Dialling(attempt, left_s))
            left_s = math.ceil(left_s) - 1.0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(end_s - left_s):
                    await self._again.wait()
        self._session.take(Dialling(attempt))
        self._again.clear()

    async def _hold_one(self) -> None:
        """One conversation, and those that take over from it: returns when asked to dial again, raises what the last of
        them ends with otherwise.
        """
        self._ready_s = None
        held_by: asyncio.Task[Any] = asyncio.create_task(self._call(), name="connection: call")
        again = asyncio.create_task(self._again.wait(), name="connection: redial")
        try:
            while not again.done():
                await asyncio.wait((held_by, again), return_when=asyncio.FIRST_COMPLETED)
                if held_by is self._held_by and held_by.done():
                    held_by.result()
                held_by = self._held_by or held_by  # one that has given way may be hanging up still
            self._link, self._ready = None, False
            self._tell_ended(LinkEnded(""))
        finally:
            await cancelled(held_by, self._held_by or held_by, again, *self._roll_over.stop())

    async def _call(self) -> None:
        """Connect, and carry until the connection ends, which raises `LinkLost`."""
        tutor, self._held_by = self._session.tutor, asyncio.current_task()
        if refused := self._session.budget.refusal():
            raise refused
        async with tutor.connect(self._session.plan_to_dial()) as link:
            await self._carry(tutor, link, link.events())

    async def _carry(
        self, tutor: Tutor, link: TutorLink, events: AsyncIterator[TutorEvent], came: Sequence[TutorEvent] = ()
    ) -> None:
        """Hold a conversation until its connection ends, which raises `LinkLost`. One of which something `came` already
        takes over from the one that is held.
        """
        if came:
            if self._held_by is None or not self._ready or not self._outbox.empty():
                return  # that has ended meanwhile, and another is dialled; or it has something to be told first
            self._held_by.cancel()
            self._held_by = asyncio.current_task()
            self._roll_over.done()
        self._link, self._outbox, self._asked, self._stops = link, asyncio.Queue(), False, 0
        for event in came:
            self._take(replace(event, takes_over=True) if isinstance(event, LinkReady) else event, tutor)
        sender = asyncio.create_task(self._send_on(link, self._outbox), name="connection: commands")
        reader = asyncio.create_task(self._read(link, tutor, events), name="connection: events")
        try:
            await side_by_side(sender, reader)
        finally:
            if self._link is link:
                self._link, self._ready = None, False

    async def _read(self, link: TutorLink, tutor: Tutor, events: AsyncIterator[TutorEvent]) -> None:
        async for event in events:
            if self._link is not link:  # hung up: what still comes is of no conversation
                return
            if self._stops <= 0 or not isinstance(event, TutorAudio):
                self._take(event, tutor)
        raise LinkLost("The tutor hung up.", "Dialling again.", retry=True)

    def _take(self, event: TutorEvent, tutor: Tutor) -> None:
        if isinstance(event, LinkReady):
            self._keep_untold()
            self._ready, self._ready_s = True, asyncio.get_running_loop().time()
            self._roll_over.plan(event.expires_at)
            if tutor not in self._reached:
                self._reached.append(tutor)
        if isinstance(event, ReplyStarted | ReplyEnded | TurnTooShort):
            self._asked = False
        self._session.take(event)

    async def _send_on(self, link: TutorLink, outbox: asyncio.Queue[Command | bytes | _Kept]) -> None:
        """Ends quietly when the connection is gone: the reader reports that once."""
        try:
            while True:
                match await outbox.get():
                    case _Kept(frame):
                        link.hear(frame, kept=True)
                        await asyncio.sleep(0)  # some links judge each frame: ten seconds of them at once take a while
                    case bytes() as frame:
                        self._pass_on(link, frame)
                    case command:
                        await link.send(command)
                        self._stops -= isinstance(command, Interrupt) and command.by == "key"
        except LinkLost:
            return
