"""Tools at work in a session, in virtual time: each call once, one answer a reply, and nothing that stalls the talk."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.session.room import Room, lesson_test
from tests.session.tool_room import SLIP, ToolRoom, tool_test
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import ToolState
from tutor_tui.core.lesson import Phase
from tutor_tui.core.pcm import silence
from tutor_tui.core.pedagogy import pace_rule
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tools import Note, ToolCall
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.core.tutor_commands import AnswerTools, Configure, EndTurn
from tutor_tui.session.tool_runner import MOST_CALLS


def test_speech_is_asked_for_when_the_tool_is_done_and_thinking_is_shown_until_then() -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("look")
        assert (room.answers(), room.phase(), room.states()) == ([], Phase.THINKING, [ToolState.RUNNING])
        await asyncio.sleep(1.0)
        assert (room.answers(), room.phase(), room.states()) == ([(["look"], True)], Phase.THINKING, [ToolState.DONE])
        await room.reply("B", ms=100)
        await asyncio.sleep(0.2)
        assert room.phase() is Phase.LISTENING

    tool_test(body)


def test_a_tool_that_is_quicker_than_its_reply_waits_for_the_end_of_it() -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("slower", end=None)
        assert room.answers() == []
        await room.tell(ev.ReplyEnded("R"))
        assert room.answers() == [(["slower"], True)]

    tool_test(body)


def test_all_calls_of_a_reply_are_answered_at_once_in_their_order() -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("look", "slower", "look#2")
        await asyncio.sleep(0.5)
        assert room.answers() == []
        await asyncio.sleep(0.6)
        assert room.answers() == [(["look", "slower", "look#2"], True)]

    tool_test(body)


def test_notes_beside_speech_ask_for_none() -> None:
    async def body(room: ToolRoom) -> None:
        await room.tell(ev.LearnerTurnKept("U", None))
        await room.call("note", spoken=True)
        assert room.answers() == [(["note"], False)]
        await asyncio.sleep(0.2)
        assert room.phase() is Phase.LISTENING
        assert room.session.lesson.notes == (Note(SLIP, "U"),)

    tool_test(body)


def test_a_reply_of_notes_alone_still_owes_the_learner_an_answer() -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("note")
        assert room.answers() == [(["note"], True)]

    tool_test(body)


@pytest.mark.parametrize("with_a_note", [False, True])
def test_a_tutor_that_chooses_to_say_nothing_is_not_made_to_speak(with_a_note: bool) -> None:
    async def body(room: ToolRoom) -> None:
        await room.tell(ev.LearnerTurnKept("U", None))
        calls = ["hush", "note"] if with_a_note else ["hush"]
        await room.call(*calls)
        assert room.answers() == [(calls, False)]
        await asyncio.sleep(0.2)
        assert room.phase() is Phase.LISTENING

    tool_test(body)


def test_what_was_typed_is_no_noise_and_is_answered() -> None:
    async def body(room: ToolRoom) -> None:
        room.session.say("hello?")
        await room.call("hush")
        assert room.answers() == [(["hush"], True)]

    tool_test(body)


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_a_reply_that_was_not_finished_is_answered_without_speech(status: ev.ReplyStatus) -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("slower", end=status)
        assert room.answers() == [(["slower"], False)]
        assert room.phase() is Phase.LISTENING

    tool_test(body)


@pytest.mark.parametrize("way", ["voice", "typed", "key"])
def test_an_interruption_stops_the_tool_at_once_and_asks_for_no_speech(way: str) -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("look")
        if way == "voice":
            await room.tell(ev.LearnerStartedSpeaking("U"))
        elif way == "typed":
            room.session.say("never mind")
        else:
            room.session.interrupt()
        await asyncio.sleep(0.001)
        assert room.answers() == [(["look"], False)]
        assert room.states() == [ToolState.FAILED]
        await asyncio.sleep(3)
        assert len(room.answers()) == 1
        assert room.session.lesson.notice is None

    tool_test(body)


def test_a_call_of_an_interrupted_reply_waits_for_its_end_and_is_then_silent() -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("look", spoken=True, end=None)
        room.session.interrupt()
        await asyncio.sleep(0.001)
        assert room.answers() == []
        await room.tell(ev.ReplyEnded("R", "cancelled"))
        assert room.answers() == [(["look"], False)]

    tool_test(body)


def test_a_note_is_about_the_turn_it_was_called_for_whatever_is_said_meanwhile() -> None:
    async def body(room: ToolRoom) -> None:
        note = ev.ToolCalled(ToolCall("note", "note", "{}"))
        room.tutor.link.tell(ev.LearnerTurnKept("U", None), ev.ReplyStarted("R"), note, ev.ReplyEnded("R"))
        room.tutor.link.tell(ev.LearnerTurnKept("U2", "U"))
        await asyncio.sleep(0.001)
        assert room.session.lesson.notes == (Note(SLIP, "U"),)

    tool_test(body)


@pytest.mark.parametrize("what", ["voice", "key", "line"])
def test_a_note_is_taken_whatever_happens_in_the_same_moment(what: str) -> None:
    async def body(room: ToolRoom) -> None:
        room.tutor.link.tell(ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("note", "note", "{}")), ev.ReplyEnded("R"))
        if what == "voice":
            room.tutor.link.tell(ev.LearnerStartedSpeaking("U"))
        elif what == "line":
            room.tutor.link.tell(LinkLost("gone", retry=True))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        room.session.interrupt()
        await asyncio.sleep(0.001)
        assert room.states() == [ToolState.DONE]
        assert [note.what for note in room.session.lesson.notes] == [SLIP]
        assert room.answers() == ([] if what == "line" else [(["note"], False)])

    tool_test(body)


def test_a_call_told_after_its_reply_is_answered_all_the_same() -> None:
    async def body(room: ToolRoom) -> None:
        await room.tell(ev.ReplyStarted("R"), ev.ReplyEnded("R"), ev.ToolCalled(ToolCall("late", "look", "{}")))
        await asyncio.sleep(1.1)
        assert room.answers() == [(["late"], True)]

    tool_test(body)


def test_a_wish_is_granted_and_stays_on_the_next_line() -> None:
    async def body(room: ToolRoom) -> None:
        room.session.change(replace(room.session.lesson.plan, instructions=f"Teach. {pace_rule(1.0)}"))
        await room.call("slower", "wait")
        plans = [command.plan for command in room.commands() if isinstance(command, Configure)]
        assert (plans[-1].speed, plans[-1].turn_detection) == (0.6, PRESETS["patient"])
        assert plans[-1].instructions == f"Teach. {pace_rule(0.6)}"
        answered = next(i for i, command in enumerate(room.commands()) if isinstance(command, AnswerTools))
        changed = next(i for i, command in enumerate(room.commands()) if command == Configure(plans[-1]))
        assert changed < answered, "what is said next is said at the new pace"
        await room.tell(LinkLost("gone", retry=True))
        await asyncio.sleep(2)
        assert (room.tutor.link.plan.speed, room.tutor.link.plan.turn_detection) == (0.6, PRESETS["patient"])

    tool_test(body)


@pytest.mark.parametrize("when", ["at work", "answered", "spoken about"])
def test_an_answer_that_went_with_the_line_is_asked_for_on_the_next(when: str) -> None:
    async def body(room: ToolRoom) -> None:
        await room.reply("A", ms=100)
        await room.call("look", spoken=True)
        await asyncio.sleep(0.2 if when == "at work" else 1.2)
        if when == "spoken about":
            await room.reply("B", ms=100)
        await room.tell(LinkLost("gone", retry=True))
        assert ToolState.RUNNING not in room.states()
        await asyncio.sleep(3)
        owed = [] if when == "spoken about" else [EndTurn(commit=False)]
        assert room.commands() == owed
        assert len(room.tutor.links) == 2

    tool_test(body)


def test_a_model_that_calls_in_circles_is_stopped() -> None:
    async def body(room: ToolRoom) -> None:
        for number in range(MOST_CALLS + 5):
            await room.call(f"slower#{number}")
        assert len(room.box.calls) == MOST_CALLS
        assert [speak for _, speak in room.answers()] == [True] * (MOST_CALLS + 1) + [False] * 4
        assert room.phase() is Phase.LISTENING
        room.session.say("hello?")
        await room.call("slower#again")
        assert len(room.box.calls) == MOST_CALLS + 1, "a turn of the learner's begins anew"

    tool_test(body)


def test_the_learner_who_holds_the_turn_is_not_answered_by_a_tool() -> None:
    async def body(room: ToolRoom) -> None:
        await room.call("look")
        room.session.think()
        await asyncio.sleep(2)
        assert room.answers() == [(["look"], False)]
        room.session.think()
        await asyncio.sleep(0.001)
        assert room.commands()[-1] == EndTurn(commit=False)

    tool_test(body)


def test_without_a_toolbox_a_call_is_refused() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "look", "{}")), ev.ReplyEnded("R"))
        (answer,) = [command for command in room.tutor.link.commands if isinstance(command, AnswerTools)]
        assert answer.speak and not answer.answers[0].ok
        assert "no tools" in answer.answers[0].output

    lesson_test(body)


def test_leaving_the_lesson_leaves_no_tool_at_work() -> None:
    def at_work() -> list[str]:
        return [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("tool: ")]

    async def main() -> None:
        room = ToolRoom()
        async with room.lesson():
            await room.call("look")
            assert at_work() == ["tool: look"]
        await asyncio.sleep(0)
        assert at_work() == []

    in_virtual_time(main())


STEPS = ("look", "note", "slower", "begin", "speak", "end", "cancel", "voice", "type", "key", "think", "drop", "wait")


@given(st.lists(st.sampled_from(STEPS), max_size=25))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_in_any_order_each_call_is_answered_once_and_nothing_is_left_at_work(steps: list[str]) -> None:
    async def body(room: ToolRoom) -> None:
        called: dict[int, list[str]] = {}
        for number, step in enumerate(steps):
            if step in ("look", "note", "slower"):
                called.setdefault(len(room.tutor.links), []).append(f"{step}#{number}")
            await take(room, step, number)
        await room.tell(ev.ReplyEnded("last"))
        await asyncio.sleep(5)
        for number, link in enumerate(room.tutor.links, 1):
            asked = [command for command in link.commands if isinstance(command, AnswerTools)]
            answered = [answer.call_id for each in asked for answer in each.answers]
            assert len(answered) == len(set(answered)), "twice"
            assert set(answered) <= set(called.get(number, []))
        assert sorted(answered) == sorted(called.get(len(room.tutor.links), [])), "each call on the line that holds"
        assert ToolState.RUNNING not in room.states()

    async def take(room: ToolRoom, step: str, number: int) -> None:
        match step:
            case "look" | "note" | "slower":
                await room.tell(ev.ToolCalled(ToolCall(f"{step}#{number}", step, "{}")))
            case "begin":
                await room.tell(ev.ReplyStarted(f"R{number}"))
            case "speak":
                await room.tell(ev.TutorAudio(f"A{number}", silence(500)))
            case "end" | "cancel":
                status: ev.ReplyStatus = "completed" if step == "end" else "cancelled"
                await room.tell(ev.ReplyEnded(room.session.lesson.reply_id or "R", status))
            case "voice":
                await room.tell(ev.LearnerStartedSpeaking(f"U{number}"), ev.LearnerTurnKept(f"U{number}", None))
            case "type":
                room.session.say("hello")
            case "key":
                room.session.interrupt()
            case "think":
                room.session.think()
            case "drop":
                await room.tell(LinkLost("gone", retry=True))
                await asyncio.sleep(20)
            case _:
                await asyncio.sleep(0.7)

    tool_test(body)
