"""A lesson in Spanish in which help is asked for, for tests."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import PLAN, Room
from tutor_tui.core.line_help import help_lines
from tutor_tui.core.tutor_commands import AskAside

SPANISH = replace(PLAN, target_language="es", native_language="en")


def spanish() -> Room:
    return Room(SPANISH)


def asked(room: Room) -> list[AskAside]:
    return [command for command in room.tutor.link.commands if isinstance(command, AskAside)]


def told(room: Room) -> str:
    notice = room.session.lesson.notice
    return notice.title if notice else ""


def lines(room: Room) -> list[str]:
    shown = room.session.lesson.line_help
    return help_lines(shown) if shown else []


async def press_meaning(room: Room) -> None:
    room.session.study.meaning()
    await asyncio.sleep(0.001)
