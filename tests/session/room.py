"""A session with everything around it, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.support.fakes import FakeSoundCard, FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pcm import silence
from tutor_tui.core.problems import LinkLost
from tutor_tui.session.session import Session

PLAN = LessonPlan(profile="Korean tutor", instructions="Teach.", voice="marin", opening="Greet the learner.")


class Room:
    """A session with everything around it."""

    def __init__(
        self, plan: LessonPlan = PLAN, capabilities: Capabilities | None = None, echo_mode: EchoMode = "headphones"
    ) -> None:
        self.tutor = FakeTutor(capabilities)
        self.sound = FakeSoundCard()
        self.session = Session(tutor=self.tutor, sound=self.sound, plan=plan, echo_mode=echo_mode)

    def phase(self) -> Phase:
        return self.session.lesson.phase

    @asynccontextmanager
    async def lesson(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.session.run())
        await asyncio.sleep(0.01)
        if self.tutor.links:
            await self.tell(ev.ReplyEnded(""))  # the greeting is no longer waited for
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def tell(self, *events: ev.TutorEvent | LinkLost) -> None:
        self.tutor.link.tell(*events)
        await asyncio.sleep(0.001)

    async def reply(
        self, item: str = "A", ms: int = 1_000, done: bool = True, text: str = "one two three four"
    ) -> None:
        """The tutor sends a reply of `ms`, faster than it is heard."""
        await self.tell(ev.ReplyStarted("R"), ev.TutorTextDelta(item, text), ev.TutorAudio(item, silence(ms)))
        if done:
            await self.tell(ev.TutorTextDone(item, text), ev.TutorAudioDone(item), ev.ReplyEnded("R"))


def lesson_test(body: Callable[[Room], Awaitable[None]], room: Callable[[], Room] = Room) -> None:
    async def main() -> None:
        here = room()
        async with here.lesson():
            await body(here)

    in_virtual_time(main())
