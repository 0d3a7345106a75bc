"""Holding a conversation in a test."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from hypothesis import HealthCheck, settings

from tests.support.strict_server import StrictServer
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.turn_detection import ServerVad
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

PLAN = LessonPlan(
    "English",
    "Teach.",
    "coral",
    target_language="en",
    turn_detection=ServerVad(silence_duration_ms=300),
    opening="Greet.",
)
ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For property tests: a busy machine is no fault of the code."""
E = TypeVar("E", bound=ev.TutorEvent)


def realtime(server: StrictServer, key: str = "test", ready_wait_s: float = 5.0) -> WebSocketTutor:
    """A tutor on `server`."""
    endpoint = RealtimeEndpoint(server.base_url, key, dialect=DIALECTS[server.behaviour.dialect])
    return WebSocketTutor(endpoint, "gpt-realtime-2.1-mini", ready_wait_s=ready_wait_s)


def hurried() -> OfflineServer:
    """Our own server, in a process of its own, where nothing goes by how fast it sends sound: as soon as it has it."""
    return OfflineServer(
        command=(sys.executable, "-P", "-m", "tutor_tui.testing.faulty_server", "--fault", "pace=1000")
    )


def refusals(*events: ev.TutorEvent) -> list[str]:
    """Why changes of the plan were refused."""
    return [event.reason for event in events if isinstance(event, ev.PlanRefused)]


class Listener:
    """Reads a link in the background and remembers what it told."""

    def __init__(self, link: TutorLink) -> None:
        self.link = link
        self.events: list[ev.TutorEvent] = []
        self.lost: Exception | None = None
        self.ended = False
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for event in self.link.events():
                self.events.append(event)
                self._news.set()
        except Exception as failure:  # noqa: BLE001 - whatever it is, the test that waits will show it
            self.lost = failure
        self.ended = True
        self._news.set()

    def all(self, kind: type[E]) -> list[E]:
        """The events of that kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def wait(self, kind: type[E], count: int = 1, timeout_s: float = 30.0) -> E:
        """The `count`-th event of that kind, once it is there. A link that ends first raises what it ended with."""
        await self.until(lambda: len(self.all(kind)) >= count or self.ended, timeout_s)
        if len(self.all(kind)) < count:
            raise self.lost or AssertionError(f"the link ended without {kind.__name__}")
        return self.all(kind)[count - 1]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Wait for anything."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def end(self, timeout_s: float = 30.0) -> Exception | None:
        """What the link ended with; None for an orderly end."""
        await self.until(lambda: self.ended, timeout_s)
        return self.lost

    async def stop(self) -> None:
        """Stop reading."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def call(tutor: Tutor, plan: LessonPlan = PLAN, *, ready: bool = True) -> AsyncIterator[Listener]:
    """A conversation, ready to be spoken into."""
    async with tutor.connect(plan) as link:
        listener = Listener(link)
        try:
            if ready:
                await listener.wait(ev.LinkReady)
            yield listener
        finally:
            await listener.stop()


async def all_answered(ear: Listener) -> None:
    """Wait until the server has seen to all that was sent so far: a change of the plan is answered in its turn."""
    answers = len(ear.all(ev.PlanApplied))
    await ear.link.send(cmd.Configure(replace(PLAN, speed=1.1)))
    await ear.wait(ev.PlanApplied, answers + 1)


async def speak(link: TutorLink, sound: bytes, pace: float = 0.0) -> None:
    """Speak as the microphone does, in frames of 20 ms; `pace` 1 is the speed of life, however busy the machine."""
    clock = asyncio.get_running_loop().time
    due_s = clock()
    for at in range(0, len(sound), pcm.FRAME_BYTES):
        link.hear(sound[at : at + pcm.FRAME_BYTES])
        due_s += pcm.FRAME_MS / 1000 * pace
        await asyncio.sleep(max(0.0, due_s - clock()))


@asynccontextmanager
async def tcp_server(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> AsyncIterator[int]:
    """A port where something else than a Realtime server listens."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            result = answer(reader, writer)
            if asyncio.iscoroutine(result):
                await result
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
