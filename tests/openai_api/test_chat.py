"""The streaming chat client alone: what it sends, what it makes of an answer, and models that take no tools."""

from __future__ import annotations

import pytest

from tests.support.speech_services import CHAT, SpeechServices, chunk, error, speech_services, sse
from tutor_tui.core.events import Usage
from tutor_tui.openai_api import http_client
from tutor_tui.openai_api.chat import ChatClient, ChatEvent, ToolsRefused
from tutor_tui.openai_api.chat_messages import Message, tool_function
from tutor_tui.openai_api.chat_stream import Ended, Garbled, understood
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import CHAT as CHAT_SERVICE
from tutor_tui.openai_api.services import Service

HELLO = [{"role": "user", "content": "Hello!"}]
TOOLS = [tool_function("look", "Look.", {"type": "object", "properties": {}})]


async def answers(server: SpeechServices, tools: list[Message], times: int = 1) -> list[list[ChatEvent]]:
    """All that one client makes of `times` requests, one after another."""
    async with http_client.client(5.0) as http:
        client = ChatClient(http, Service(server.base_url, "m"))
        return [[event async for event in client.answer(HELLO, tools)] for _ in range(times)]


async def test_a_model_that_refuses_tools_is_asked_without_them_from_then_on() -> None:
    async with speech_services() as server:
        server.faults[CHAT].extend([error(400, message="m does not support tools"), *[sse(chunk("Hi!", "stop"))] * 2])
        assert await answers(server, TOOLS, 2) == [[ToolsRefused(), "Hi!", Ended("stop")], ["Hi!", Ended("stop")]]
        assert ["tools" in request.json for request in server.requests] == [True, False, False]


async def test_another_refusal_is_not_put_down_to_the_tools() -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(error(400, message="m is too old"))
        with pytest.raises(ServiceFailure, match="refuses how we asked"):
            await answers(server, TOOLS)
        assert len(server.requests) == 1


async def test_without_tools_there_is_nothing_to_try_again() -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(error(400, message="m does not support tools"))
        with pytest.raises(ServiceFailure):
            await answers(server, [])
        assert len(server.requests) == 1


async def test_an_event_that_cannot_be_read_is_left_out() -> None:
    async with speech_services() as server:
        server.faults[CHAT].append(sse(chunk("Hi"), "{broken", chunk("!", "stop")))
        assert await answers(server, []) == [["Hi", Garbled(), "!", Ended("stop")]]


@pytest.mark.parametrize("tokens", [10**400, -(10**400), -5, True])
def test_numbers_of_tokens_that_cannot_be_reckoned_with_count_as_none(tokens: int) -> None:
    bill = {"prompt_tokens": tokens, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": tokens}}
    (usage,) = understood(CHAT_SERVICE, {"choices": [], "usage": bill}, "gpt-6-luna")
    assert isinstance(usage, Usage)
    assert (usage.input_tokens, usage.output_tokens) == (0, 7)
    assert usage.usd > 0
