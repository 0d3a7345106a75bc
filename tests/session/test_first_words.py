"""What is asked for on a new connection: what was being answered, and once. In virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.pcm import silence
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tutor_commands import Command, EndTurn, Greet, Note, Say
from tutor_tui.session.first_words import CUT_OFF, GO_ON

TEXT = "Tell me about the house in which you lived when you were a child."


async def drop(room: Room) -> None:
    await room.tell(LinkLost("The line dropped.", retry=True))
    await asyncio.sleep(10)
    assert room.session.lesson.linked


async def half_an_answer(room: Room, item: str = "A") -> None:
    """What is heard of it is over when the next connection is there."""
    await room.tell(ev.ReplyStarted("R"), ev.TutorTextDelta(item, TEXT), ev.TutorAudio(item, silence(500)))


def asked(room: Room) -> list[Command]:
    return room.tutor.link.commands


def told(room: Room) -> str:
    return room.session.lesson.notice.title if room.session.lesson.notice else ""


def test_an_answer_that_was_cut_off_ends_where_it_was_heard_and_goes_on_from_there() -> None:
    async def body(room: Room) -> None:
        await half_an_answer(room)
        await drop(room)
        (turn,) = room.session.lesson.turns
        assert turn.state is TurnState.CUT
        assert room.tutor.link.plan.history == (HistoryLine("tutor", turn.heard_text.strip()),)
        assert 0 < len(turn.heard_text) < len(TEXT) / 3
        assert asked(room) == [Greet(GO_ON)]

    lesson_test(body)


def test_an_answer_that_came_whole_is_not_asked_for() -> None:
    async def body(room: Room) -> None:
        await half_an_answer(room)
        await room.tell(ev.TutorAudioDone("A"), ev.TutorTextDone("A", TEXT))
        await drop(room)
        assert asked(room) == []

    lesson_test(body)


def test_an_answer_that_the_learner_stopped_is_not_asked_for() -> None:
    async def body(room: Room) -> None:
        await half_an_answer(room)
        room.session.interrupt()
        await drop(room)
        assert asked(room) == []

    lesson_test(body)


def test_what_was_typed_meanwhile_is_answered_instead_and_the_tutor_knows_what_was_heard() -> None:
    async def body(room: Room) -> None:
        await half_an_answer(room)
        room.tutor.connect_s = 1.0
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(0.5)
        room.session.say("What house?")
        await asyncio.sleep(10)
        note, words = asked(room)
        assert note == Note(CUT_OFF)
        assert isinstance(words, Say)

    lesson_test(body)


def test_a_greeting_that_never_began_is_asked_for_again() -> None:
    async def body(room: Room) -> None:
        room.session.switch(other := FakeTutor())
        await asyncio.sleep(0.1)
        assert other.link.commands == [], "the one before has greeted"
        room.tutor = other
        room.session.change(replace(PLAN, profile="French debate", instructions="Débattez.", opening="Go."))
        await asyncio.sleep(0.1)
        assert asked(room)[-1] == Greet("Go.")
        await drop(room)
        assert asked(room) == [Greet("Go.")]
        await drop(room)
        assert asked(room) == []

    lesson_test(body)


@pytest.mark.parametrize("answer", ["nothing", "the beginning of it"])
def test_what_breaks_each_connection_is_asked_for_once_more_only(answer: str) -> None:
    async def body(room: Room) -> None:
        room.session.say("Hello?")
        if answer != "nothing":
            await half_an_answer(room)
        await drop(room)
        assert len(asked(room)) == 1
        if answer != "nothing":
            await half_an_answer(room, "B")
        await drop(room)
        assert asked(room) == ([] if answer == "nothing" else [Note(CUT_OFF)])
        assert told(room) == "The connection broke twice at this answer, so it is not asked for again."
        room.session.say("Something else, then.")
        await drop(room)
        assert EndTurn(commit=False) in asked(room), "that is another answer"

    lesson_test(body)


def test_what_was_answered_at_last_counts_anew() -> None:
    async def body(room: Room) -> None:
        room.session.say("Hello?")
        await drop(room)
        await room.reply("A", ms=100)
        await asyncio.sleep(1)
        room.session.repeat()
        await half_an_answer(room, "B")
        await drop(room)
        assert asked(room) == [Greet(GO_ON)]

    lesson_test(body)


def test_who_asks_for_another_connection_is_answered_on_it() -> None:
    async def body(room: Room) -> None:
        room.session.say("Hello?")
        await drop(room)
        await drop(room)
        assert asked(room) == []
        room.session.retry()
        await asyncio.sleep(1)
        assert asked(room) == [EndTurn(commit=False)]

    lesson_test(body)


def test_nobody_answers_half_a_sentence() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDelta("U", "I would like to"))
        await drop(room)
        assert asked(room) == []
        assert room.session.lesson.notice is not None
        assert room.session.lesson.notice.hint.endswith("say it again.")
        await drop(room)
        assert asked(room) == []

    lesson_test(body)
