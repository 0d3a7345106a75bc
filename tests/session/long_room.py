"""A lesson with a service that ends each conversation after an hour, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.session.room import Room
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.lesson_records import EventRecord, Record
from tutor_tui.session import roll_over

HOUR_S = 3_600.0
DUE_S = HOUR_S - roll_over.LEAD_S
LATE_S = HOUR_S - roll_over.LAST_S
SAID = (HistoryLine("tutor", "Hello."), HistoryLine("learner", "Hi."), HistoryLine("tutor", "And you?"))


class LongRoom(Room):
    """A lesson whose tutor ends each conversation after an hour; something has been said in it."""

    def __init__(self, lasts_s: float = HOUR_S) -> None:
        super().__init__()
        self.tutor.lasts_s = lasts_s
        self.session.recorder.journal = self
        self.place = ""
        self._happened: list[str] = []

    def put(self, record: Record) -> None:
        """It is the lesson's journal."""
        if isinstance(record, EventRecord):
            self._happened.append(record.kind)

    async def talk(self) -> None:
        await self.reply("A", ms=100, text="Hello.")
        await asyncio.sleep(1)
        await self.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", "A"))
        await self.tell(ev.LearnerTextDone("U", "Hi."))
        await self.reply("B", ms=100, text="And you?")
        self._happened.clear()

    async def until_s(self, elapsed_s: float) -> None:
        await asyncio.sleep(elapsed_s - self.session.elapsed_s)

    def took_over(self) -> bool:
        """Whether the newest conversation is held, and no other any more."""
        *before, newest = (link.open for link in self.tutor.links)
        return newest and bool(before) and not any(before)

    @property
    def noticed(self) -> list[str]:
        """What has happened since then that a learner could notice of a connection."""
        return [kind for kind in self._happened if kind in ("LinkEnded", "Dialling", "Trouble", "Divided")]


def long_test(body: Callable[[LongRoom], Awaitable[None]], lasts_s: float = HOUR_S) -> None:
    async def main() -> None:
        room = LongRoom(lasts_s)
        async with room.lesson():
            await room.talk()
            await body(room)

    in_virtual_time(main(), limit_s=4 * HOUR_S)
