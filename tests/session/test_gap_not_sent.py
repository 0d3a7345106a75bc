"""What of the sound around a lost line is not sent on the next."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.broken_line import DROPPED, QUIET, half_a_sentence, levels, linked, nothing_is_sent, said, speaking
from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.tutor_commands import EndTurn, Greet
from tutor_tui.session.gap_audio import KEPT_S, NOTICED_S


def test_a_quiet_room_is_not_sent() -> None:
    async def body(room: Room) -> None:
        await room.tell(DROPPED)
        await room.sound.microphone.speak(2_000, QUIET)
        await linked(room)
        await asyncio.sleep(0.1)
        assert levels(room) == []
        nothing_is_sent(room)

    speaking(body)


def test_a_noise_as_short_as_a_key_is_not_sent() -> None:
    async def body(room: Room) -> None:
        await room.tell(DROPPED)
        await room.sound.microphone.speak(100, 5_000)
        await linked(room)
        nothing_is_sent(room)

    speaking(body)


def test_what_is_said_while_muted_is_not_kept() -> None:
    async def body(room: Room) -> None:
        room.session.mute()
        await room.tell(DROPPED)
        await room.sound.microphone.speak(1_000, 5_000)
        await linked(room)
        nothing_is_sent(room)

    speaking(body)


def test_the_tutor_itself_is_not_kept_through_loudspeakers() -> None:
    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        await room.tell(ev.ReplyStarted("R2"), ev.TutorTextDelta("B", "Well"), ev.TutorAudio("B", pcm.silence(2_000)))
        await room.tell(DROPPED)
        await room.sound.microphone.speak(1_500, 5_000)
        await linked(room)
        nothing_is_sent(room)

    speaking(body)


def test_what_a_tutor_does_not_understand_by_ear_is_not_kept_for_it() -> None:
    deaf = FakeTutor(Capabilities(hears=frozenset({"fr"})))

    async def body(room: Room) -> None:
        await half_a_sentence(room)
        room.session.switch(deaf)
        await asyncio.sleep(0.1)
        assert deaf.link.heard == b""
        assert room.session.lesson.turns[-1].state is TurnState.LOST

    speaking(body)


def test_who_types_instead_is_not_heard_as_well() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        room.session.say("I went to the market.")
        await linked(room)
        assert said(room) == []
        assert room.tutor.link.plan.history[-1] == HistoryLine("learner", "I went to the market.")
        assert room.tutor.link.commands == [EndTurn(commit=False)]
        assert [turn.state for turn in room.session.lesson.turns][1:] == [TurnState.LOST, TurnState.DONE]

    speaking(body)


def test_another_lesson_begins_without_what_was_said_in_the_last() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        room.session.change(replace(PLAN, profile="French debate", opening="Ouvrez."))
        await linked(room)
        assert said(room) == []
        assert Greet("Ouvrez.") in room.tutor.link.commands

    speaking(body)


def test_before_the_first_words_the_tutor_greets() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(500, QUIET)
        await room.sound.microphone.speak(1_000, 5_000)
        await linked(room)
        assert said(room) == []
        assert room.tutor.link.commands == [Greet(PLAN.opening)]

    def slow() -> Room:
        made = Room()
        made.tutor.connect_s = 3.0
        return made

    lesson_test(body, slow)


def test_a_voice_that_nobody_notices_is_told_as_lost() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await linked(room)
        states = [room.session.lesson.turns[-1].state]
        await asyncio.sleep(NOTICED_S + KEPT_S)
        states.append(room.session.lesson.turns[-1].state)
        assert states == [TurnState.OPEN, TurnState.LOST]
        assert room.session.lesson.notice is not None
        assert room.session.lesson.notice.title == "What you said while the line was down was not understood."

    speaking(body)
