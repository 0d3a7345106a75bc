"""A conversation that is about to end gives way to the next, and the learner notices nothing."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.session.long_room import DUE_S, HOUR_S, SAID, LongRoom, long_test
from tests.session.room import PLAN, Room
from tests.support.fakes import FakeLink
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.machine_sleep import slept_s
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tutor_commands import Command
from tutor_tui.session import roll_over


def test_another_conversation_takes_over_and_the_learner_notices_nothing() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 1.0
        await room.until_s(DUE_S - 1)
        assert len(room.tutor.links) == 1
        await room.until_s(DUE_S + 5)
        assert room.took_over()
        assert room.tutor.link.plan == replace(PLAN, history=SAID)
        assert room.tutor.link.commands == [], "nothing is asked for, and nobody is greeted"
        assert room.noticed == []
        assert room.session.lesson.dividers == ()
        assert round(room.session.elapsed_s) == round(DUE_S + 5), "the clock goes on"
        room.session.say("Still there?")
        await room.reply("C", text="Yes.")
        assert room.session.lesson.turns[-1].text == "Yes."

    long_test(body)


def test_each_conversation_gives_way_to_the_next() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(3 * HOUR_S)
        assert [link.open for link in room.tutor.links] == [False, False, False, True]
        assert room.noticed == []

    long_test(body)


def numbered(number: int) -> bytes:
    """A frame like no other, and just as soft."""
    samples = (10 if number >> bit & 1 else -10 for bit in range(pcm.FRAME_BYTES // 2))
    return b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)


def test_no_frame_of_the_microphone_is_lost() -> None:
    """What was heard last before the change is heard by both."""
    lasts_s = 100.0

    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 0.73
        sent = [numbered(number) for number in range(500)]
        await room.until_s(lasts_s * (1 - roll_over.LEAD_SHARE) - 3)
        for frame in sent:
            room.sound.microphone.queue.put_nowait(frame)
            await asyncio.sleep(pcm.FRAME_MS / 1000)
        assert room.took_over()
        old, new = (bytes(link.heard) for link in room.tutor.links)
        twice = round(roll_over.PREROLL_S * 1000 / pcm.FRAME_MS) * pcm.FRAME_BYTES
        assert old[-twice:] == new[:twice]
        assert old + new[twice:] == b"".join(sent)

    long_test(body, lasts_s)


def test_a_voice_that_has_just_begun_is_waited_for() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 1.0
        await room.sound.microphone.speak(200, 10)
        await room.until_s(DUE_S)
        await room.sound.microphone.speak(2_500)
        assert not room.took_over()
        await room.sound.microphone.speak(1_000, 10)
        assert room.took_over()

    long_test(body)


@pytest.mark.parametrize("lasts_s", [None, 0.0, 59.0, -3_600.0, math.nan, math.inf, 1e12], ids=lambda each: f"{each} s")
def test_an_end_that_makes_no_sense_is_not_planned_for(lasts_s: float | None) -> None:
    async def body(room: Room) -> None:
        room.tutor.lasts_s = lasts_s
        room.session.retry()
        await asyncio.sleep(2 * HOUR_S)
        assert len(room.tutor.links) == 2
        assert room.session.lesson.linked

    async def main() -> None:
        room = Room()
        async with room.lesson():
            await body(room)

    in_virtual_time(main(), limit_s=3 * HOUR_S)


@pytest.mark.parametrize(("lasts_s", "due_s"), [(HOUR_S, 3_420.0), (1_800.0, 1_620.0), (300.0, 210.0), (61.0, 43.0)])
def test_how_long_before_the_end(lasts_s: float, due_s: float) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(due_s - 1)
        assert len(room.tutor.links) == 1
        await room.until_s(due_s + 2)
        assert room.took_over()

    long_test(body, lasts_s)


def test_a_machine_that_was_asleep_notices_that_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        monkeypatch.setattr(roll_over, "slept_s", lambda: 3_000.0)
        await asyncio.sleep(roll_over.ASLEEP_LOOK_S + 1)
        assert room.took_over()

    monkeypatch.setattr(roll_over, "slept_s", lambda: 0.0)
    long_test(body)


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S])
def test_a_clock_that_is_set_changes_nothing(by_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(room: LongRoom) -> None:
        now_s = time.time
        monkeypatch.setattr(time, "time", lambda: now_s() + by_s)
        await room.until_s(DUE_S - 1)
        assert len(room.tutor.links) == 1
        await room.until_s(DUE_S + 2)
        assert room.took_over()

    long_test(body)


def test_how_long_it_slept_is_told_by_a_clock_that_nobody_sets() -> None:
    assert abs(slept_s() - slept_s()) < 1.0


def test_a_refusal_of_the_other_is_no_news() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.refusals = [LinkLost("Too often.", retry=True), LinkLost("No such model.", retry=False, final=True)]
        await room.until_s(DUE_S + 1)
        assert room.tutor.attempts == 2
        await asyncio.sleep(20)
        assert room.tutor.attempts == 4
        assert room.took_over()
        assert room.noticed == []

    long_test(body)


def test_nothing_is_opened_on_a_spent_budget() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 2)
        room.session.budget.settings = BudgetSettings(lesson_usd=1.0)
        room.session.advance(ev.Usage(2.0))
        await room.until_s(HOUR_S - 1)
        assert room.tutor.attempts == 1

    long_test(body)


@pytest.mark.parametrize("when", ["while it is opened", "while it waits for its moment"])
def test_a_line_that_breaks_meanwhile_is_dialled_again_once(when: str) -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 2.0
        await room.until_s(DUE_S - 1)
        if when != "while it is opened":
            await room.reply("C", ms=20_000)
        await room.until_s(DUE_S + (1 if when == "while it is opened" else 5))
        room.tutor.links[0].tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(30)
        assert room.session.lesson.linked
        assert [link.open for link in room.tutor.links].count(True) == 1
        assert room.tutor.link.open

    long_test(body)


def test_leaving_closes_both() -> None:
    async def main() -> None:
        room = LongRoom()
        async with room.lesson():
            await room.talk()
            await room.until_s(DUE_S - 1)
            await room.reply("C", ms=20_000)
            await room.until_s(DUE_S + 3)
            assert [link.open for link in room.tutor.links] == [True, True]
        assert [link.open for link in room.tutor.links] == [False, False]

    in_virtual_time(main(), limit_s=2 * HOUR_S)


def test_leaving_waits_for_one_that_came_to_nothing_and_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        room = LongRoom()
        connect = room.tutor.connect

        @asynccontextmanager
        async def hangs_up_slowly(plan: LessonPlan) -> AsyncIterator[FakeLink]:
            async with connect(plan) as link:
                yield link
                await asyncio.sleep(60)

        async def takes_nothing(_: Command) -> None:
            await asyncio.sleep(HOUR_S)

        async with room.lesson():
            await room.talk()
            monkeypatch.setattr(room.tutor, "connect", hangs_up_slowly)
            monkeypatch.setattr(room.tutor.link, "send", takes_nothing)
            await room.until_s(DUE_S - 1)
            for speed in (0.9, 0.8):  # the second waits to be sent: that has to be told first
                room.session.configure(replace(PLAN, speed=speed))
            await room.until_s(DUE_S + 5)
            assert [link.open for link in room.tutor.links] == [True, True]
            assert not room.took_over()
        assert [link.open for link in room.tutor.links] == [False, False]

    in_virtual_time(main(), limit_s=2 * HOUR_S)
