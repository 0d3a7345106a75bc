"""Chat servers that are nearly compatible: what they refuse they are asked for once more without."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.openai_api.test_chat import HELLO, TOOLS
from tests.support.speech_services import CHAT, Answer, SpeechServices, chunk, error, speech_services, sse
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api import chat as chat_module
from tutor_tui.openai_api import http_client
from tutor_tui.openai_api.answer_filter import Retracted
from tutor_tui.openai_api.chat import MOST_CHARACTERS, ChatClient, ChatEvent, ToolsRefused
from tutor_tui.openai_api.chat_messages import Message
from tutor_tui.openai_api.chat_stream import Ended
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import Service

DONE = sse(chunk("Hi!", "stop"))


def refusal(status: int, body: object) -> Answer:
    return Answer(status, (body if isinstance(body, str) else json.dumps(body)).encode())


async def asked(
    server: SpeechServices, *, times: int = 1, messages: list[Message] | None = None, tools: list[Message] | None = None
) -> list[list[ChatEvent]]:
    """What one client makes of `times` requests."""
    async with http_client.client(5.0) as http:
        client = ChatClient(http, Service(server.base_url, "m"))
        return [
            [event async for event in client.answer(messages or HELLO, TOOLS if tools is None else tools)]
            for _ in range(times)
        ]


NO_TOOLS: list[Answer] = [
    refusal(500, {"error": {"code": 500, "message": "tools param requires --jinja flag", "type": "server_error"}}),
    refusal(500, {"code": 500, "message": "Unsupported param: tools"}),
    refusal(400, {"object": "error", "message": '"auto" tool choice requires --enable-auto-tool-choice', "code": 400}),
    refusal(400, {"detail": "Tools are not supported by this model"}),
    refusal(422, {"detail": [{"loc": ["body", "tools"], "msg": "Extra inputs are not permitted"}]}),
    refusal(404, {"error": {"message": "No endpoints found that support tool use", "code": 404}}),
    refusal(400, {"error": "registry.ollama.ai/library/gemma:2b does not support tools"}),
    refusal(400, "functions are not supported"),
    sse({"error": {"code": 500, "message": "tools param requires --jinja flag"}}, done=False),
]


@pytest.mark.parametrize("refused", NO_TOOLS, ids=range(len(NO_TOOLS)))
async def test_tools_that_are_refused_in_any_wrapping_are_left_out_from_then_on(refused: Answer) -> None:
    async with speech_services() as server:
        server.faults[CHAT] += [refused, DONE, DONE]
        assert await asked(server, times=2) == [[ToolsRefused(), "Hi!", Ended()], ["Hi!", Ended()]]
        assert ["tools" in request.json for request in server.requests] == [True, False, False]


async def test_without_tools_none_are_in_what_was_said_before() -> None:
    called: Message = {
        "role": "assistant",
        "content": "Look.",
        "tool_calls": [{"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}],
    }
    messages = [*HELLO, called, {"role": "tool", "tool_call_id": "c", "content": "Rain."}, *HELLO]
    async with speech_services() as server:
        server.faults[CHAT] += [NO_TOOLS[0], DONE]
        await asked(server, messages=messages)
        assert server.requests[1].json["messages"] == [*HELLO, {"role": "assistant", "content": "Look."}, *HELLO]


@pytest.mark.parametrize(
    ("refused", "sent", "unsent"),
    [
        (
            error(400, message="Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
            "max_completion_tokens",
            "max_tokens",
        ),
        (error(400, message="max_tokens: unknown field"), "model", "max_tokens"),
    ],
)
async def test_a_field_that_is_refused_is_sent_by_its_other_name_or_not_at_all(
    refused: Answer, sent: str, unsent: str
) -> None:
    async with speech_services() as server:
        server.faults[CHAT] += [refused, DONE, DONE]
        await asked(server, times=2)
        for request in server.requests[1:]:
            assert sent in request.json and unsent not in request.json


async def test_both_names_may_be_refused() -> None:
    async with speech_services() as server:
        first = error(400, message="max_tokens? Use max_completion_tokens.")
        server.faults[CHAT] += [first, error(400, message="max_completion_tokens is unknown"), DONE]
        await asked(server)
        assert not {"max_tokens", "max_completion_tokens"} & server.requests[-1].json.keys()


@pytest.mark.parametrize(
    "refused",
    [
        error(400, message="Conversation roles must alternate user/assistant/user/assistant/..."),
        refusal(500, {"error": {"message": "System role not supported"}}),
        refusal(400, {"object": "error", "message": "After the system message, conversation roles must alternate"}),
    ],
)
async def test_roles_that_are_refused_are_folded_into_turns(refused: Answer) -> None:
    messages: list[Message] = [
        {"role": "system", "content": "Teach."},
        {"role": "assistant", "content": "Welcome."},
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi."},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "Go on."},
    ]
    async with speech_services() as server:
        server.faults[CHAT] += [refused, DONE, DONE]
        await asked(server, times=2, messages=messages, tools=[])
        for request in server.requests[1:]:
            assert request.json["messages"] == [
                {"role": "user", "content": "Teach."},
                {"role": "assistant", "content": "Welcome."},
                {"role": "user", "content": "Be brief.\nHi."},
                {"role": "assistant", "content": "Hi!"},
                {"role": "user", "content": "Go on."},
            ]


async def test_what_is_refused_again_is_told_and_not_remembered() -> None:
    async with speech_services() as server:
        server.always[CHAT] = error(400, message="tools and roles must alternate")
        with pytest.raises(ServiceFailure, match="refuses how we asked"):
            await asked(server)
        assert len(server.requests) == 3
        server.always.clear()
        server.faults[CHAT].append(error(401, message="tools need a key"))
        with pytest.raises(ServiceFailure, match="refuses the API key"):
            await asked(server)
        assert len(server.requests) == 4


# ---- what comes -----------------------------------------------------------------------------------------------------


def call_delta(index: int, call_id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    made = {"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [made]}, "finish_reason": None}]}


async def test_a_new_id_is_a_new_call_though_the_index_is_the_same() -> None:
    async with speech_services() as server:
        parts = [
            call_delta(0, "a", "look", '{"x":'),
            call_delta(0, None, None, "1}"),
            call_delta(0, "b", "look", "{}"),
            call_delta(0, "b", None, ""),
        ]
        server.faults[CHAT].append(sse(*parts, chunk("", "tool_calls")))
        assert (await asked(server))[0] == [
            ToolCall("a", "look", '{"x":1}'),
            ToolCall("b", "look", "{}"),
            Ended("tool_calls"),
        ]


async def test_pings_and_empty_data_are_no_news() -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(sse({"type": "ping"}, "", chunk("Hi"), "", {"type": "ping"}, chunk("!", "stop")))
        assert (await asked(server))[0] == ["Hi", "!", Ended()]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("size", [1, 5, 10_000])
async def test_events_end_in_any_way_that_the_standard_knows(line_end: str, mark: str, size: int) -> None:
    text = mark + sse(chunk("Hi"), chunk("!", "stop")).body.decode().replace("\n", line_end)
    body = text.encode()
    async with speech_services(chat_bytes=[body[at : at + size] for at in range(0, len(body), size)]) as server:
        assert (await asked(server))[0] == ["Hi", "!", Ended()]


async def test_a_tool_call_in_the_text_is_carried_out_if_there_is_such_a_tool() -> None:
    written = 'Good.<tool_call>{"name":"look","arguments":{"x":1}}</tool_call><tool_call>{"name":"rm"}</tool_call>'
    async with speech_services() as server:
        server.faults[CHAT].append(sse(chunk(written[:20]), chunk(written[20:], "stop")))
        events = (await asked(server))[0]
        assert "".join(event for event in events if isinstance(event, str)) == "Good."
        calls = [event for event in events if isinstance(event, ToolCall)]
        assert [(call.name, call.arguments) for call in calls] == [("look", '{"x": 1}')]


async def test_thoughts_without_their_opening_tag_are_taken_back() -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(sse(chunk("She is new. "), chunk("</think>\n\nHello!", "stop")))
        server.faults[CHAT].append(sse(chunk("She is glad. "), chunk("</think>\n\nGood!", "stop")))
        first, second = await asked(server, times=2)
        assert first == ["She is new. ", Retracted(), "Hello!", Ended()]
        assert second == ["Good!", Ended()]


@pytest.mark.parametrize("piece", ["word ", "x" * 1_000_000, "끝없이 "], ids=["words", "one word", "wide"])
async def test_an_answer_without_end_ends_where_an_answer_may(piece: str) -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(sse(*[chunk(piece)] * (2_000 if len(piece) < 10 else 1), done=False))
        events = (await asked(server))[0]
        said = "".join(event for event in events if isinstance(event, str))
        assert len(said) == MOST_CHARACTERS
        assert events[-1] == Ended("length")


async def test_thinking_without_end_is_given_up() -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(sse(chunk("<think>"), *[chunk("hm " * 10_000)] * 20, done=False))
        with pytest.raises(ServiceFailure, match="an answer without end"):
            await asked(server)


# ---- a model that has to be loaded ----------------------------------------------------------------------------------


async def test_a_cold_model_is_waited_for_and_the_learner_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "LOADING_TOLD_S", 0.05)
    told: list[str] = []
    async with speech_services(first_word_s=0.5) as server, http_client.client(0.2) as http:
        client = ChatClient(http, Service(server.base_url, "m"))
        events = [event async for event in client.answer(HELLO, loading=lambda: told.append("loading"))]
        assert events[-1] == Ended() and told == ["loading"]
        assert len(server.requests) == 1, "nobody hung up"


async def test_a_server_that_says_it_is_loading_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "_LOADING_PAUSE_S", 0.01)
    monkeypatch.setattr(http_client, "FIRST_PAUSE_S", 0.01)
    told: list[str] = []
    loading = refusal(503, {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}})
    async with speech_services() as server, http_client.client(0.5) as http:
        server.faults[CHAT] += [loading] * 7
        client = ChatClient(http, Service(server.base_url, "m"))
        events = [event async for event in client.answer(HELLO, loading=lambda: told.append("loading"))]
        assert events[-1] == Ended() and told


async def test_a_server_that_loads_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "_LOADING_PAUSE_S", 0.01)
    monkeypatch.setattr(http_client, "FIRST_PAUSE_S", 0.01)
    async with speech_services() as server, http_client.client(0.5) as http:
        server.always[CHAT] = refusal(503, {"error": {"message": "Loading model", "code": 503}})
        client = ChatClient(http, Service(server.base_url, "m"), loading_s=0.1)
        with pytest.raises(ServiceFailure, match="HTTP 503"):
            [event async for event in client.answer(HELLO)]
