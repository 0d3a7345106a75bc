"""A learner who gives no sign: told what to do, and checked on once, gently, where that is wanted. In virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.pedagogy import CHECK_IN
from tutor_tui.core.tools import LevelSuggestion, ToolCall
from tutor_tui.core.turn_detection import PushToTalk, ServerVad, TurnDetection
from tutor_tui.core.tutor_commands import CheckIn, Greet
from tutor_tui.session.answer_awaited import LEAST_PAUSES, TELL_AFTER_S, UNASKED_AFTER_S

AFTER_S = 20.0
OURS = Capabilities(ours=True, way="offline")


def waited(room: Room) -> bool:
    return room.session.lesson.waited_for


def ours() -> Room:
    return Room(PLAN, OURS)


def test_after_a_while_the_learner_is_told_and_a_sign_of_them_ends_it() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await asyncio.sleep(1.0 + TELL_AFTER_S - 0.5)
        assert not waited(room)
        await asyncio.sleep(1.0)
        assert waited(room)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        assert not waited(room)

    lesson_test(body)


def test_a_tutor_that_never_spoke_is_not_waited_with_in_silence_either() -> None:
    async def body(room: Room) -> None:
        await asyncio.sleep(TELL_AFTER_S + 1)
        assert waited(room)

    lesson_test(body)


def test_who_writes_or_holds_the_turn_is_left_in_peace() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        for _ in range(10):
            await asyncio.sleep(TELL_AFTER_S * 0.6)
            room.session.awaited.stir()
        assert not waited(room)
        room.session.think()
        await asyncio.sleep(TELL_AFTER_S * 2)
        assert not waited(room)
        room.session.think()
        await asyncio.sleep(TELL_AFTER_S + 1)
        assert waited(room)
        room.session.say("one moment")
        assert not waited(room)

    lesson_test(body)


def checks(room: Room) -> int:
    return room.tutor.link.commands.count(CheckIn(CHECK_IN))


def asking(check_in_s: float | None = AFTER_S, abilities: Capabilities | None = None, **changes: Any) -> Room:
    return Room(replace(PLAN, check_in_s=check_in_s, **changes), abilities)


async def answered(room: Room, number: int) -> None:
    """The learner says something, and the tutor goes on."""
    await room.tell(ev.LearnerStartedSpeaking(f"U{number}"), ev.LearnerStoppedSpeaking(f"U{number}"))
    await room.tell(ev.LearnerTurnKept(f"U{number}", None), ev.LearnerTextDone(f"U{number}", "yes"))
    await room.reply(item=f"Q{number}", ms=100)


def test_the_tutor_checks_in_once_a_question_and_again_only_after_the_next() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await asyncio.sleep(1.0 + AFTER_S - 0.5)
        assert checks(room) == 0
        await asyncio.sleep(1.0)
        assert room.tutor.link.commands == [Greet("Greet the learner."), CheckIn(CHECK_IN)]
        await room.reply(item="B", ms=100)
        await asyncio.sleep(AFTER_S * 5)
        assert checks(room) == 1
        assert waited(room), "what to do goes on standing there"
        await answered(room, 1)
        await asyncio.sleep(AFTER_S + 1)
        assert checks(room) == 2

    lesson_test(body, asking)


def test_a_tutor_that_only_goes_on_listening_has_asked_nothing_new() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(AFTER_S + 1)
        await room.reply(item="B", ms=100)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"))
        await room.tell(ev.LearnerTurnKept("U", None), ev.LearnerTextDone("U", "um"))
        await room.tell(ev.ReplyStarted("W"), ev.ToolCalled(ToolCall("c", "wait_for_learner", "{}")))
        await room.tell(ev.ReplyEnded("W"))
        await asyncio.sleep(AFTER_S * 5)
        assert checks(room) == 1

    lesson_test(body, asking)


def test_nobody_is_checked_on_while_they_write_or_hold_their_turn() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(AFTER_S / 2)
        room.session.awaited.stir()
        await asyncio.sleep(AFTER_S * 5)
        assert checks(room) == 0, "half a line is written"
        await answered(room, 1)
        room.session.think()
        await asyncio.sleep(AFTER_S * 1.5)
        assert checks(room) == 0
        room.session.think()
        await asyncio.sleep(AFTER_S + 1)
        assert checks(room) == 1

    lesson_test(body, asking)


def test_a_muted_learner_is_left_in_peace_until_the_microphone_is_open() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(AFTER_S - 1)
        room.session.mute()
        await asyncio.sleep(AFTER_S * 3)
        room.session.mute()
        await asyncio.sleep(AFTER_S - 1)
        assert checks(room) == 0
        await asyncio.sleep(2)
        assert checks(room) == 1

    lesson_test(body, asking)


def test_a_learner_who_speaks_unnoticed_is_not_spoken_over() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(AFTER_S - 1)
        room.session.take(ev.VoiceUnnoticed(True))
        await asyncio.sleep(AFTER_S * 3)
        assert checks(room) == 0

    lesson_test(body, asking)


def test_nothing_is_asked_beside_a_question_on_the_screen() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(AFTER_S - 1)
        room.session.take(ev.LevelSuggested(LevelSuggestion("A2")))
        await asyncio.sleep(AFTER_S * 3)
        assert checks(room) == 0
        room.session.level_question.decide(taken=False)
        await asyncio.sleep(AFTER_S + 1)
        assert checks(room) == 1

    lesson_test(body, asking)


@pytest.mark.parametrize(
    ("detection", "after_s"),
    [(ServerVad(silence_duration_ms=8_000), LEAST_PAUSES * 8.0), (ServerVad(silence_duration_ms=1_000), AFTER_S)],
)
def test_long_pauses_that_the_learner_has_chosen_are_pauses(detection: TurnDetection, after_s: float) -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(after_s - 1)
        assert checks(room) == 0
        await asyncio.sleep(2)
        assert checks(room) == 1

    lesson_test(body, lambda: asking(turn_detection=detection))


@pytest.mark.parametrize(
    ("check_in_s", "abilities", "changes"),
    [
        (0.0, None, {}),
        (0.0, OURS, {}),
        (None, None, {}),
        (AFTER_S, None, {"turn_detection": PushToTalk()}),
    ],
    ids=["profile says never", "and to our own", "nothing said", "the talk key waits"],
)
def test_where_nobody_wants_it_nobody_checks_in(
    check_in_s: float | None, abilities: Capabilities | None, changes: dict[str, Any]
) -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(UNASKED_AFTER_S * 5)
        assert checks(room) == 0

    lesson_test(body, lambda: asking(check_in_s, abilities, **changes))


def test_our_own_tutor_checks_in_unasked_and_waits_longer_for_who_has_to_type() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(UNASKED_AFTER_S - 1)
        assert checks(room) == 0
        await asyncio.sleep(2)
        assert checks(room) == 1

    lesson_test(body, ours)
    deaf = replace(OURS, hears=frozenset({"en"}))
    lesson_test(body, lambda: asking(AFTER_S, deaf, target_language="ko"))


def test_a_tutor_that_has_not_spoken_has_asked_nothing() -> None:
    async def body(room: Room) -> None:
        await asyncio.sleep(AFTER_S * 5)
        assert checks(room) == 0

    lesson_test(body, asking)


def test_a_tutor_that_may_cost_money_says_nothing_of_its_own_accord() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(UNASKED_AFTER_S * 5)
        assert room.tutor.link.commands == [Greet("Greet the learner.")]

    lesson_test(body)
