"""Tool calls on the wire: told once, whole, and answered by the frames that a strict server takes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tutors.helpers import ANY_MACHINE
from tests.tutors.realtime.conversation.talk import PLAN, SESSION, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.tools import TOOL_NAMES, ToolAnswer, ToolCall
from tutor_tui.tools.registry import standard_tools

TOOLS = standard_tools().specs(TOOL_NAMES)
WITH_TOOLS = replace(PLAN, tools=TOOLS)
CITY = '{"city": "Seoul"}'
CALL = ev.ToolCalled(ToolCall("c1", "get_weather", CITY))


def item(call: str = "c1", **changes: Any) -> dict[str, Any]:
    whole = {"type": "function_call", "id": "f1", "call_id": call, "name": "get_weather", "arguments": CITY}
    return whole | {"status": "completed"} | changes


def response(*output: Any, status: str = "completed") -> dict[str, Any]:
    return {"id": "R", "status": status, "output": list(output), "conversation_id": "conv_1"}


CARRIERS: dict[str, tuple[str, dict[str, Any]]] = {
    "arguments": (
        "response.function_call_arguments.done",
        {"response_id": "R", "item_id": "f1", "call_id": "c1", "name": "get_weather", "arguments": CITY},
    ),
    "item": ("response.output_item.done", {"response_id": "R", "item": item()}),
    "done": ("response.done", {"response": response(item())}),
}


def calls(events: list[ev.TutorEvent]) -> list[ev.ToolCalled]:
    return [event for event in events if isinstance(event, ev.ToolCalled)]


def begun() -> Talk:
    talk = Talk(WITH_TOOLS)
    talk.hear("response.created", response={"id": "R", "conversation_id": "conv_1"})
    return talk


@given(st.lists(st.sampled_from(sorted(CARRIERS)), min_size=1, max_size=6))
@ANY_MACHINE
def test_a_call_is_told_once_whichever_events_bring_it(order: list[str]) -> None:
    talk = begun()
    told = [event for name in order for event in talk.hear(CARRIERS[name][0], **CARRIERS[name][1])]
    assert calls(told) == [CALL]


def test_the_call_is_told_before_the_end_of_its_reply() -> None:
    events = begun().hear("response.done", response=response(item()))
    assert [type(event) for event in events] == [ev.ToolCalled, ev.ReplyEnded]


def test_two_calls_in_one_reply_are_two() -> None:
    talk = begun()
    told = talk.hear("response.done", response=response(item(), item("c2", name="set_pace", arguments="{}")))
    assert [event.call.name for event in calls(told)] == ["get_weather", "set_pace"]


def test_half_arguments_of_a_reply_that_is_cut_off_are_no_call() -> None:
    talk = begun()
    half = CARRIERS["arguments"][1] | {"arguments": '{"city": "Se'}
    cut = item(arguments='{"city": "Se', status="incomplete")
    told = talk.hear("response.function_call_arguments.done", **half)
    told += talk.hear("response.output_item.done", response_id="R", item=cut)
    told += talk.hear("response.done", response=response(cut, status="cancelled"))
    assert told == [ev.ReplyEnded("R", "cancelled")]


def test_malformed_arguments_of_a_whole_call_are_told() -> None:
    talk = begun()
    broken = CARRIERS["arguments"][1] | {"arguments": '{"city": Se}'}
    assert talk.hear("response.function_call_arguments.done", **broken) == []
    told = talk.hear("response.output_item.done", response_id="R", item=item(arguments='{"city": Se}'))
    assert told == [ev.ToolCalled(ToolCall("c1", "get_weather", '{"city": Se}'))]


def test_a_call_first_heard_of_in_a_cancelled_reply_is_not_made() -> None:
    told = begun().hear("response.done", response=response(item(), status="cancelled"))
    assert calls(told) == []


def test_an_older_server_names_the_tool_only_when_it_announces_the_call() -> None:
    talk = begun()
    talk.hear("response.output_item.added", response_id="R", item=item(arguments="", status="in_progress"))
    unnamed = {key: value for key, value in CARRIERS["arguments"][1].items() if key != "name"}
    assert calls(talk.hear("response.function_call_arguments.done", **unnamed)) == [CALL]


def test_arguments_that_come_as_an_object_are_taken() -> None:
    talk = begun()
    bare = {key: value for key, value in item(arguments={"city": "Seoul"}).items() if key != "status"}
    (told,) = calls(talk.hear("response.output_item.done", response_id="R", item=bare))
    assert json.loads(told.call.arguments) == {"city": "Seoul"}


@pytest.mark.parametrize(
    "fields",
    [
        {"item": None},
        {"item": {"type": "function_call"}},
        {"item": item(name=7)},
        {"item": item(call_id=None)},
        {"item": item(status=3, call_id=[])},
        {"item": {"type": "message", "id": "a"}},
        {},
    ],
)
def test_nonsense_in_place_of_a_call_is_none(fields: dict[str, Any]) -> None:
    talk = begun()
    assert calls(talk.hear("response.output_item.done", response_id="R", **fields)) == []
    assert (
        calls(talk.hear("response.done", response={"id": "R", "status": "completed", "output": [None, 3, "x"]})) == []
    )


def test_calls_of_an_answer_outside_the_conversation_are_not_ours() -> None:
    talk = Talk(WITH_TOOLS)
    talk.hear("response.created", response={"id": "X", "conversation_id": None, "output_modalities": ["text"]})
    assert talk.hear("response.output_item.done", response_id="X", item=item()) == []
    assert calls(talk.hear("response.done", response=response(item("c3")) | {"id": "X"})) == []


def test_an_endless_argument_is_cut() -> None:
    (told,) = calls(begun().hear("response.output_item.done", response_id="R", item=item(arguments="x" * 100_000)))
    assert len(told.call.arguments) == 16_000


# ---- our side -------------------------------------------------------------------------------------------------------


def answered(*ids: str) -> tuple[ToolAnswer, ...]:
    return tuple(ToolAnswer(each, f"output of {each}") for each in ids)


def test_outputs_go_out_together_and_one_request_for_speech_behind_them() -> None:
    talk = begun()
    talk.hear("response.done", response=response(item(), item("c2")))
    frames = talk.ask(cmd.AnswerTools(answered("c1", "c2"), speak=True))
    assert [frame["type"] for frame in frames] == [*["conversation.item.create"] * 2, "response.create"]
    assert [frame["item"]["call_id"] for frame in frames[:2]] == ["c1", "c2"]
    assert frames[0]["item"]["output"] == "output of c1"


def test_notes_are_answered_without_a_request() -> None:
    talk = begun()
    talk.hear("response.done", response=response(item()))
    frames = talk.ask(cmd.AnswerTools(answered("c1"), speak=False))
    assert [frame["type"] for frame in frames] == ["conversation.item.create"]


def test_a_refused_output_is_no_trouble() -> None:
    talk = begun()
    talk.hear("response.done", response=response(item()))
    (frame,) = talk.ask(cmd.AnswerTools(answered("c1"), speak=False))
    error = {"type": "invalid_request_error", "code": "invalid_value", "message": "no", "event_id": frame["event_id"]}
    assert talk.hear("error", error=error) == []


def test_a_new_pace_goes_out_before_the_reply_that_is_to_be_spoken_at_it() -> None:
    talk = begun()
    talk.ask(cmd.Configure(replace(WITH_TOOLS, speed=0.8)))
    assert talk.sent() == [], "the pace waits for the end of the reply"
    talk.ask(cmd.EndTurn(commit=False))
    talk.hear("response.done", response=response(item()))
    kinds = [frame["type"] for frame in talk.sent()]
    assert kinds == ["session.update", "response.create"]


def test_tools_are_offered_when_there_are_any_and_taken_away_again() -> None:
    assert "tools" not in Talk(PLAN).opening[0]["session"]
    talk = Talk(WITH_TOOLS)
    offered = talk.opening[0]["session"]["tools"]
    assert [tool["name"] for tool in offered] == list(TOOL_NAMES)
    assert all(tool["type"] == "function" and tool["description"] for tool in offered)
    assert talk.ask(cmd.Configure(WITH_TOOLS)) == []
    (frame,) = talk.ask(cmd.Configure(PLAN))
    assert frame["session"]["tools"] == []
    (frame,) = talk.ask(cmd.Configure(WITH_TOOLS))
    assert len(frame["session"]["tools"]) == len(TOOL_NAMES)


def test_a_server_that_takes_no_tools_holds_the_lesson_without() -> None:
    talk = Talk(WITH_TOOLS, ready=False)
    error = {"type": "invalid_request_error", "code": "unknown_parameter", "message": "no", "param": "session.tools"}
    talk.hear("session.created", session=SESSION)
    told = talk.hear("error", error=error)
    assert not any(isinstance(event, ev.Trouble | ev.PlanRefused) for event in told)
    again = talk.sent()
    assert again and all("tools" not in frame["session"] for frame in again)
    for _ in (*talk.opening[1:], *again):
        told += talk.hear("session.updated", session=SESSION)
    assert talk.is_ready()
