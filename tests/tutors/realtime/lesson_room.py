"""A session over the real link and a strict server, without a sound card."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.support.fakes import FakeSoundCard
from tests.support.strict_server import Behaviour, StrictServer
from tests.tutors.helpers import PLAN, realtime
from tutor_tui.core import pcm
from tutor_tui.core.lesson import Lesson
from tutor_tui.session.session import Session


class Room:
    """A learner, a session and a server."""

    def __init__(self, server: StrictServer, session: Session, card: FakeSoundCard) -> None:
        self.server = server
        self.session = session
        self.card = card

    @property
    def lesson(self) -> Lesson:
        return self.session.lesson

    async def until(self, condition: Callable[[Lesson], bool], timeout_s: float = 30.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition(self.lesson):  # noqa: ASYNC110 - the lesson is a value to look at
                await asyncio.sleep(0.005)

    async def speak(self, ms: int = 200) -> None:
        await self.card.microphone.speak(ms)

    async def quiet(self, ms: int) -> None:
        for _ in range(ms // pcm.FRAME_MS):
            self.card.microphone.queue.put_nowait(pcm.silence(pcm.FRAME_MS))
            await asyncio.sleep(0.002)


@asynccontextmanager
async def room(behaviour: Behaviour) -> AsyncIterator[Room]:
    async with StrictServer(behaviour) as server:
        card = FakeSoundCard()
        session = Session(tutor=realtime(server), sound=card, plan=PLAN)
        running = asyncio.create_task(session.run())
        try:
            yield Room(server, session, card)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
