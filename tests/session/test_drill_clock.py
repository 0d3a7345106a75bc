"""The two minutes of a drill, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_clock import DRILL_OVER_NOTE
from tutor_tui.core.lesson_plan import DueItem, HistoryLine, LessonPlan
from tutor_tui.core.tutor_commands import Note
from tutor_tui.session.drill_clock import NOT_KEPT

DRILL = replace(PLAN, drill="recall", due=(DueItem("멀다", "far"),))
GUIDE = Capabilities(scripted=True, live_lesson=False)


def drill_test(body: Callable[[Room], Awaitable[None]], plan: LessonPlan = DRILL) -> None:
    async def main() -> None:
        room = Room(plan, GUIDE)
        async with room.lesson():
            await body(room)

    in_virtual_time(main())


async def until_s(room: Room, elapsed_s: float) -> None:
    await asyncio.sleep(elapsed_s - room.session.elapsed_s)


def notes(room: Room) -> list[str]:
    return [each.text for link in room.tutor.links for each in link.commands if isinstance(each, Note)]


def test_after_two_minutes_its_tutor_is_told_once_to_close() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await until_s(room, 119)
        assert notes(room) == []
        await until_s(room, 121)
        assert notes(room) == [DRILL_OVER_NOTE]
        await room.reply("B", ms=1_000)
        await until_s(room, 400)
        assert notes(room) == [DRILL_OVER_NOTE]

    drill_test(body)


def test_not_in_the_middle_of_an_answer() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await until_s(room, 119)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        await until_s(room, 123)
        await room.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        assert notes(room) == []
        await room.reply("B", ms=1_000)
        await asyncio.sleep(1.1)
        assert notes(room) == [DRILL_OVER_NOTE]

    drill_test(body)


def test_a_drill_in_mid_lesson_has_its_own_two_minutes_and_a_lesson_after_it_none() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await until_s(room, 300)
        room.session.change(DRILL)
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 2, "another script needs another connection"
        await room.reply("B", ms=1_000)
        await until_s(room, 419)
        assert notes(room) == []
        await until_s(room, 422)
        assert notes(room) == [DRILL_OVER_NOTE]
        room.session.change(PLAN)
        await until_s(room, 900)
        assert notes(room) == [DRILL_OVER_NOTE]
        assert room.session.plan_to_dial().history[-1:] != (HistoryLine("aside", DRILL_OVER_NOTE),)

    drill_test(body, PLAN)


def test_a_drill_that_is_begun_once_more_has_two_minutes_again_and_the_lesson_behind_it_none() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await until_s(room, 121)
        await room.tell(ev.ReplyEnded("again", begins="drill"))
        assert room.session.plan_to_dial().history[-1:] != (HistoryLine("aside", DRILL_OVER_NOTE),)
        await until_s(room, 240)
        assert notes(room) == [DRILL_OVER_NOTE]
        await until_s(room, 242)
        assert notes(room) == [DRILL_OVER_NOTE] * 2
        await room.tell(ev.ReplyEnded("again", begins="drill"), ev.ReplyEnded("next", begins="lesson"))
        await until_s(room, 500)
        assert notes(room) == [DRILL_OVER_NOTE] * 2

    drill_test(body)


def test_who_comes_on_a_new_connection_knows_that_they_are_over() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await until_s(room, 121)
        assert room.session.plan_to_dial().history[-1] == HistoryLine("aside", DRILL_OVER_NOTE)

    drill_test(body)


def test_it_says_how_long_the_drill_has_lasted_and_nothing_once_a_lesson_goes_on() -> None:
    async def body(room: Room) -> None:
        clock = room.session.drill_clock
        await until_s(room, 30)
        assert clock.elapsed_s == pytest.approx(30, abs=1)
        await until_s(room, 200)
        assert clock.elapsed_s == pytest.approx(200, abs=1), "it is over, and the last answer is still awaited"
        room.session.take(ev.PlanWanted(PLAN))
        assert clock.elapsed_s is None

    drill_test(body)
    drill_test(no_drill, PLAN)


async def no_drill(room: Room) -> None:
    assert room.session.drill_clock.elapsed_s is None


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_drill_that_is_not_kept_says_so_once_at_its_beginning(is_kept: bool) -> None:
    async def main() -> None:
        room = Room(DRILL, GUIDE)
        room.session.memory.consent.lesson_is_kept = is_kept
        async with room.lesson():
            notice = room.session.lesson.notice
            assert (notice is not None and notice.title == NOT_KEPT) is not is_kept
            await room.reply(ms=1_000)
            await until_s(room, 121)
            lesson = room.session.lesson
            told = [each for each in (*lesson.earlier, lesson.notice) if each is not None and each.title == NOT_KEPT]
            assert len(told) <= 1

    in_virtual_time(main())
