"""A tutor that does not hear the end of a turn is given none to hear."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad

DEAF_TO_ENDS = Capabilities(server_vad=False)


def room() -> Room:
    return Room(capabilities=DEAF_TO_ENDS)


def test_the_talk_key_ends_turns_where_nothing_else_does() -> None:
    async def body(room: Room) -> None:
        assert room.session.lesson.plan.turn_detection == PushToTalk()
        assert room.tutor.link.plan.turn_detection == PushToTalk()
        room.session.set_turn_detection(PRESETS["quick"])
        room.session.change(replace(PLAN, profile="Another", turn_detection=PRESETS["patient"]))
        await asyncio.sleep(0.1)
        assert room.session.lesson.plan.turn_detection == PushToTalk()

    lesson_test(body, room)


def test_it_is_so_with_the_next_tutor_too_when_the_tutor_is_changed() -> None:
    async def body(room: Room) -> None:
        assert room.session.lesson.plan.turn_detection == PLAN.turn_detection
        other = FakeTutor(DEAF_TO_ENDS)
        room.session.switch(other)
        await asyncio.sleep(1)
        assert other.link.plan.turn_detection == PushToTalk()

    lesson_test(body)


def test_a_wish_that_a_tutor_refuses_becomes_a_long_wait() -> None:
    async def body(room: Room) -> None:
        room.session.set_turn_detection(SemanticVad("low"))
        await asyncio.sleep(0.1)
        assert room.session.lesson.plan.turn_detection == PRESETS["patient"]

    lesson_test(body, lambda: Room(capabilities=Capabilities(takes_eagerness=False)))
