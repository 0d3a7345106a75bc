"""A tutor whose sound comes too late, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.session.late_voice import QUIET_S, TITLE, WITHIN_S


def say_with_gaps(room: Room, hole_ms: int) -> None:
    counters = room.sound.counters
    room.sound.counters = replace(counters, hole_ms=counters.hole_ms + hole_ms)
    room.session.take(ev.SpeechFinished("A"))


def told(room: Room) -> int:
    lesson = room.session.lesson
    return sum(each is not None and each.title == TITLE for each in (lesson.notice, *lesson.earlier))


def test_gaps_are_told_when_they_add_up_and_not_again_for_a_while() -> None:
    async def body(room: Room) -> None:
        say_with_gaps(room, 300)
        assert not told(room), "one short gap"
        await asyncio.sleep(WITHIN_S + 1)
        say_with_gaps(room, 300)
        assert not told(room), "the first is long ago"
        say_with_gaps(room, 150)
        assert told(room) == 1
        say_with_gaps(room, 2_000)
        assert told(room) == 1
        await asyncio.sleep(QUIET_S)
        say_with_gaps(room, 2_000)
        assert told(room) == 2

    lesson_test(body)
