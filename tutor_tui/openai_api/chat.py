"""One streaming chat completion: text as it comes, tool calls, the bill, the end. Read within bounds.

Server-sent events are read here and not by a library: the ones there are keep a line of any length in memory, and what
answers under an address that a learner typed may be anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from tutor_tui.core import model_catalog
from tutor_tui.core.events import Usage
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.chat_messages import Message
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import CHAT, Part, Service
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


@dataclass(frozen=True, slots=True)
class ToolsRefused:
    """The model takes no tools: it is asked again without them."""


@dataclass(frozen=True, slots=True, repr=False)
class _CallPart:
    """A fragment of a tool call; those of one index belong together."""

    index: int
    call_id: str
    name: str
    arguments: str


ChatEvent: TypeAlias = str | ToolCall | Usage | Garbled | ToolsRefused | Ended
"""Text as it comes, what it cost, the tools it calls, then the end."""


class ChatClient:
    """Chats with one service. A model that refuses tools is asked without them from then on.

    `part` is what failures call the service.
    """

    def __init__(self, http: httpx.AsyncClient, service: Service, part: Part = CHAT) -> None:
        self._http = http
        self._service = service
        self._part = part
        self._takes_tools = True

    async def answer(
        self, messages: Sequence[Message], tools: Sequence[Message] = (), tool_choice: object = "auto"
    ) -> AsyncGenerator[ChatEvent, None]:
        """The answer to `messages`, ending with `Ended`. Raises `ServiceFailure`, also when it is cut in the middle.

        `tools` are made by `tool_function`; `tool_choice` is sent where it is not "auto", which not all servers know.
        """
        if tools and self._takes_tools:
            try:
                async with contextlib.aclosing(self._attempt(messages, tools, tool_choice)) as events:
                    async for event in events:
                        yield event
                return
            except ServiceFailure as failure:
                if "tool" not in failure.said.lower():
                    raise
            self._takes_tools = False
            yield ToolsRefused()
        async with contextlib.aclosing(self._attempt(messages, (), "auto")) as events:
            async for event in events:
                yield event

    async def _attempt(
        self, messages: Sequence[Message], tools: Sequence[Message], tool_choice: object
    ) -> AsyncGenerator[ChatEvent, None]:
        part, service = self._part, self._service
        fields: Message = {"model": service.model, "messages": list(messages), "stream": True}
        if tools:
            fields["tools"] = list(tools)
            if tool_choice != "auto":
                fields["tool_choice"] = tool_choice
        body = service.with_options({**fields, **service.provider.chat_fields(service.model)})
        answer = _Answer(part, service.model)
        try:
            async with http_client.posted(self._http, part, service, json=body) as response:
                events = _events(part, response)
                async for event in events:
                    if event == "[DONE]":
                        answer.reason = answer.reason or "stop"
                        await _drain(events)
                        break
                    for news in answer.take(event):
                        yield news
        except failures.BrokeOff as failure:
            raise (failures.broke_off_midway(part) if answer.began else failure) from None
        for call in answer.end():
            yield call
        yield Ended(answer.reason)


class _Answer:
    """One answer as it comes in."""

    def __init__(self, part: Part, model: str) -> None:
        self._part = part
        self._model = model
        self._thoughts = ThinkFilter()
        self._calls = _Calls()
        self.reason = ""
        """Why it ended; empty until then."""
        self.began = False
        """Whether anything of it has come."""

    def take(self, event: object) -> Iterator[ChatEvent]:
        """What of an event is news for the caller. Raises `ServiceFailure` when it is an error."""
        for piece in _understood(self._part, event, self._model):
            match piece:
                case Ended():
                    self.reason = piece.reason
                case _CallPart():
                    self.began = True
                    self._calls.add(piece)
                case str():
                    self.began = True
                    if text := self._thoughts.without(piece):
                        yield text
                case _:
                    yield piece

    def end(self) -> Iterator[ToolCall]:
        """Its tool calls. Raises `ServiceFailure` where the stream ended and the answer had not."""
        if not self.reason and not self.began:
            raise failures.nonsense(self._part, "nothing that can be read")
        if not self.reason:
            raise failures.broke_off_midway(self._part)
        return self._calls.whole()


class _Calls:
    """Tool calls come in fragments, several at once."""

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
    with contextlib.suppress(TimeoutError, ServiceFailure):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in events:
                pass


async def _events(part: Part, response: httpx.Response) -> AsyncIterator[object]:
    """The data of each server-sent event: parsed JSON, or the text where it is none.

    A server that does not stream sends one JSON object: that is then the only event.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        yield _parsed(await http_client.read(part, response, MOST_LINE_BYTES))
        return
    if kind.startswith(("text/html", "audio/", "image/")):
        raise failures.nonsense(part, f"{kind} instead of an answer")
    async for line in _lines(part, response):
        if line.startswith(b"data:"):
            yield _parsed(line[5:].strip())
        elif line.startswith(b"{"):  # an error without the form of an event
            yield _parsed(line.strip())


