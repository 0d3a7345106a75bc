"""What is remembered of a lesson under way, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.learner_settings import KeepNotes
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import Correction, Word
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use

FAR = Word("멀다", "far", "집이 멀어요.")
SLIP = Correction("학교 가요", "학교에 가요", "the place takes 에", "grammar")
KOREAN = replace(PLAN, target_language="ko")


class Kept:
    """A journal in memory."""

    def __init__(self) -> None:
        self.changes: list[Item | Evidence] = []

    def put(self, change: Item | Evidence) -> None:
        self.changes.append(change)

    @property
    def items(self) -> list[Item]:
        return [each for each in self.changes if isinstance(each, Item)]

    @property
    def uses(self) -> list[tuple[Use, str]]:
        return [(each.use, each.quote) for each in self.changes if isinstance(each, Evidence)]


def kept(
    body: Callable[[Room], Awaitable[None]],
    keep: KeepNotes = "yes",
    known: Sequence[Item] = (),
    decided: Callable[[bool], None] = lambda _: None,
    plan: LessonPlan = KOREAN,
    *,
    scripted: bool = False,
) -> Kept:
    """What was kept of a lesson that went so, where these items were known before."""
    journal = Kept()

    def room() -> Room:
        made = Room(plan, Capabilities(scripted=scripted))
        memory = made.session.memory
        memory.consent.journal, memory.consent.keep, memory.consent.on_decided = journal, keep, decided
        memory.find_known = find_known
        return made

    async def find_known(language: str) -> Sequence[Item]:
        return [each for each in known if each.language == language]

    lesson_test(body, room)
    return journal


async def say(room: Room, text: str, item: str = "L", answer: str = "네.") -> None:
    """The learner says something, and the tutor answers."""
    await room.tell(ev.LearnerStartedSpeaking(item), ev.LearnerStoppedSpeaking(item), ev.LearnerTurnKept(item, None))
    await room.tell(ev.LearnerTextDone(item, text))
    await room.reply(f"{item}-answer", ms=100, text=answer)
    await asyncio.sleep(0.5)


def known(item: Word | Correction) -> Item:
    if isinstance(item, Correction):
        return Item("ko", ItemKind.CORRECTION, item.better, item.why, said=item.said, turn_id="earlier")
    return Item("ko", ItemKind.WORD, item.term, item.meaning, turn_id="earlier")


def journal_of(room: Room) -> Kept:
    journal = room.session.memory.consent.journal
    assert isinstance(journal, Kept)
    return journal
