"""A conversation that the service ends all the same: the next follows at once."""

from __future__ import annotations

import asyncio

import pytest

from tests.session.long_room import SAID, LongRoom, long_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tutor_commands import EndTurn, Say
from tutor_tui.openai_api.realtime import errors


@pytest.mark.parametrize("lost", [errors.expired(), errors.closed(1001, "")], ids=["session_expired", "1001"])
def test_a_conversation_that_the_service_has_ended_is_followed_by_another_at_once(lost: LinkLost) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.connect_s = 1.0
        await room.tell(lost)
        assert room.tutor.attempts == 2, "at once"
        await asyncio.sleep(1.1)
        assert room.took_over()
        assert room.tutor.link.plan.history == SAID
        assert room.tutor.link.commands == []
        assert "LinkEnded" not in room.noticed
        assert room.session.lesson.notice is None

    long_test(body)


def test_what_is_typed_meanwhile_is_said_on_the_next() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.connect_s = 1.0
        await room.tell(errors.expired())
        room.session.say("Still there?")
        await asyncio.sleep(1.1)
        assert [command.text for command in room.tutor.link.commands if isinstance(command, Say)] == ["Still there?"]
        assert "LinkEnded" not in room.noticed

    long_test(body)


def test_it_is_shown_if_the_next_is_long_in_coming() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.connect_s = 10.0
        await room.tell(errors.expired())
        await asyncio.sleep(3)
        assert not room.session.lesson.linked
        assert room.phase() is Phase.CONNECTING
        assert room.session.lesson.notice is None
        await asyncio.sleep(10)
        assert room.session.lesson.linked

    long_test(body)


def test_why_the_next_does_not_come_is_told() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.refusals = [LinkLost("Nothing answers.", retry=True)]
        await room.tell(errors.expired())
        assert not room.session.lesson.linked
        assert room.session.lesson.notice is not None
        assert room.session.lesson.notice.title == "Nothing answers."

    long_test(body)


def test_who_was_speaking_then_is_told_without_alarm() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        await room.tell(ev.LearnerStartedSpeaking("V"))
        await room.tell(errors.expired())
        notice = room.session.lesson.notice
        assert notice is not None
        assert notice.severity == "information"
        assert notice.hint.endswith("say it again.")

    long_test(body)


def test_a_service_that_ends_every_conversation_at_once_is_not_dialled_all_the_time() -> None:
    async def body(room: LongRoom) -> None:
        for _ in range(4):
            await room.tell(errors.expired())
            await asyncio.sleep(0.01)
        assert len(room.tutor.links) < 4
        assert room.session.lesson.dial_wait_s > 0

    long_test(body)


def test_an_answer_that_it_broke_is_asked_for_again() -> None:
    async def body(room: LongRoom) -> None:
        await asyncio.sleep(10)
        room.session.say("And then?")
        await room.tell(errors.expired())
        assert room.tutor.link.commands == [EndTurn(commit=False)]

    long_test(body)
