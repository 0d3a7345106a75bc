"""What is kept of a lesson under way, for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import (
    Record,
    TurnRecord,
)

R = TypeVar("R")


class Kept:
    """A journal in memory."""

    place = ""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def put(self, record: Record) -> None:
        self.records.append(record)

    def all(self, kind: type[R]) -> list[R]:
        return [each for each in self.records if isinstance(each, kind)]

    @property
    def turns(self) -> list[TurnRecord]:
        """As a library would hold them: the newest of each, in their order."""
        newest = {each.item_id: each for each in self.all(TurnRecord)}
        return sorted(newest.values(), key=lambda each: each.place)


def kept(
    body: Callable[[Room], Awaitable[None]], plan: LessonPlan = PLAN, capabilities: Capabilities | None = None
) -> Kept:
    """What was kept of a lesson that went so."""
    journal = Kept()

    def room() -> Room:
        made = Room(plan, capabilities)
        made.session.recorder.make_journal = lambda: journal
        made.session.recorder.keep(True)
        return made

    lesson_test(body, room)
    return journal
