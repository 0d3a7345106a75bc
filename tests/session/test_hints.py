"""What could be said: shown by a key, and read aloud by the next."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.helped import SPANISH, asked, lines, spanish, told
from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Phase
from tutor_tui.core.pcm import silence
from tutor_tui.core.tutor_commands import Interrupt, ReadAside
from tutor_tui.session.study_help import WAIT_S

HINTS = "(Order a drink.)\n1. Un café, por favor.\n- Para mí un té.\n\n• Nada, gracias.\nUna más."


async def hinted(room: Room) -> None:
    await room.reply("A", ms=100, text="¿Qué te pongo?")
    await asyncio.sleep(0.5)
    room.session.study.hint()
    await asyncio.sleep(0.001)
    await room.tell(ev.AsideAnswered(asked(room)[-1].request_id, HINTS))


def readings(room: Room) -> list[ReadAside]:
    return [command for command in room.tutor.link.commands if isinstance(command, ReadAside)]


def test_a_key_shows_up_to_three_things_to_say() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        (question,) = asked(room)
        assert question.kind == "hint" and question.text == "Tutor: ¿Qué te pongo?"
        assert "Spanish" in question.instructions and "A1" in question.instructions
        assert lines(room) == [
            "You could say:",
            "(Order a drink.)",
            "· Un café, por favor.",
            "· Para mí un té.",
            "· Nada, gracias.",
        ]

    lesson_test(body, lambda: Room(replace(SPANISH, level="A1")))


def test_the_same_key_then_has_the_first_one_spoken_and_nothing_of_it_stays() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        turns, history = room.session.lesson.turns, room.session.lesson.history
        room.session.study.hint()
        await asyncio.sleep(0.001)
        (reading,) = readings(room)
        assert reading.text == "Un café, por favor."
        await room.tell(ev.TutorAudio(reading.request_id, silence(1_000)), ev.TutorAudioDone(reading.request_id))
        assert room.phase() is Phase.SPEAKING
        await asyncio.sleep(WAIT_S + 1)
        assert room.phase() is Phase.LISTENING and told(room) == ""
        assert (room.session.lesson.turns, room.session.lesson.history) == (turns, history)

    lesson_test(body, spanish)


def test_the_learner_may_talk_over_it_and_no_line_comes_of_that() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        room.session.study.hint()
        await asyncio.sleep(0.001)
        reading = readings(room)[0].request_id
        await room.tell(ev.TutorAudio(reading, silence(5_000)))
        await room.tell(ev.LearnerStartedSpeaking("U"))
        assert [turn.id for turn in room.session.lesson.turns] == ["A", "U"]
        (cut,) = (command for command in room.tutor.link.commands if isinstance(command, Interrupt))
        assert [each.item_id for each in cut.unheard] == [reading]

    lesson_test(body, spanish)


def test_while_somebody_speaks_nothing_is_read_aloud() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        room.session.study.hint()
        assert readings(room) == [] and told(room) == "It is read aloud when nobody else is speaking."

    lesson_test(body, spanish)


def test_a_sound_that_never_comes_or_was_refused_is_said() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        room.session.study.hint()
        await asyncio.sleep(WAIT_S + 1)
        assert told(room) == "It could not be read aloud."
        room.session.study.hint()
        await asyncio.sleep(0.001)
        await room.tell(ev.AsideAnswered(readings(room)[1].request_id, reason="no voice"))
        notice = room.session.lesson.notice
        assert notice is not None and notice.hint == "no voice"

    lesson_test(body, spanish)


def test_a_way_of_talking_that_cannot_read_aloud_shows_and_says_so() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        room.session.study.hint()
        assert readings(room) == [] and "read it yourself" in told(room)

    lesson_test(body, lambda: Room(SPANISH, Capabilities(reads_asides=False)))


def test_what_could_be_said_goes_when_something_is_said_or_it_is_hidden() -> None:
    async def body(room: Room) -> None:
        await hinted(room)
        assert room.session.study.hide_hints() and lines(room) == []
        assert not room.session.study.hide_hints()
        room.session.study.hint()
        await asyncio.sleep(0.001)
        await room.tell(ev.AsideAnswered(asked(room)[-1].request_id, HINTS))
        assert lines(room)
        room.session.say("Un té.")
        assert lines(room) == []

    lesson_test(body, spanish)


def test_an_answer_without_a_hint_in_it_is_none() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="Adiós.")
        room.session.study.hint()
        await asyncio.sleep(0.001)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, " \n "))
        assert lines(room) == [] and told(room) == "There is no hint here."

    lesson_test(body, spanish)
