"""A lesson in a room that is never quite silent, whose line drops while somebody speaks, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.problems import LinkLost

QUIET = 10
"""The level of a quiet room, from which a voice stands out."""
DROPPED = LinkLost("The line dropped.", retry=True)
DARK_S = 3.0
"""How long it takes to open the next connection."""


def levels(room: Room) -> list[int]:
    """What the newest connection has heard: the level of each frame."""
    return pcm.samples_of(bytes(room.tutor.link.heard))[:: pcm.FRAME_BYTES // 2].tolist()


def said(room: Room) -> list[int]:
    """The same without the room."""
    return [level for level in levels(room) if level > QUIET]


def frames(ms: int, level: int) -> list[int]:
    return [level] * (ms // pcm.FRAME_MS)


def speaking(body: Callable[[Room], Awaitable[None]], room: Callable[[], Room] = Room) -> None:
    """A lesson in which the tutor has said something, and the next connection takes a while."""

    async def main(here: Room) -> None:
        await here.reply(text="What did you do?", ms=100)
        await here.sound.microphone.speak(600, QUIET)
        here.tutor.connect_s = DARK_S
        await body(here)

    lesson_test(main, room)


async def linked(room: Room) -> None:
    """Wait until there is a connection again, in a quiet room."""
    while not room.session.lesson.linked:
        await room.sound.microphone.speak(20, QUIET)
    await asyncio.sleep(0.001)


async def half_a_sentence(room: Room, item: str = "U") -> None:
    """The tutor has heard it begin when the line drops."""
    await room.sound.microphone.speak(400, 5_000)
    await room.tell(ev.LearnerStartedSpeaking(item))
    await room.sound.microphone.speak(600, 5_000)
    await room.tell(DROPPED)


def nothing_is_sent(room: Room) -> None:
    assert said(room) == []
    assert all(turn.role == "tutor" for turn in room.session.lesson.turns)
