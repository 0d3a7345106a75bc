"""Lines from a pipe and what they wait for, in virtual time."""

from __future__ import annotations

import asyncio
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
