"""When a conversation gives way to the next: at a quiet moment, or at the least bad one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.session.long_room import DUE_S, HOUR_S, LATE_S, SAID, LongRoom, long_test
from tests.session.room import PLAN
from tests.session.tool_room import ToolRoom, tool_test
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.core.tutor_commands import Configure, Interrupt
from tutor_tui.session import roll_over


async def speaking(room: LongRoom) -> None:
    await room.tell(ev.LearnerStartedSpeaking("V"))


async def answered(room: LongRoom) -> None:
    await room.tell(ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", "B"), ev.LearnerTextDone("V", "Fine."))
    await room.reply("C", ms=20)


async def waits_for_answer(room: LongRoom) -> None:
    room.session.say("And then?")


async def replies(room: LongRoom) -> None:
    await room.tell(ev.ReplyStarted("R"), ev.TutorTextDelta("C", "Then"))


async def reply_ends(room: LongRoom) -> None:
    await room.tell(ev.TutorTextDone("C", "Then"), ev.ReplyEnded("R"))


async def holds(room: LongRoom) -> None:
    room.session.think()


async def words_missing(room: LongRoom) -> None:
    await speaking(room)
    await room.tell(ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", "B"), ev.ReplyStarted("R"))
    await room.tell(ev.TutorTextDone("C", "I see."), ev.ReplyEnded("R"))


async def words_come(room: LongRoom) -> None:
    await room.tell(ev.LearnerTextDone("V", "Fine."))


async def asks_beside(room: LongRoom) -> None:
    room.session.take(ev.HelpShown(LineHelp("B", asked="meaning")))


async def answered_beside(room: LongRoom) -> None:
    room.session.take(ev.HelpShown(LineHelp("B", meaning="How are you?")))


async def speaks_on_a_call(room: LongRoom) -> None:
    """There the sound comes no sooner than it is heard, and all of it on the one connection."""
    await room.tell(ev.ReplyStarted("R"), ev.TutorTextDone("C", "Then"), ev.TutorSoundExpected("C", 6_000))
    await room.tell(ev.ReplyEnded("R"))


async def falls_silent(room: LongRoom) -> None:
    await room.tell(ev.TutorSoundExpected("C", 0))


async def heard(room: LongRoom) -> None:
    await room.reply("C", ms=6_000)


async def nothing(room: LongRoom) -> None:
    await asyncio.sleep(3)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (speaking, answered),
        (waits_for_answer, lambda room: room.reply("C", ms=20)),
        (replies, reply_ends),
        (heard, nothing),
        (speaks_on_a_call, falls_silent),
        (holds, holds),
        (words_missing, words_come),
        (asks_beside, answered_beside),
    ],
    ids=[
        "learner speaks",
        "answer is due",
        "answer comes",
        "tutor is heard",
        "on a call",
        "turn is held",
        "words come",
        "help",
    ],
)
def test_it_waits_for_a_quiet_moment(
    begins: Callable[[LongRoom], Awaitable[None]], ends: Callable[[LongRoom], Awaitable[None]]
) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 1)
        await begins(room)
        await room.until_s(DUE_S + 4)
        assert not room.took_over()
        await ends(room)
        await asyncio.sleep(roll_over.AGAIN_S + 3)
        assert room.took_over()
        assert room.tutor.link.plan.history == room.session.lesson.history
        assert room.noticed == []

    long_test(body)


def test_it_waits_for_tools() -> None:
    async def body(room: ToolRoom) -> None:
        room.tutor.lasts_s = 100.0
        room.session.retry()
        await asyncio.sleep(69)
        await room.call("look", spoken=True)
        await asyncio.sleep(5)
        assert room.answers() == [(["look"], True)]
        assert len(room.tutor.links) == 2, "what the tutor says to that is said on this one"
        await room.reply("B", ms=100)
        await asyncio.sleep(5)
        assert len(room.tutor.links) == 3

    tool_test(body)


def test_what_is_said_while_the_other_is_opened_is_not_lost() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 2.0
        await room.until_s(DUE_S + 1)
        assert room.tutor.attempts == 2
        room.session.say("And you?")
        await room.reply("C", ms=20, text="Fine.")
        await asyncio.sleep(3)
        assert [link.open for link in room.tutor.links] == [True, False], "it knows nothing of that"
        await asyncio.sleep(10)
        assert [link.open for link in room.tutor.links] == [False, False, True]
        assert room.tutor.link.plan.history == (
            *SAID,
            HistoryLine("learner", "And you?"),
            HistoryLine("tutor", "Fine."),
        )
        assert room.noticed == []

    long_test(body)


def test_what_was_chosen_while_it_was_opened_comes_into_force() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 2.0
        await room.until_s(DUE_S + 1)
        room.session.set_turn_detection(PRESETS["patient"])
        await asyncio.sleep(3)
        assert room.took_over()
        assert room.tutor.link.commands == [Configure(replace(PLAN, turn_detection=PRESETS["patient"]))]

    long_test(body)


@pytest.mark.parametrize("begins", [holds, words_missing, asks_beside], ids=["held", "words missing", "help"])
def test_the_least_bad_moment_has_to_do_at_last(begins: Callable[[LongRoom], Awaitable[None]]) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(68)
        await begins(room)
        await room.until_s(89)
        assert not room.took_over()
        await room.until_s(93)
        assert room.took_over()
        assert room.session.lesson.held == (begins is holds)
        assert all(turn.state is not TurnState.OPEN for turn in room.session.lesson.turns)
        assert room.noticed == []

    long_test(body, lasts_s=100.0)


def test_a_tutor_that_is_heard_to_the_last_is_heard_to_its_end() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 1)
        await room.reply("C", ms=185_000)
        await room.until_s(LATE_S + roll_over.AGAIN_S + 2)
        assert room.took_over()
        assert room.phase() is Phase.SPEAKING
        await room.until_s(HOUR_S + 10)
        assert room.session.lesson.turns[-1].state is TurnState.DONE, "nothing of it was cut"
        assert not any(isinstance(command, Interrupt) for link in room.tutor.links for command in link.commands)

    long_test(body)


def test_nobody_is_interrupted_for_it() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 1)
        await speaking(room)
        for _ in range(38):
            await room.tell(ev.LearnerTextDelta("V", "and "))
            await asyncio.sleep(5)
        assert len(room.tutor.links) == 1

    long_test(body)
