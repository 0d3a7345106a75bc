"""Whatever breaks in a lesson's tasks: it is told, and the lesson goes on whole. No lesson only looks alive.

The tasks are those that a running lesson has: one that is added without supervision fails here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.support.breaking import break_task, our_tasks
from tests.support.speech_services import CHAT, chunk, sse
from tests.support.virtual_time import in_virtual_time
from tests.tutors.pipeline.helpers import BY_KEY
from tests.tutors.pipeline.test_session import room as pipeline_room
from tests.tutors.realtime.test_never_stuck import is_asked_for, reply, until
from tests.tutors.realtime.wire_room import WAYS, Way, WireRoom
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import ToolAnswer, ToolCall, ToolSpec

HARMLESS = {"connection: redial"}
"""A task that only waits to be told to dial again: when it breaks, that is done, and nothing is lost."""

_NOT_OF_A_LESSON = {"Session.run"}
"""The lesson itself: it ends with its fault, and the program says so."""


class SlowTools:
    """Tools that take their time."""

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        return ()

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        await asyncio.sleep(1_000)
        raise AssertionError("nobody waits that long")


async def busy(room: WireRoom) -> None:
    """An answer is under way, and a tool at work."""
    *begin, _end = reply(1, tool=True)
    await room.say(*begin)
    await asyncio.sleep(0.1)


def tasks_of(way: Way) -> list[str]:
    async def main() -> list[str]:
        room = WireRoom(way, toolbox=SlowTools())
        async with room.lesson_under_way():
            await busy(room)
            return sorted(set(our_tasks()) - _NOT_OF_A_LESSON)

    return in_virtual_time(main())


@pytest.mark.parametrize(("way", "name"), [(way, name) for way in WAYS for name in tasks_of(way)])
def test_a_task_that_breaks_is_told_and_the_lesson_goes_on(way: Way, name: str) -> None:
    async def main() -> None:
        room = WireRoom(way, toolbox=SlowTools())
        async with room.lesson_under_way():
            await busy(room)
            task = our_tasks()[name]
            assert break_task(task), "every long-lived task waits for something of its own"
            await asyncio.sleep(3.0)
            if name.startswith("tool: "):
                assert room.lesson.tool_lines[0].summary == "broke (Boom)"
            elif name not in HARMLESS:
                assert room.lesson.notice is not None and "Boom" in room.lesson.notice.title
            await is_whole(room)

    in_virtual_time(main())


async def is_whole(room: WireRoom) -> None:
    """The learner is heard, asks, is answered, and hears the answer."""
    await until(room, lambda lesson: lesson.linked, 10.0)
    await is_asked_for(room, "still there?", 10.0)
    *begin, stopped, end = reply(7)
    await room.say(*begin)
    room.wire.sound(400)
    await room.say(stopped, end)
    await until(room, lambda lesson: any(turn.id == "a7" and turn.text == "Good day." for turn in lesson.turns), 5.0)
    assert any(item_id == "a7" for item_id, _ in room.card.speaker.played)
    await until(room, lambda lesson: lesson.phase is Phase.LISTENING, 30.0)
    heard = room.wire.heard_bytes
    await room.card.microphone.speak(200)
    await asyncio.sleep(0.1)
    assert room.wire.heard_bytes > heard


# ---- the pipeline ---------------------------------------------------------------------------------------------------

BEGUN = sse(chunk("One sentence. "), chunk("And another"), done=False)
"""An answer that begins, and then nothing more comes of it."""


@pytest.mark.slow
async def test_a_task_of_the_pipeline_that_breaks_ends_the_conversation_with_its_reason() -> None:
    left = await _break_one_of_the_pipeline("")
    assert len(left) >= 5
    while left:
        name = left.pop()
        assert name not in await _break_one_of_the_pipeline(name), name


async def _break_one_of_the_pipeline(name: str) -> set[str]:
    """Break the task of that name in an answer under way. The names of those that can be broken, but for that one."""
    async with pipeline_room(BY_KEY) as (here, server):
        server.faults[CHAT].append(replace(BEGUN, hang=True))
        await here.until(lambda: here.lesson.linked)
        here.session.say("Hello")
        await here.until(lambda: bool(here.lesson.sounding))
        tasks = {each: task for each, task in our_tasks().items() if each not in _NOT_OF_A_LESSON}
        if not name:
            return set(tasks)
        if not break_task(tasks.pop(name)):
            return set(tasks)  # it waits for one of the others
        if name not in HARMLESS:
            await here.until(lambda: here.lesson.notice is not None and "Boom" in here.lesson.notice.title)
        await asyncio.sleep(1.2)
        await here.until(lambda: here.lesson.linked)
        here.session.say("Still there?")
        await here.until(lambda: here.lesson.turns[-1].text == "Good. Go on!")
        await here.phase(Phase.LISTENING)
        return set(tasks)
