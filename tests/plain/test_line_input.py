"""Lines from a pipe and what they wait for, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.tutor_commands import AskAside
from tutor_tui.plain.line_input import LineInput


@pytest.mark.parametrize("command", ["/meaning", "/hint"])
def test_a_question_about_a_line_waits_for_its_end_and_the_next_line_for_the_help(command: str) -> None:
    taken: list[str] = []

    async def body(room: Room) -> None:
        study = room.session.study

        def take(line: str) -> bool:
            taken.append(line)
            if line.startswith("/"):
                study.meaning() if line == "/meaning" else study.hint()
            return False

        lines: asyncio.Queue[str | None] = asyncio.Queue()
        for line in (command, "Un café.", None):
            lines.put_nowait(line)
        await room.reply("A", ms=3_000, text="¿Qué te pongo?")
        saying = asyncio.create_task(LineInput(None, room.session, take, None)._say(lines))
        await asyncio.sleep(1.0)
        assert taken == [], "the tutor speaks"
        await asyncio.sleep(4.0)
        assert taken == [command] and not saying.done()
        (question,) = (each for each in room.tutor.link.commands if isinstance(each, AskAside))
        await room.tell(ev.AsideAnswered(question.request_id, "Un café, por favor. (Order.)"))
        await saying
        assert taken == [command, "Un café."]

    lesson_test(body, lambda: Room(replace(PLAN, target_language="es", opening="")))


def said(room: Room, *typed: str, take: Callable[[str], bool] = lambda _line: False) -> asyncio.Task[None]:
    """Lines that were all there from the beginning, and what waits for their end."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    for line in (*typed, None):
        lines.put_nowait(line)
    line_input = LineInput(None, room.session, take, None)
    line_input._over = True
    return asyncio.create_task(line_input._say(lines))


def slow_room(connect_s: float) -> Room:
    room = Room()
    room.tutor.connect_s = connect_s
    return room


@pytest.mark.parametrize("connect_s", [0.5, 9.9, 12.0, 28.0])
def test_the_end_of_the_input_waits_for_the_greeting_of_a_tutor_that_takes_long_to_come(connect_s: float) -> None:
    async def body(room: Room) -> None:
        saying = said(room)
        await asyncio.sleep(connect_s + 3.0)
        assert room.session.lesson.linked and not saying.done(), "it has yet to greet"
        await room.reply("A", ms=3_000, text="Hello!")
        await asyncio.sleep(2.0)
        assert not saying.done(), "it speaks"
        await saying

    lesson_test(body, lambda: slow_room(connect_s))


def test_the_first_line_waits_for_what_it_answers_and_a_tutor_that_never_greets_is_not_waited_for_long() -> None:
    taken: list[str] = []

    def take(line: str) -> bool:
        taken.append(line)
        return False

    async def body(room: Room) -> None:
        saying = said(room, "/slower", "der Hund", take=take)
        await asyncio.sleep(11.0)
        assert taken == ["/slower"], "it needs no tutor"
        await asyncio.sleep(6.0)
        assert room.session.lesson.linked and taken == ["/slower"]
        await room.reply("A", ms=3_000, text="“dog”?")
        await asyncio.sleep(4.0)
        assert taken == ["/slower", "der Hund"]
        await saying

    lesson_test(body, lambda: slow_room(15.0))

    async def silent(room: Room) -> None:
        saying = said(room)
        await asyncio.sleep(15.0 + 11.0)
        assert saying.done()

    lesson_test(silent, lambda: slow_room(15.0))
