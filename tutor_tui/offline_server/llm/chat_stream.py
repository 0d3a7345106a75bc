"""One chat completion as it streams in: words, tool calls, the end. Server-sent events, read within bounds."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tutor_tui.core.safe_text import one_line, well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.ports import Unavailable
from tutor_tui.offline_server.realtime.wire import new_id
from tutor_tui.openai_api.think_filter import ThinkFilter

MOST_BYTES = 1024 * 1024
"""A longer line, or a longer answer in one piece, is no chat."""
MOST_ARGUMENT_CHARACTERS = 16_000
_DRAIN_S = 0.5
_ASK_AGAIN = "Ask again."
_NOT_CHAT = "Does offline.chat_url end in /v1, and is a chat server there?"


class NotChat(Unavailable):
    """What came is no chat completion."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The chat server sent {what}.", _NOT_CHAT)


@dataclass(slots=True, repr=False)  # holds what is said
class _Calls:
    """Tool calls come in fragments, several at once."""

    _by_index: dict[int, dict[str, str]] = field(default_factory=dict)

    def add(self, at: int, fragment: Any) -> None:
        """One more fragment."""
        match fragment:
            case {"function": {**function}, **rest}:
                index = rest.get("index", at)
                call = self._by_index.setdefault(index if isinstance(index, int) else at, {"arguments": ""})
                for key, value in (("id", rest.get("id")), ("name", function.get("name"))):
                    if isinstance(value, str) and value:
                        call.setdefault(key, value)
                arguments = function.get("arguments")
                if isinstance(arguments, dict):  # some local servers send the object itself
                    arguments = json.dumps(arguments, ensure_ascii=False)
                call["arguments"] += arguments if isinstance(arguments, str) else ""

    def whole(self) -> Iterator[ToolCall]:
        """The calls, in order; what has no name is none."""
        for _, call in sorted(self._by_index.items()):
            if name := one_line(call.get("name", ""), 64):
                call_id = call.get("id", "")
                known = call_id if call_id.isascii() and call_id.isprintable() and len(call_id) <= 32 else ""
                arguments = well_formed(call["arguments"][:MOST_ARGUMENT_CHARACTERS]) or "{}"
                yield ToolCall(known or new_id("call"), name, arguments)


async def told(response: httpx.Response) -> AsyncGenerator[str | ToolCall, None]:
    """The answer's text as it comes, then its tool calls. Raises `Unavailable`, also when it breaks off."""
    thoughts, calls = ThinkFilter(), _Calls()
    ended = came = False
    events = _events(response)
    async for data in events:
        if data == "[DONE]":
            ended = True
            await _drain(events)
            break
        choice = _choice(data)
        said = choice.get("delta") or choice.get("message") or {}
        text = said.get("content") or said.get("refusal")
        if isinstance(text, str) and (answer := thoughts.without(well_formed(text))):
            came = True
            yield answer
        fragments = said.get("tool_calls")
        for at, fragment in enumerate(fragments if isinstance(fragments, list) else ()):
            came = True
            calls.add(at, fragment)
        ended = ended or isinstance(choice.get("finish_reason"), str)
    if not ended:
        raise Unavailable("The chat server broke off in the middle of the answer." if came else
                          "The chat server broke off before it answered.", _ASK_AGAIN)  # fmt: skip
    for call in calls.whole():
        yield call


async def _drain(events: AsyncIterator[object]) -> None:
    """Read the end of the body, so that the connection can be used again; a server that does not end is left."""
    with contextlib.suppress(TimeoutError, Unavailable):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in events:
                pass


def _choice(data: object) -> dict[Any, Any]:
    """`delta` events have one; a bill at the end has none. Raises `Unavailable` for an error, and for what is no
    chat.
    """
    match data:
        case {"error": error} if error:
            message = error.get("message") if isinstance(error, dict) else error
            raise Unavailable("The chat server reports an error.", f"{one_line(message, 120)} {_ASK_AGAIN}".strip())
        case {"choices": [{**choice}, *_]}:
            return choice
        case {"choices": []}:
            return {}
        case _:
            raise NotChat("something that is no chat answer")


async def _events(response: httpx.Response) -> AsyncIterator[object]:
    """The data of each event: parsed JSON, or `[DONE]`. A server that does not stream sends one JSON object."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        yield _parsed(await whole(response))
        return
    if kind.startswith(("text/html", "audio/", "image/")):
        raise NotChat(f"{kind} instead of an answer")
    async for line in _lines(response):
        if line.startswith(b"data:"):
            data = line[5:].strip()
            yield "[DONE]" if data == b"[DONE]" else _parsed(data)
        elif line.startswith(b"{"):  # an error without the form of an event
            yield _parsed(line)


async def whole(response: httpx.Response) -> bytes:
    """The whole body. Raises `Unavailable` when it is too long."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise NotChat("an answer without end")
    return bytes(body)


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """Lines cut at LF alone: text may hold other characters that Python counts as line ends."""
    rest = bytearray()
    async for piece in response.aiter_bytes():
        rest += piece
        *lines, last = rest.split(b"\n")
        rest = bytearray(last)
        if len(rest) > MOST_BYTES:
            raise NotChat("a line without end")
        for line in lines:
            yield bytes(line).strip()
    yield bytes(rest).strip()


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise NotChat("something that is not JSON") from None
