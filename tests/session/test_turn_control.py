"""The talk key and the think key, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import BeginTurn, Configure, EndTurn, Interrupt


def push_to_talk_room() -> Room:
    return Room(replace(PLAN, turn_detection=PushToTalk()))


def test_push_to_talk_sends_only_between_the_presses_and_a_short_tail() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(100)
        assert room.tutor.link.heard == b""
        room.session.talk()
        await room.sound.microphone.speak(300)
        room.session.talk()
        await room.sound.microphone.speak(600)
        assert 480 * 48 <= len(room.tutor.link.heard) <= 520 * 48
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]

    lesson_test(body, push_to_talk_room)


async def hold_the_talk_key(room: Room, seconds: float, first_repeat_s: float = 0.5, every_s: float = 0.033) -> None:
    """As a terminal tells of it: once, again after a while, and then many times a second."""
    end_s = asyncio.get_running_loop().time() + seconds
    room.session.talk()
    await asyncio.sleep(first_repeat_s)
    while asyncio.get_running_loop().time() < end_s:
        room.session.talk()
        await asyncio.sleep(every_s)


@pytest.mark.parametrize(("first_repeat_s", "every_s"), [(0.25, 0.025), (0.5, 0.033), (0.66, 0.1)])
def test_a_held_talk_key_talks_for_as_long_as_it_is_held(first_repeat_s: float, every_s: float) -> None:
    async def body(room: Room) -> None:
        held = asyncio.create_task(hold_the_talk_key(room, 3.0, first_repeat_s, every_s))
        await room.sound.microphone.speak(4_000)
        await held
        assert 2_900 * 48 <= len(room.tutor.link.heard) <= 3_500 * 48
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]
        assert room.phase() is Phase.THINKING

    lesson_test(body, push_to_talk_room)


def test_where_releases_are_told_a_held_key_talks_until_it_is_let_go() -> None:
    async def body(room: Room) -> None:
        room.session.turns.tell_releases()
        room.session.talk()
        assert room.session.lesson.talk_held
        await room.sound.microphone.speak(2_000)
        room.session.turns.released()
        await room.sound.microphone.speak(600)
        assert 2_180 * 48 <= len(room.tutor.link.heard) <= 2_220 * 48, "no guess, and the tail"
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]

    lesson_test(body, push_to_talk_room)


def test_where_releases_are_told_a_tap_begins_a_turn_and_another_ends_it() -> None:
    async def body(room: Room) -> None:
        room.session.turns.tell_releases()
        for talking in (True, False):  # the second press comes faster than a held key's first repeat
            room.session.talk()
            await room.sound.microphone.speak(100)
            room.session.turns.released()
            assert room.session.lesson.talking is talking
        await room.sound.microphone.speak(600)
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]
        room.session.turns.released()
        await room.sound.microphone.speak(600)
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()], "a release by itself means nothing"

    lesson_test(body, push_to_talk_room)


def test_a_turn_that_a_lost_connection_took_with_it_is_ended_on_the_next_one_which_hears_it() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(500)
        room.session.talk()
        room.session.retry()
        await asyncio.sleep(1.0)
        assert len(room.tutor.links) == 2
        assert room.tutor.link.commands == [BeginTurn(), EndTurn()]
        assert len(room.tutor.link.heard) >= 500 * 48
        assert room.phase() is Phase.THINKING

    lesson_test(body, push_to_talk_room)


def test_a_press_within_the_tail_goes_on_with_the_turn() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(500)
        room.session.talk()
        await room.sound.microphone.speak(180)
        room.session.talk()
        await room.sound.microphone.speak(500)
        assert room.tutor.link.commands[1:] == [BeginTurn()], "nothing that was said is thrown away"
        room.session.talk()
        await room.sound.microphone.speak(500)
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]
        assert len(room.tutor.link.heard) >= 1_300 * 48

    lesson_test(body, push_to_talk_room)


def test_a_key_held_past_the_end_of_its_turn_begins_no_other() -> None:
    async def body(room: Room) -> None:
        held = asyncio.create_task(hold_the_talk_key(room, 3.0))
        await room.sound.microphone.speak(1_000)
        await room.tell(ev.LearnerTurnKept("U", None, by_itself=True))
        await held
        await asyncio.sleep(1)
        assert room.tutor.link.commands[1:] == [BeginTurn()]

    lesson_test(body, push_to_talk_room)


def test_push_to_talk_over_the_tutor_interrupts_first() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000, done=False)
        room.session.talk()
        await asyncio.sleep(0.001)
        kinds = [type(command) for command in room.tutor.link.commands[1:]]
        assert kinds == [Interrupt, BeginTurn]

    lesson_test(body, push_to_talk_room)


def test_push_to_talk_without_sound_is_said_to_be_too_short() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await asyncio.sleep(0.2)
        room.session.talk()
        await asyncio.sleep(0.5)
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]
        assert room.phase() is Phase.THINKING
        await room.tell(ev.TurnTooShort())
        notice = room.session.lesson.notice
        assert notice is not None and notice.title == "That was too short to hear."
        assert room.phase() is Phase.LISTENING

    lesson_test(body, push_to_talk_room)


def test_a_turn_that_ends_by_itself_lets_go_of_the_key_and_a_late_press_is_no_new_turn() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(300)
        await room.tell(ev.LearnerTurnKept("U", None, by_itself=True))
        assert room.phase() is Phase.THINKING
        sent = len(room.tutor.link.heard)
        await room.sound.microphone.speak(300)
        assert len(room.tutor.link.heard) == sent, "the microphone is closed"
        room.session.talk()
        assert room.phase() is Phase.THINKING, "that press was meant to end the turn"
        await asyncio.sleep(0.2)
        room.session.talk()
        assert room.phase() is Phase.HEARING
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [BeginTurn(), Interrupt("key"), BeginTurn()]

    lesson_test(body, push_to_talk_room)


def test_a_turn_that_reaches_its_length_just_after_the_key_is_ended_once() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(300)
        room.session.talk()
        await room.tell(ev.LearnerTurnKept("U", None, by_itself=True))
        await asyncio.sleep(0.3)
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()], "the tutor knows that it has ended"
        room.session.talk()
        assert room.phase() is Phase.HEARING, "this press is a new one"

    lesson_test(body, push_to_talk_room)


def test_talk_key_outside_push_to_talk_says_so() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        assert room.session.lesson.notice is not None
        assert room.tutor.link.commands[1:] == []

    lesson_test(body)


def test_think_key_holds_the_turn_until_it_is_pressed_again() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("U"))
        room.session.think()
        await room.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        assert room.phase() is Phase.LISTENING
        await asyncio.sleep(30)
        hold = room.tutor.link.commands[1]
        assert isinstance(hold, Configure) and not hold.plan.answers
        assert len(room.tutor.link.commands) == 2
        room.session.think()
        await asyncio.sleep(0.001)
        release = room.tutor.link.commands[2]
        assert isinstance(release, Configure) and release.plan.answers
        assert room.tutor.link.commands[3:] == [EndTurn(commit=False)]

    lesson_test(body)


def test_think_key_lets_go_by_itself_after_a_minute() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        await asyncio.sleep(59)
        held_before = room.session.lesson.held
        await asyncio.sleep(2)
        assert (held_before, room.session.lesson.held) == (True, False)
        assert [type(command) for command in room.tutor.link.commands[1:]] == [Configure, Configure]

    lesson_test(body)


def test_an_answer_that_slips_in_while_held_is_stopped_and_owed() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        await room.tell(ev.ReplyStarted("R"))
        await room.tell(ev.ReplyEnded("R", "cancelled"))
        room.session.think()
        await asyncio.sleep(0.001)
        held, stopped, released, answered = room.tutor.link.commands[1:]
        assert isinstance(held, Configure) and isinstance(released, Configure)
        assert (stopped, answered) == (Interrupt("key", ()), EndTurn(commit=False))

    lesson_test(body)