async def _lines(part: Part, response: httpx.Response) -> AsyncIterator[bytes]:
    """Lines cut at LF alone: text may hold other characters that Python counts as line ends."""
    rest = bytearray()
    async for piece in response.aiter_bytes():
        rest += piece
        *lines, last = rest.split(b"\n")
        rest = bytearray(last)
        if len(rest) > MOST_LINE_BYTES:
            raise failures.nonsense(part, "a line without end")
        for line in lines:
            yield bytes(line)
    yield bytes(rest)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode(errors="replace")


def _understood(part: Part, event: object, model: str) -> list[ChatEvent | _CallPart]:
    """What an event says. Raises `ServiceFailure` when it is an error."""
    match event:
        case "[DONE]":
            return []
        case {"error": error} if error:
            raise failures.reported(part, error)
        case {"choices": [{**choice}, *_]}:
            return [*_choice(choice), *_bill(event, model)]
        case {"choices": []}:
            return _bill(event, model)
        case _:
            return [Garbled()]


def _choice(choice: dict[Any, Any]) -> list[ChatEvent | _CallPart]:
    """`delta` of a stream, `message` of a whole answer."""
    pieces: list[ChatEvent | _CallPart] = []
    said = choice.get("delta") or choice.get("message")
    match said:
        case {"content": str(text)} if text:
            pieces.append(well_formed(text))
        case {"refusal": str(text)} if text:
            pieces.append(well_formed(text))
    match said:
        case {"tool_calls": [*calls_made]}:
            pieces += [part for at, call in enumerate(calls_made) for part in _call_part(at, call)]
    match choice.get("finish_reason"):
        case str(reason) if reason:
            pieces.append(Ended(reason))
    return pieces


def _call_part(at: int, call: object) -> list[_CallPart]:
    match call:
        case {"function": {**function}, **rest}:
            index, call_id = rest.get("index", at), rest.get("id")
            name, arguments = function.get("name"), function.get("arguments")
            if isinstance(arguments, dict):  # some local servers send the object itself
                arguments = json.dumps(arguments, ensure_ascii=False)
            texts = [well_formed(text) if isinstance(text, str) else "" for text in (call_id, name, arguments)]
            return [_CallPart(index if isinstance(index, int) else at, *texts)]
        case _:
            return []


def _bill(event: object, model: str) -> list[ChatEvent | _CallPart]:
    match event:
        case {"usage": {"prompt_tokens": int(asked), "completion_tokens": int(answered), **details}}:
            cached = details.get("prompt_tokens_details")
            seen = cached.get("cached_tokens") if isinstance(cached, dict) else 0
            seen = seen if isinstance(seen, int) else 0
            used = model_catalog.Consumption(text_in=asked, cached_text_in=seen, text_out=answered)
            return [Usage(model_catalog.cost_usd(model, used), asked, answered)]
        case _:
            return []
