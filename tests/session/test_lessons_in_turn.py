"""A drill in mid-lesson, and the lesson that goes on behind it, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import DueItem
from tutor_tui.core.tutor_commands import Greet

GUIDE = Capabilities(scripted=True, live_lesson=False)
LESSON = replace(PLAN, offline_lesson="ko-a1-likes", target_language="ko")
DUE = (DueItem("멀다", "far"),)


async def says(room: Room, item: str, text: str, begins: str = "") -> None:
    """The tutor's line, up to the end of its sound."""
    await room.tell(ev.ReplyStarted(item), ev.TutorTextDelta(item, text), ev.TutorTextDone(item, text))
    await room.tell(ev.ReplyEnded(item, begins=begins))  # type: ignore[arg-type]
    await asyncio.sleep(1.5)


async def to_a_drill(room: Room) -> None:
    """A lesson, an answer in it, and a drill that is asked and answered."""
    await says(room, "A", "What do you like?")
    room.session.say("I like tea.")
    await says(room, "B", "And what else?")
    room.session.change(replace(room.session.lesson.plan, drill="recall", due=DUE))
    await asyncio.sleep(0.01)
    await says(room, "C", "What is “far”?")
    room.session.say("멀다")


def told(room: Room) -> list[str]:
    """What the newest connection was told of what was said."""
    return [line.text for line in room.tutor.links[-1].plan.history]


def test_a_drill_in_mid_lesson_is_told_that_it_is_one_and_the_lesson_goes_on_where_it_was() -> None:
    async def body(room: Room) -> None:
        await to_a_drill(room)
        within = room.tutor.links[-1].plan
        assert (within.drill, within.within_lesson, told(room)) == ("recall", True, [])
        await says(room, "D", "That was the drill.", begins="lesson")
        plan = room.session.lesson.plan
        assert (plan.drill, plan.due, plan.within_lesson) == ("", (), False)
        assert told(room) == ["What do you like?", "I like tea.", "And what else?"]
        assert any(isinstance(each, Greet) for each in room.tutor.link.commands), "it goes on by itself"
        await says(room, "E", "Let us go on. And what else?")
        room.session.change(replace(room.session.lesson.plan, drill="dictation", due=DUE))
        await says(room, "F", "That was the drill.", begins="lesson")
        assert told(room)[-1] == "Let us go on. And what else?", "so it does behind a second one"
        assert "What is “far”?" not in told(room)

    lesson_test(body, lambda: Room(LESSON, GUIDE))


def test_what_is_said_last_in_a_drill_is_heard_to_its_end() -> None:
    async def body(room: Room) -> None:
        await to_a_drill(room)
        links = len(room.tutor.links)
        await room.reply("D", ms=3_000, done=False, text="That was the drill.")
        await room.tell(ev.TutorAudioDone("D"), ev.ReplyEnded("R", begins="lesson"))
        await asyncio.sleep(2.5)
        assert len(room.tutor.links) == links and room.session.lesson.sounding
        await asyncio.sleep(1)
        assert len(room.tutor.links) == links + 1

    lesson_test(body, lambda: Room(LESSON, GUIDE))


def test_a_drill_with_no_lesson_before_it_returns_to_none() -> None:
    async def body(room: Room) -> None:
        await says(room, "A", "What is “far”?")
        room.session.say("멀다")
        links = len(room.tutor.links)
        assert not room.tutor.links[-1].plan.within_lesson
        await says(room, "B", "That was the drill. Good morning!", begins="lesson")
        assert len(room.tutor.links) == links

    lesson_test(body, lambda: Room(replace(LESSON, drill="recall", due=DUE), GUIDE))
