"""The tutor's words: one streaming chat completion an answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from tutor_tui.core import model_catalog
from tutor_tui.core.events import Usage
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolCall, ToolSpec
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.services import CHAT, Service
from tutor_tui.openai_api.think_filter import ThinkFilter

MOST_LINE_BYTES = 1024 * 1024
"""A longer line is no chat event."""

_DRAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is complete, or the model stopped early."""

    reason: str = "stop"
    """`stop`, `length` or `content_filter`; other words are the server's own."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """An event that could not be read was left out."""


@dataclass(frozen=True, slots=True, repr=False)
class _CallPart:
    """A fragment of a tool call; those of one index belong together."""

    index: int
    call_id: str
    name: str
    arguments: str


Told: TypeAlias = str | ToolCall | Usage | Garbled | Ended
"""Text as it comes, what it cost, the tools it calls, then the end."""
Message: TypeAlias = dict[str, Any]


async def chat(
    http: httpx.AsyncClient, service: Service, messages: Sequence[Message], tools: Sequence[ToolSpec] = ()
) -> AsyncIterator[Told]:
    """The answer to `messages`, ending with `Ended`. Raises `ServiceFailure`, also when it is cut in the middle."""
    fields: Message = {"model": service.model, "messages": list(messages), "stream": True}
    if tools:
        fields["tools"] = [_function(spec) for spec in tools]
    body = service.with_options({**fields, **service.provider.chat_fields(service.model)})
    reason, spoke = "", False
    thoughts, calls_made = ThinkFilter(), _Calls()
    async with http_client.posted(http, CHAT, service, json=body) as response:
        events = _events(response)
        async for event in events:
            if event == "[DONE]":
                for call in calls_made.whole():
                    yield call
                yield Ended(reason or "stop")
                await _drain(events)
                return
            for told in _understood(event, service.model):
                if isinstance(told, Ended):
                    reason = told.reason
                    continue
                if isinstance(told, _CallPart):
                    spoke = True
                    calls_made.add(told)
                    continue
                if isinstance(told, str):
                    spoke = True
                    told = thoughts.without(told)
                if told:
                    yield told
    if not reason and not spoke:
        raise failures.nonsense(CHAT, "nothing that can be read")
    if not reason:
        raise failures.ServiceFailure("The chat service broke off in the middle of the answer.", CHAT.meanwhile)
    for call in calls_made.whole():
        yield call
    yield Ended(reason)


def _function(spec: ToolSpec) -> Message:
    function = {"name": spec.name, "description": spec.description, "parameters": dict(spec.parameters)}
    return {"type": "function", "function": function}


class _Calls:
    """Tool calls come in fragments, several at once (protocol.md §7.2)."""

    def __init__(self) -> None:
        self._parts: dict[int, list[_CallPart]] = {}

    def add(self, part: _CallPart) -> None:
        """One more fragment."""
        self._parts.setdefault(part.index, []).append(part)

    def whole(self) -> Iterator[ToolCall]:
        """The calls, in order. Those without a name are none; those without an id get one."""
        for _, parts in sorted(self._parts.items()):
            name = next((part.name for part in parts if part.name), "")
            call_id = next((part.call_id for part in parts if part.call_id), f"call_{secrets.token_hex(8)}")
            if name:
                yield ToolCall(call_id, name, "".join(part.arguments for part in parts))


async def _drain(events: AsyncIterator[object]) -> None:
    """Read the end of the body, so that the connection can be used again; a server that does not end is left."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in events:
                pass


async def _events(response: httpx.Response) -> AsyncIterator[object]:
    """The data of each server-sent event: parsed JSON, or the text where it is none.

    A server that does not stream sends one JSON object: that is then the only event.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        yield _parsed(await http_client.read(CHAT, response, MOST_LINE_BYTES))
        return
    if kind.startswith(("text/html", "audio/", "image/")):
        raise failures.nonsense(CHAT, f"{kind} instead of an answer")
    async for line in _lines(response):
        if line.startswith(b"data:"):
            yield _parsed(line[5:].strip())


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """Lines cut at LF alone: text may hold other characters that Python counts as line ends."""
    rest = bytearray()
    async for piece in response.aiter_bytes():
        rest += piece
        *lines, last = rest.split(b"\n")
        rest = bytearray(last)
        if len(rest) > MOST_LINE_BYTES:
            raise failures.nonsense(CHAT, "a line without end")
        for line in lines:
            yield bytes(line)
    yield bytes(rest)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode(errors="replace")


def _understood(event: object, model: str) -> list[Told | _CallPart]:
    """What an event says. Raises `ServiceFailure` when it is an error."""
    match event:
        case "[DONE]":
            return []
        case {"error": error} if error:
            raise failures.told_in_stream(CHAT, error)
        case {"choices": [{**choice}, *_]}:
            return [*_choice(choice), *_bill(event, model)]
        case {"choices": []}:
            return _bill(event, model)
        case _:
            return [Garbled()]


def _choice(choice: dict[Any, Any]) -> list[Told | _CallPart]:
    """`delta` of a stream, `message` of a whole answer."""
    told: list[Told | _CallPart] = []
    said = choice.get("delta") or choice.get("message")
    match said:
        case {"content": str(text)} if text:
            told.append(well_formed(text))
        case {"refusal": str(text)} if text:
            told.append(well_formed(text))
    match said:
        case {"tool_calls": [*calls_made]}:
            told += [part for at, call in enumerate(calls_made) for part in _call_part(at, call)]
    match choice.get("finish_reason"):
        case str(reason) if reason:
            told.append(Ended(reason))
    return told


def _call_part(at: int, call: object) -> list[_CallPart]:
    match call:
        case {"function": {**function}, **rest}:
            index, call_id = rest.get("index", at), rest.get("id")
            name, arguments = function.get("name"), function.get("arguments")
            texts = [well_formed(text) if isinstance(text, str) else "" for text in (call_id, name, arguments)]
            return [_CallPart(index if isinstance(index, int) else at, *texts)]
        case _:
            return []


def _bill(event: object, model: str) -> list[Told | _CallPart]:
    match event:
        case {"usage": {"prompt_tokens": int(asked), "completion_tokens": int(answered), **details}}:
            cached = details.get("prompt_tokens_details")
            seen = cached.get("cached_tokens") if isinstance(cached, dict) else 0
            seen = seen if isinstance(seen, int) else 0
            used = model_catalog.Consumption(text_in=asked, cached_text_in=seen, text_out=answered)
            return [Usage(model_catalog.cost_usd(model, used), asked, answered)]
        case _:
            return []
