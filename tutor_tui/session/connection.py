"""Keeps a lesson connected: dials, re-dials after a drop, and carries commands, sound and events while it holds."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Literal

from tutor_tui.core.events import Dialling, LinkEnded, LinkReady
from tutor_tui.core.ports import TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.reconnect_backoff import wait_s
from tutor_tui.core.tutor_commands import Command

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

STEADY_S = 5.0
"""A conversation that lasted this long was a good one: the next attempt starts without waiting."""


class Connection:
    """One conversation after another, until cancelled."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._link: TutorLink | None = None
        self._ready = False
        self._ready_s: float | None = None
        """When the last conversation could begin, on the loop's clock; None if it never could."""
        self._outbox: asyncio.Queue[Command] = asyncio.Queue()
        self._again = asyncio.Event()

    def send(self, command: Command) -> bool:
        """Queue a command behind those before it; False while there is no connection."""
        if not self._ready:
            return False
        self._outbox.put_nowait(command)
        return True

    def hear(self, frame: bytes) -> None:
        """Pass a microphone frame on at once; without a connection it is lost, as spoken words are."""
        if self._link is not None and self._ready:
            self._link.hear(frame)

    def redial(self) -> None:
        """Hang up and open a new conversation at once; also ends a wait between attempts, and an attempt under way."""
        self._again.set()

    async def run(self) -> None:
        """Dial until cancelled. After a refusal that no attempt can cure, wait to be told to `redial`."""
        attempt = 1
        while True:
            await self._pause(attempt)
            try:
                await self._hold_one()
            except LinkLost as lost:
                attempt = 1 if self._was_steady() and lost.retry else attempt + 1
                self._session.take(LinkEnded(lost.title, fatal=not lost.retry, hint=lost.hint))
                if not lost.retry:
                    await self._again.wait()
                    attempt = 1
            else:
                attempt = 1

    def _was_steady(self) -> bool:
        """Whether the last conversation lasted; waiting for it to begin does not count."""
        return self._ready_s is not None and asyncio.get_running_loop().time() - self._ready_s >= STEADY_S

    async def _pause(self, attempt: int) -> None:
        wait = wait_s(attempt, random.random())
        self._session.take(Dialling(attempt, wait))
        if wait:
            try:
                async with asyncio.timeout(wait):
                    await self._again.wait()
            except TimeoutError:
                pass
            self._session.take(Dialling(attempt))
        self._again.clear()

    async def _hold_one(self) -> None:
        """One conversation: returns when asked to dial again, raises `LinkLost` when it ends otherwise."""
        self._ready_s = None
        call = asyncio.create_task(self._call(), name="connection: call")
        again = asyncio.create_task(self._again.wait(), name="connection: redial")
        try:
            await asyncio.wait((call, again), return_when=asyncio.FIRST_COMPLETED)
            if call.done():
                call.result()
            self._link, self._ready = None, False
            self._session.take(LinkEnded(""))
        finally:
            await _ended(call, again)

    async def _call(self) -> None:
        """Connect, and carry until the connection ends, which raises `LinkLost`."""
        async with self._session.tutor.connect(self._session.plan_to_dial()) as link:
            self._link, self._outbox = link, asyncio.Queue()
            sender = asyncio.create_task(self._send_on(link, self._outbox), name="connection: commands")
            reader = asyncio.create_task(self._read(link), name="connection: events")
            try:
                done, _ = await asyncio.wait((sender, reader), return_when=asyncio.FIRST_EXCEPTION)
                for task in done:
                    task.result()
            finally:
                self._link, self._ready = None, False
                await _ended(sender, reader)

    async def _read(self, link: TutorLink) -> None:
        async for event in link.events():
            if self._link is not link:  # hung up: what still comes is of no conversation
                return
            if isinstance(event, LinkReady):
                self._ready, self._ready_s = True, asyncio.get_running_loop().time()
            self._session.take(event)
        raise LinkLost("The tutor hung up.", "Dialling again.", retry=True)

    async def _send_on(self, link: TutorLink, outbox: asyncio.Queue[Command]) -> None:
        """Ends quietly when the connection is gone: the reader reports that once."""
        try:
            while True:
                await link.send(await outbox.get())
        except LinkLost:
            return


async def _ended(*tasks: asyncio.Task[None] | asyncio.Task[Literal[True]]) -> None:
    """Cancel them, and wait until they have cleaned up."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
