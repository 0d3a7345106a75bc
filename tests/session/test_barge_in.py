"""The tutor pauses at a voice, and goes on where it was if nobody spoke after all; in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import Interrupt
from tutor_tui.session.barge_in import IN_VAIN_WITHIN_S, LASTING_MS, LONGEST_MS, MOST_IN_VAIN, QUIET_MS

QUIET, A_RUSTLE, A_CUP = 2, 40, 1_000
"""Levels: that does not stand out from the room; that does; that is loud, too, and no voice."""


async def hears(room: Room, *, wanted: bool = True) -> None:
    """The microphone takes what is loud for a voice, as the model of speech would; it has heard the room."""
    room.session.recorder.voice.probability = lambda window: float(window[1] == 8_000 >> 8)
    room.session.barge_in.wanted = wanted
    await room.sound.microphone.speak(200, level=QUIET)


async def cough(room: Room, ms: int = 160, level: int = 8_000) -> None:
    await room.sound.microphone.speak(ms, level=level)
    await room.sound.microphone.speak(QUIET_MS + 200, level=QUIET)


def is_paused(room: Room) -> bool:
    return room.sound.speaker.paused_s is not None


def test_a_cough_costs_no_word_and_less_than_a_second() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=3_000)
        began_s = asyncio.get_running_loop().time()
        await room.sound.microphone.speak(500, level=QUIET)
        await cough(room)
        assert (room.sound.speaker.pauses, room.sound.speaker.paused_s) == (1, None)
        while room.session.lesson.sounding:
            await room.sound.microphone.speak(20, level=QUIET)
        assert 3.3 < asyncio.get_running_loop().time() - began_s < 4.0
        (turn,) = [turn for turn in room.session.lesson.turns if turn.role == "tutor"]
        assert (turn.state, turn.text) == (TurnState.DONE, "one two three four")
        assert not any(isinstance(each, Interrupt) for each in room.tutor.link.commands)

    lesson_test(body)


def test_it_pauses_before_the_tutor_knows_and_what_was_heard_until_then_counts() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=3_000)
        await room.sound.microphone.speak(500, level=QUIET)
        await room.sound.microphone.speak(100)
        paused_s = room.sound.speaker.paused_s
        assert paused_s is not None
        await room.sound.microphone.speak(300)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        (interrupt,) = [each for each in room.tutor.link.commands if isinstance(each, Interrupt)]
        assert 500 < interrupt.unheard[0].heard_ms <= 560, "until the pause, and not until the tutor knew"
        await room.sound.microphone.speak(100)
        await room.reply("B", ms=500)
        assert room.sound.speaker.sounding, "what comes next does not wait"

    lesson_test(body)


def test_a_voice_that_the_tutor_never_hears_keeps_it_waiting_only_so_long() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=5_000)
        await room.sound.microphone.speak(LONGEST_MS["paused"])
        assert room.sound.speaker.paused_s is not None
        await room.sound.microphone.speak(100)
        assert room.sound.speaker.paused_s is None

    lesson_test(body)


def test_a_microphone_that_falls_silent_for_ever_does_not_silence_the_tutor() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=1_000)
        await room.sound.microphone.speak(100)
        await asyncio.sleep(LONGEST_MS["paused"] / 1_000 + 1.1)
        assert not room.session.lesson.sounding

    lesson_test(body)


def test_who_hears_itself_stops_stuttering() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=60_000)
        for _ in range(MOST_IN_VAIN + 2):
            await cough(room)
        assert room.sound.speaker.pauses == MOST_IN_VAIN
        await room.sound.microphone.speak(round(IN_VAIN_WITHIN_S * 1_000), level=QUIET)
        await cough(room)
        assert room.sound.speaker.pauses == MOST_IN_VAIN + 1

    lesson_test(body)


def test_a_sound_that_is_no_voice_makes_it_quieter_for_a_moment() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=3_000)
        await room.sound.microphone.speak(LASTING_MS - 20, level=A_CUP)
        assert (room.sound.speaker.ducked, room.sound.speaker.paused_s) == (True, None)
        await cough(room, 20, level=QUIET)
        assert (room.sound.speaker.ducks, room.sound.speaker.pauses, room.sound.speaker.ducked) == (1, 0, False)
        await room.sound.microphone.speak(1_000, level=A_RUSTLE)
        assert (room.sound.speaker.ducks, room.sound.speaker.ducked) == (2, False), "the next room's machine"
        assert room.sound.speaker.pauses == 0, "which is not loud"
        await room.sound.microphone.speak(60)
        assert room.sound.speaker.paused_s is not None, "a voice in it is heard all the same"

    lesson_test(body)


def test_a_loud_sound_that_lasts_is_waited_for_until_it_is_known_to_be_no_voice() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=60_000)
        await room.sound.microphone.speak(LASTING_MS + 20, level=A_CUP)
        assert is_paused(room), "a word may begin so"
        await room.sound.microphone.speak(LONGEST_MS["held"], level=A_CUP)
        assert not is_paused(room), "it does not"
        for _ in range(MOST_IN_VAIN):
            await room.sound.microphone.speak(500, level=QUIET)
            await cough(room, 100, level=A_CUP)
        assert room.sound.speaker.pauses == MOST_IN_VAIN, "a door that bangs all the time is talked through"
        await cough(room)
        assert room.sound.speaker.pauses == MOST_IN_VAIN + 1, "a voice is waited for all the same"

    lesson_test(body)


def test_on_loudspeakers_only_a_voice_is_waited_for() -> None:
    """What is left of an echo is loud now and then, and no voice."""

    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        room.sound.microphone.echo_cancelled = True
        await hears(room)
        await room.reply(ms=3_000)
        await room.sound.microphone.speak(200, level=A_CUP)
        assert (room.sound.speaker.ducked, room.sound.speaker.pauses) == (True, 0)
        await room.sound.microphone.speak(60)
        assert room.sound.speaker.pauses == 1

    lesson_test(body)


def test_one_frame_of_a_loud_sound_is_enough_to_be_quieter_and_of_a_soft_one_is_not() -> None:
    async def body(room: Room) -> None:
        await hears(room)
        await room.reply(ms=3_000)
        await cough(room, 20, level=A_RUSTLE)
        assert room.sound.speaker.ducks == 0
        await room.sound.microphone.speak(20, level=A_CUP)
        await asyncio.sleep(0)
        assert room.sound.speaker.ducked

    lesson_test(body)


@pytest.mark.parametrize("case", ["not wanted", "push-to-talk", "the tutor is silent"])
def test_it_does_not_pause(case: str) -> None:
    async def body(room: Room) -> None:
        await hears(room, wanted=case != "not wanted")
        if case == "push-to-talk":
            room.session.talk()
        if case != "the tutor is silent":
            await room.reply(ms=3_000)
        await cough(room)
        assert room.sound.speaker.pauses == 0

    lesson_test(body, lambda: Room(replace(PLAN, turn_detection=PushToTalk())) if case == "push-to-talk" else Room())
