"""The same task once more in plain lines: what begins is said, and asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.plain.frontend import PlainFrontend, Streams

Typed = Callable[[str], bool]


def asked(body: Callable[[Room, Typed, list[str]], None], patch: pytest.MonkeyPatch) -> None:
    """A lesson of four minutes in which something was said; `typed` hands a line to its front end."""

    async def lesson(room: Room) -> None:
        frontend = PlainFrontend(
            room.session, plan_named=lambda _: PLAN, make_offline_tutor=lambda: room.tutor, streams=Streams(input=None)
        )
        told: list[str] = []
        patch.setattr(frontend, "tell", told.append)
        await asyncio.sleep(240 - room.session.elapsed_s)
        room.session.say("I am Anna.")
        body(room, frontend._take, told)

    lesson_test(lesson)


@pytest.mark.parametrize("yes", ["/yes", "y"])
def test_it_is_said_what_begins_and_how_long_it_is_before_the_lesson_ends(
    yes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def body(room: Room, typed: Typed, told: list[str]) -> None:
        assert not typed("/again"), "nobody answers that"
        assert told[-1].startswith("Once more: “Korean tutor”, about 3 min. The lesson that you are in ends here")
        assert told[-1].endswith("/yes begins, /no goes on with this one.") and room.session.clock.elapsed_s >= 240
        assert typed(yes), "the tutor begins"
        assert room.session.clock.elapsed_s == 0

    asked(body, monkeypatch)


@pytest.mark.parametrize("otherwise", ["/no", "n", "And you?", "/pace -"])
def test_who_says_anything_else_goes_on_with_the_lesson(otherwise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def body(room: Room, typed: Typed, told: list[str]) -> None:
        typed("/again")
        typed(otherwise)
        typed("/yes")
        assert room.session.clock.elapsed_s >= 240 and told[-1].startswith("Notice: Nothing is asked now")

    asked(body, monkeypatch)
