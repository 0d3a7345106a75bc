"""Keeps a lesson connected: dials, re-dials after a drop, and carries commands, sound and news while the line holds."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

from tutor_tui.core.backoff import wait_s
from tutor_tui.core.commands import Command
from tutor_tui.core.events import Dialling, LessonEvent, LinkEnded, LinkReady
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import LinkLost

STEADY_S = 5.0
"""A link that lasted this long was a good one: the next attempt starts without waiting."""


class Owner(Protocol):
    """What the line needs of the session it serves."""

    @property
    def tutor(self) -> Tutor:
        """Whom to dial."""
        ...

    def plan_now(self) -> LessonPlan:
        """The plan to open the next connection with, history included."""
        ...

    def take(self, event: LessonEvent) -> None:
        """Everything that happens on the line, in order."""
        ...


class Line:
    """One conversation after another, until cancelled."""

    def __init__(self, owner: Owner, jitter: Callable[[], float] = random.random) -> None:
        self._owner = owner
        self._jitter = jitter
        self._link: TutorLink | None = None
        self._ready = False
        self._outbox: asyncio.Queue[Command] = asyncio.Queue()
        self._again = asyncio.Event()

    def send(self, command: Command) -> bool:
        """Queue a command behind those before it; False when there is no line to send it on."""
        if not self._ready:
            return False
        self._outbox.put_nowait(command)
        return True

    def hear(self, frame: bytes) -> None:
        """Pass a microphone frame on at once; without a line it is lost, as spoken words are."""
        if self._link is not None and self._ready:
            self._link.hear(frame)

    def redial(self) -> None:
        """Hang up and open a new conversation at once; also ends a wait between attempts."""
        self._again.set()

    async def run(self) -> None:
        """Dial until cancelled. After a refusal that no attempt can cure, wait to be told to `redial`."""
        loop = asyncio.get_running_loop()
        attempt = 1
        while True:
            await self._pause(attempt)
            dialled_s = loop.time()
            try:
                await self._hold_one()
            except LinkLost as lost:
                held = loop.time() - dialled_s >= STEADY_S
                attempt = 1 if held and lost.retry else attempt + 1
                self._owner.take(LinkEnded(lost.title, fatal=not lost.retry, hint=lost.hint))
                if not lost.retry:
                    await self._again.wait()
                    attempt = 1
            else:
                attempt = 1

    async def _pause(self, attempt: int) -> None:
        wait = wait_s(attempt, self._jitter())
        self._owner.take(Dialling(attempt, wait))
        if wait:
            try:
                async with asyncio.timeout(wait):
                    await self._again.wait()
            except TimeoutError:
                pass
        self._again.clear()

    async def _hold_one(self) -> None:
        """One conversation: returns when asked to dial again, raises `LinkLost` when it ends otherwise."""
        async with self._owner.tutor.connect(self._owner.plan_now()) as link:
            self._link, self._outbox = link, asyncio.Queue()
            sender = asyncio.create_task(self._send_on(link, self._outbox), name="line: commands")
            reader = asyncio.create_task(self._read(link), name="line: events")
            again = asyncio.create_task(self._again.wait(), name="line: redial")
            tasks = (sender, reader, again)
            try:
                await asyncio.wait((reader, again), return_when=asyncio.FIRST_COMPLETED)
                if reader.done():
                    reader.result()
                    raise LinkLost("The tutor hung up.", "Dialling again.", retry=True)
                self._owner.take(LinkEnded("", hint=""))
            finally:
                self._link, self._ready = None, False
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, link: TutorLink) -> None:
        async for event in link.events():
            self._ready = self._ready or isinstance(event, LinkReady)
            self._owner.take(event)

    async def _send_on(self, link: TutorLink, outbox: asyncio.Queue[Command]) -> None:
        """Ends quietly when the line is gone: the reader tells of that once."""
        try:
            while True:
                await link.send(await outbox.get())
        except LinkLost:
            return
