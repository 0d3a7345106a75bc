"""Turns that a key ends, over a lost line."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.broken_line import DROPPED, QUIET, frames, half_a_sentence, linked, nothing_is_sent, said, speaking
from tests.session.room import PLAN, Room
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import BeginTurn, EndTurn


def push_to_talk() -> Room:
    return Room(replace(PLAN, turn_detection=PushToTalk()))


def test_a_pressed_turn_goes_on_over_a_lost_line() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(600, 5_000)
        await room.tell(DROPPED)
        await room.sound.microphone.speak(600, 6_000)
        await linked(room)
        await room.sound.microphone.speak(300, 7_000)
        assert room.phase() is Phase.HEARING
        assert room.tutor.link.commands == [BeginTurn()]
        room.session.talk()
        await room.sound.microphone.speak(400, QUIET)
        assert room.tutor.link.commands == [BeginTurn(), EndTurn()]
        assert said(room) == frames(600, 5_000) + frames(600, 6_000) + frames(300, 7_000)

    speaking(body, push_to_talk)


@pytest.mark.parametrize("begun", ["before the drop", "while it is dialled"])
def test_a_pressed_turn_that_ends_while_it_is_dialled_is_answered(begun: str) -> None:
    async def body(room: Room) -> None:
        if begun == "before the drop":
            room.session.talk()
            await room.sound.microphone.speak(600, 5_000)
        await room.tell(DROPPED)
        if begun == "while it is dialled":
            room.session.talk()
            await room.sound.microphone.speak(600, 5_000)
        await room.sound.microphone.speak(200, 5_000)
        room.session.talk()
        await linked(room)
        assert room.tutor.link.commands == [BeginTurn(), EndTurn()]
        assert said(room) == frames(800, 5_000)
        assert room.phase() is Phase.THINKING

    speaking(body, push_to_talk)


def test_nobody_is_asked_about_a_turn_in_which_nothing_was_said() -> None:
    async def body(room: Room) -> None:
        await room.tell(DROPPED)
        room.session.talk()
        await room.sound.microphone.speak(600, QUIET)
        room.session.talk()
        await linked(room)
        assert room.tutor.link.commands == []
        assert room.phase() is Phase.LISTENING

    speaking(body, push_to_talk)


def test_what_was_said_without_the_key_is_not_kept() -> None:
    async def body(room: Room) -> None:
        await room.tell(DROPPED)
        await room.sound.microphone.speak(1_000, 5_000)
        await linked(room)
        nothing_is_sent(room)

    speaking(body, push_to_talk)


def test_a_turn_that_is_held_open_stays_open_and_is_answered_when_it_is_let_go() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        await half_a_sentence(room)
        await linked(room)
        assert not room.tutor.link.plan.answers
        assert said(room) == frames(1_000, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("V"), ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", None))
        assert EndTurn(commit=False) not in room.tutor.link.commands
        room.session.think()
        await asyncio.sleep(0.01)
        assert room.tutor.link.commands[-1] == EndTurn(commit=False)

    speaking(body)
