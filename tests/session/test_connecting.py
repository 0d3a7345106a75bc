"""What is asked for while the line is being opened: nothing of it is lost. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room
from tests.support.fakes import FakeLink, FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.core.tutor_commands import Command, Configure, EndTurn, Greet, Say


def while_connecting(body: Callable[[Room], Awaitable[None]], capabilities: Capabilities | None = None) -> None:
    """A lesson whose line takes ten seconds to open, and of these one has passed."""

    async def main() -> None:
        room = Room(capabilities=capabilities)
        room.tutor.connect_s = 10.0
        async with room.lesson():
            await asyncio.sleep(1)
            assert room.phase() is Phase.CONNECTING
            await body(room)

    in_virtual_time(main())


def texts(commands: list[Command]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Say)]


def test_words_typed_meanwhile_are_said_instead_of_the_greeting() -> None:
    async def body(room: Room) -> None:
        room.session.say("hello")
        room.session.say("are you there?")
        await asyncio.sleep(12)
        assert texts(room.tutor.link.commands) == ["hello", "are you there?"]
        assert not [command for command in room.tutor.link.commands if isinstance(command, Greet)]
        turns = room.session.lesson.turns
        assert [turn.id for turn in turns] == [
            each.item_id for each in room.tutor.link.commands if isinstance(each, Say)
        ]

    while_connecting(body)


def test_words_typed_meanwhile_are_said_once_though_the_attempt_fails() -> None:
    async def body(room: Room) -> None:
        room.tutor.refusals = [LinkLost("No network.", retry=True)]
        room.session.say("hello")
        await asyncio.sleep(30)
        assert room.tutor.attempts == 2
        assert room.tutor.link.plan.history == (HistoryLine("learner", "hello"),)
        assert texts(room.tutor.link.commands) == []

    while_connecting(body)


def test_words_typed_while_a_lost_line_comes_back_are_said_on_it() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            await room.reply(text="Hello.", ms=100)
            await asyncio.sleep(1)
            room.tutor.connect_s = 10.0
            await room.tell(LinkLost("The line dropped.", retry=True))
            await asyncio.sleep(2)
            room.session.say("still here")
            await asyncio.sleep(12)
            assert room.tutor.link.plan.history == (HistoryLine("tutor", "Hello."),)
            assert texts(room.tutor.link.commands) == ["still here"]
            assert EndTurn(commit=False) not in room.tutor.link.commands, "one answer, not two"

    in_virtual_time(main())


def test_patience_chosen_meanwhile_comes_into_force() -> None:
    async def body(room: Room) -> None:
        room.session.set_turn_detection(PRESETS["patient"])
        await asyncio.sleep(12)
        wanted = replace(PLAN, turn_detection=PRESETS["patient"])
        assert room.tutor.link.commands == [Configure(wanted), Greet(PLAN.opening)]

    while_connecting(body)


def test_a_profile_chosen_meanwhile_teaches_and_opens() -> None:
    async def body(room: Room) -> None:
        new = replace(PLAN, profile="French debate", instructions="Débattez.", opening="Ouvrez.")
        room.session.change(new)
        await asyncio.sleep(12)
        assert room.tutor.link.commands == [Configure(new), Greet("Ouvrez.")]
        assert len(room.tutor.links) == 1

    while_connecting(body)


def test_a_profile_the_tutor_cannot_take_live_is_dialled_for() -> None:
    async def body(room: Room) -> None:
        new = replace(PLAN, profile="Café", instructions="Otra.", opening="Saluda.", offline_lesson="es-a1-cafe")
        room.session.change(new)
        await asyncio.sleep(30)
        assert [link.plan.profile for link in room.tutor.links] == [PLAN.profile, "Café"]
        assert [link.commands for link in room.tutor.links] == [[], [Greet("Saluda.")]]
        assert room.session.lesson.notice is None

    while_connecting(body, Capabilities(live_lesson=False))


def test_a_turn_held_open_meanwhile_is_held() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        await asyncio.sleep(12)
        assert room.tutor.link.commands[0] == Configure(replace(PLAN, answers=False))

    while_connecting(body)


@pytest.mark.parametrize("way", ["switch", "retry"])
def test_an_attempt_that_takes_long_is_given_up_for_another(way: str) -> None:
    async def body(room: Room) -> None:
        other = FakeTutor()
        if way == "switch":
            room.session.switch(other)
        else:
            room.tutor.connect_s = 0.0
            room.session.retry()
        await asyncio.sleep(0.1)
        assert room.phase() is Phase.LISTENING
        assert len((other if way == "switch" else room.tutor).links) == 1
        await asyncio.sleep(20)
        assert len(room.tutor.links) == (0 if way == "switch" else 1), "the first attempt is really over"

    while_connecting(body)


def test_attempts_that_take_long_and_fail_are_no_good_line() -> None:
    """A host that answers nobody fails after 10 s: the wait before the next attempt still grows, and is told."""

    async def body(room: Room) -> None:
        room.tutor.refusals = [LinkLost("No answer in time.", retry=True)] * 9
        seen: list[int] = []

        async def follow() -> None:
            async for lesson in room.session.watch:
                if lesson.dialling and lesson.dialling not in seen:
                    seen.append(lesson.dialling)

        follower = asyncio.create_task(follow())
        await asyncio.sleep(60)
        follower.cancel()
        assert seen[:4] == [1, 2, 3, 4]

    while_connecting(body)


def test_a_line_that_holds_for_a_while_is_dialled_again_at_once() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            await asyncio.sleep(10)
            await room.tell(LinkLost("The line dropped.", retry=True))
            assert len(room.tutor.links) == 2

    in_virtual_time(main())


def test_a_fault_of_ours_in_sending_ends_the_connection_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FakeLink.send

    async def broken(link: FakeLink, command: Command) -> None:
        if len(room.tutor.links) == 1:
            raise ValueError
        await whole(link, command)

    async def main() -> None:
        async with room.lesson():
            await asyncio.sleep(5.0)
            assert len(room.tutor.links) == 2
            assert room.session.lesson.linked
            notice = room.session.lesson.notice
            assert notice is not None
            assert notice.title == "A fault of ours broke the connection (ValueError)."
            room.session.say("Hello")
            await asyncio.sleep(0.01)
            assert isinstance(room.tutor.link.commands[-1], Say)

    monkeypatch.setattr(FakeLink, "send", broken)
    room = Room()
    in_virtual_time(main())


def test_what_a_line_still_tells_after_it_was_hung_up_is_not_heard() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            old = room.tutor.link
            room.session.switch(FakeTutor())
            old.tell(ev.ReplyStarted("R"))
            await asyncio.sleep(1)
            assert room.phase() is Phase.LISTENING
            assert room.session.lesson.reply_id == ""

    in_virtual_time(main())
