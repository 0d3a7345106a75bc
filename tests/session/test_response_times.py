"""How long an answer takes and how fast the tutor falls silent, by the frames of the microphone."""

from __future__ import annotations

import asyncio

import pytest

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson_summary import times_line
from tutor_tui.core.pcm import silence

SPOKEN = (ev.LearnerStoppedSpeaking("u"), ev.LearnerTurnKept("u", None))


async def quiet(room: Room, ms: int) -> None:
    await room.sound.microphone.speak(ms, level=10)


async def turn(room: Room, pause_ms: int) -> None:
    """One second of speech, and then a pause after which the tutor knows that it is over."""
    await quiet(room, 400)
    await room.sound.microphone.speak(200)
    await room.tell(ev.LearnerStartedSpeaking("u"))
    await room.sound.microphone.speak(800)
    await quiet(room, pause_ms)
    await room.tell(*SPOKEN)


def test_an_answer_is_timed_from_the_last_word_to_its_first_sound() -> None:
    async def body(room: Room) -> None:
        await turn(room, pause_ms=700)
        await quiet(room, 300)
        await room.reply(ms=500)
        await quiet(room, 100)
        assert room.session.times.answers_ms == [pytest.approx(1_000, abs=50)]
        assert room.session.times.barge_ins_ms == []

    lesson_test(body)


@pytest.mark.parametrize(("pauses", "silence_ms"), [(False, 280), (True, 80)])
def test_silence_after_a_barge_in_is_timed_from_the_first_sound_of_the_voice(pauses: bool, silence_ms: int) -> None:
    """Where the tutor pauses by itself it is silent before its server knows."""

    async def body(room: Room) -> None:
        room.session.barge_in.wanted = pauses
        await quiet(room, 400)
        await room.reply(ms=5_000)
        await quiet(room, 400)
        await room.sound.microphone.speak(260)
        await room.tell(ev.LearnerStartedSpeaking("u"))
        await room.sound.microphone.speak(100)
        assert room.session.times.barge_ins_ms == [pytest.approx(silence_ms, abs=50)]
        assert room.session.times.answers_ms == [], "the opening answers nobody"

    lesson_test(body)


@pytest.mark.parametrize("why", ["typed", "held", "cut"])
def test_what_answers_no_spoken_turn_is_not_counted(why: str) -> None:
    async def body(room: Room) -> None:
        await turn(room, pause_ms=700)
        match why:
            case "typed":
                room.session.say("Hello!")
            case "held":
                room.session.think()
            case _:
                room.session.interrupt()
        await room.reply(ms=500)
        await quiet(room, 100)
        assert room.session.times.answers_ms == []

    lesson_test(body)


def test_a_pressed_turn_is_timed_too() -> None:
    async def body(room: Room) -> None:
        await quiet(room, 400)
        await room.tell()
        room.session.take(ev.Talking(True))
        await room.sound.microphone.speak(500)
        await quiet(room, 100)
        room.session.take(ev.Talking(False))
        await quiet(room, 400)
        await room.tell(ev.ReplyStarted("R"), ev.TutorAudio("A", silence(500)))
        await quiet(room, 60)
        assert room.session.times.answers_ms == [pytest.approx(520, abs=50)]
        await asyncio.sleep(0)

    lesson_test(body)


def test_a_time_in_which_we_were_stopped_is_not_counted() -> None:
    async def body(room: Room) -> None:
        await turn(room, pause_ms=700)
        await asyncio.sleep(9.0)  # Ctrl-Z, and fg
        await quiet(room, 100)
        await room.reply(ms=500)
        await quiet(room, 100)
        assert room.session.times.answers_ms == []

    lesson_test(body)


def test_the_times_in_words() -> None:
    assert times_line([], []) == ""
    assert times_line([900, 1_200, 800], []) == (
        "the tutor answered 0.90 s after your last word (the middle of 3 times)"
    )
    assert times_line([900], [250, 300]).endswith("; it fell silent 0.30 s after you spoke up (the middle of 2 times)")
