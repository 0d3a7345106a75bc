"""Tools over chat completions: offered, called in fragments, answered, and done without where the model has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.speech_services import CHAT, SPEAK, chunk, error, speech_services, sse
from tests.support.tool_spec import Spec
from tests.tutors.helpers import call
from tests.tutors.pipeline.helpers import BY_KEY, pipeline
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.tools import ToolAnswer

PLAN = replace(
    BY_KEY, tools=(Spec("get_weather", "Tells the weather."), Spec("note_word", "Notes a word.", answers=False))
)
OFFERED = [
    {"type": "function", "function": {"name": name, "description": text, "parameters": Spec().parameters}}
    for name, text in (("get_weather", "Tells the weather."), ("note_word", "Notes a word."))
]


def part(index: int, call_id: str | None, name: str | None, arguments: str | None) -> dict[str, Any]:
    """A fragment of a tool call."""
    call = {"index": index, "id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]}


TWO_CALLS = (
    part(0, "c1", "get_weather", ""),
    part(0, None, None, '{"city"'),
    part(1, "c2", "note_word", None),
    part(0, None, None, ': "Bonn"}'),
    part(1, None, None, "{}"),
    chunk("", "tool_calls"),
)


async def test_calls_are_put_together_answered_and_spoken_about() -> None:
    async with speech_services() as server, call(pipeline(server), PLAN) as ear:
        server.faults[CHAT].append(sse(chunk("One moment."), *TWO_CALLS))
        await ear.link.send(cmd.Say("What is the weather?", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        told = [event.call for event in ear.all(ev.ToolCalled)]
        assert [(each.call_id, each.name, each.arguments) for each in told] == [
            ("c1", "get_weather", '{"city": "Bonn"}'),
            ("c2", "note_word", "{}"),
        ]
        assert [request.json["input"] for request in server.to(SPEAK)] == ["One moment."]
        assert server.to(CHAT)[0].json["tools"] == OFFERED

        answers = (ToolAnswer("c1", "Rain."), ToolAnswer("c2", "Noted."), ToolAnswer("c9", "Nobody asked."))
        await ear.link.send(cmd.AnswerTools(answers, speak=True))
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        functions = [{"name": "get_weather", "arguments": '{"city": "Bonn"}'}, {"name": "note_word", "arguments": "{}"}]
        assert server.to(CHAT)[1].json["messages"][1:] == [
            {"role": "user", "content": "What is the weather?"},
            {
                "role": "assistant",
                "content": "One moment.",
                "tool_calls": [
                    {"id": call_id, "type": "function", "function": function}
                    for call_id, function in zip(("c1", "c2"), functions, strict=True)
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "Rain."},
            {"role": "tool", "tool_call_id": "c2", "content": "Noted."},
        ]


async def test_a_wordless_call_is_no_trouble_and_a_note_asks_for_no_speech() -> None:
    async with speech_services() as server, call(pipeline(server), PLAN) as ear:
        server.faults[CHAT].append(sse(*TWO_CALLS))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.Trouble) == []
        await ear.link.send(cmd.AnswerTools((ToolAnswer("c1", "Rain."), ToolAnswer("c2", "Noted.")), speak=False))
        await ear.link.send(cmd.Say("And now?", "typed_2"))
        await ear.wait(ev.ReplyEnded, 2)
        assert len(server.to(CHAT)) == 2
        roles = [message["role"] for message in server.to(CHAT)[1].json["messages"]]
        assert roles == ["system", "user", "assistant", "tool", "tool", "user"]


async def test_a_call_without_an_answer_is_left_out_of_the_memory() -> None:
    async with speech_services() as server, call(pipeline(server), PLAN) as ear:
        server.faults[CHAT].append(sse(*TWO_CALLS))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.Say("Never mind.", "typed_2"))
        await ear.wait(ev.ReplyEnded, 2)
        assert server.to(CHAT)[1].json["messages"][1:] == [{"role": "user", "content": "Hi!\nNever mind."}]


async def test_calls_of_a_server_that_does_not_stream_or_number_them() -> None:
    first = {"type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    odd = [first, first, {"function": {"name": None}}, {"function": 3}, "x", {"index": "y", "id": 4, "function": {}}]
    async with speech_services() as server, call(pipeline(server), PLAN) as ear:
        server.faults[CHAT].append(sse({"choices": [{"delta": {"tool_calls": odd}, "finish_reason": "tool_calls"}]}))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        calls = [event.call for event in ear.all(ev.ToolCalled)]
        assert [each.name for each in calls] == ["get_weather", "get_weather"]
        assert len({each.call_id for each in calls if each.call_id.startswith("call_")}) == 2


async def test_a_model_that_takes_no_tools_answers_without() -> None:
    async with speech_services() as server, call(pipeline(server), PLAN) as ear:
        server.faults[CHAT].append(error(400, message="tiny-model does not support tools"))
        for count in (1, 2):
            await ear.link.send(cmd.Say("Hi!", f"typed_{count}"))
            assert (await ear.wait(ev.ReplyEnded, count)).status == "completed"
        assert ["tools" in request.json for request in server.to(CHAT)] == [True, False, False]
        assert ear.all(ev.Trouble) == []


async def test_without_tools_in_the_plan_none_are_offered() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        assert "tools" not in server.to(CHAT)[0].json
