"""A learner who gives no sign: told what to do, and asked again by a tutor that costs nothing. In virtual time."""

from __future__ import annotations

import asyncio

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.tutor_commands import Greet, Repeat
from tutor_tui.session.answer_awaited import REPEAT_AFTER_S, TELL_AFTER_S

OURS = Capabilities(ours=True, way="offline")


def waited(room: Room) -> bool:
    return room.session.lesson.waited_for


def ours() -> Room:
    return Room(PLAN, OURS)


def test_after_a_while_the_learner_is_told_and_a_sign_of_them_ends_it() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await asyncio.sleep(1.0 + TELL_AFTER_S - 0.5)
        assert not waited(room)
        await asyncio.sleep(1.0)
        assert waited(room)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        assert not waited(room)

    lesson_test(body)


def test_a_tutor_that_never_spoke_is_not_waited_with_in_silence_either() -> None:
    async def body(room: Room) -> None:
        await asyncio.sleep(TELL_AFTER_S + 1)
        assert waited(room)

    lesson_test(body)


def test_who_writes_or_holds_the_turn_is_left_in_peace() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        for _ in range(10):
            await asyncio.sleep(TELL_AFTER_S * 0.6)
            room.session.stir()
        assert not waited(room)
        room.session.think()
        await asyncio.sleep(TELL_AFTER_S * 2)
        assert not waited(room)
        room.session.think()
        await asyncio.sleep(TELL_AFTER_S + 1)
        assert waited(room)
        room.session.say("one moment")
        assert not waited(room)

    lesson_test(body)


def test_our_own_tutor_asks_again_once() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(REPEAT_AFTER_S + 1)
        assert room.tutor.link.commands == [Greet("Greet the learner."), Repeat()]
        await room.reply(item="B", ms=100)
        assert [turn.again for turn in room.session.lesson.turns] == [False, True]
        await asyncio.sleep(REPEAT_AFTER_S * 5)
        assert room.tutor.link.commands.count(Repeat()) == 1
        assert waited(room), "what to do goes on standing there"

    lesson_test(body, ours)


def test_a_tutor_that_may_cost_money_says_nothing_of_its_own_accord() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(REPEAT_AFTER_S * 5)
        assert room.tutor.link.commands == [Greet("Greet the learner.")]

    lesson_test(body)
