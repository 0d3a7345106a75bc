"""A chat answer as it comes over the network: events read within bounds, and what each of them says.

Server-sent events are read here and not by a library: the ones there are keep a line of any length in memory, and what
answers under an address that a learner typed may be anything.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from tutor_tui.core import model_catalog
from tutor_tui.core.events import Usage
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.realtime.fields import count, mapping
from tutor_tui.openai_api.services import Part

MOST_LINE_BYTES = 1024 * 1024
"""A longer line is no chat event."""
MOST_ARGUMENT_CHARACTERS = 64_000
"""Of all tool calls in an answer."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is complete, or the model stopped early."""

    reason: str = "stop"
    """`stop`, `length` or `content_filter`; other words are the server's own."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """An event that could not be read was left out."""


@dataclass(frozen=True, slots=True)
class ThinksApart:
    """The server sends the model's thoughts in a field of their own."""


@dataclass(frozen=True, slots=True, repr=False)
class CallPart:
    """A fragment of a tool call; those of one index belong together."""

    index: int
    call_id: str
    name: str
    arguments: str


Piece: TypeAlias = str | CallPart | Usage | Garbled | ThinksApart | Ended


class CallParts:
    """Tool calls come in fragments, several at once. Some servers give each the index 0: a new id is a new call."""

    def __init__(self) -> None:
        self._calls: list[list[CallPart]] = []
        self._at: dict[int, int] = {}
        """Index → the call that its fragments belong to."""
        self._characters = 0

    def add(self, part: CallPart) -> None:
        """One more fragment; what is beyond all measure is left out."""
        self._characters += len(part.arguments)
        if self._characters > MOST_ARGUMENT_CHARACTERS:
            return
        at = self._at.get(part.index)
        if at is None or (part.call_id and self._id(at) not in ("", part.call_id)):
            self._calls.append([])
            at = self._at[part.index] = len(self._calls) - 1
        self._calls[at].append(part)

    def _id(self, at: int) -> str:
        return next((part.call_id for part in self._calls[at] if part.call_id), "")

    def whole(self) -> Iterator[ToolCall]:
        """The calls, in order. Those without a name are none; those without an id get one."""
        for at in sorted(range(len(self._calls)), key=lambda at: (self._calls[at][0].index, at)):
            parts = self._calls[at]
            name = next((part.name for part in parts if part.name), "")
            if name:
                yield ToolCall(self._id(at) or new_call_id(), name, "".join(part.arguments for part in parts))


def new_call_id() -> str:
    """For a call that came without."""
    return f"call_{secrets.token_hex(8)}"


async def events_of(part: Part, response: httpx.Response, patience_s: float | None) -> AsyncGenerator[object, None]:
    """The data of each server-sent event: parsed JSON, or the text where it is none.

    A server that does not stream sends one JSON object: that is then the only event. One that is silent for longer than
    `patience_s` in the middle is given up.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        yield _parsed(await http_client.read(part, response, MOST_LINE_BYTES))
        return
    if kind.startswith(("text/html", "audio/", "image/")):
        raise failures.nonsense(part, f"{kind} instead of an answer")
    async for line in _lines(part, response, patience_s):
        if line.startswith(b"data:"):
            yield _parsed(line[5:].strip())
        elif line.startswith(b"{"):  # an error without the form of an event
            yield _parsed(line.strip())


_LINE_END = re.compile(rb"\r\n|\n|\r")
"""As the standard has it (HTML, "Server-sent events"). Text may hold others that Python counts as line ends."""


async def _lines(part: Part, response: httpx.Response, patience_s: float | None) -> AsyncIterator[bytes]:
    rest = bytearray()
    body = response.aiter_bytes()
    first = True
    while (piece := await _next(part, body, patience_s)) is not None:
        rest += piece
        if first and len(rest) >= 3:
            first, rest = False, rest.removeprefix(b"\xef\xbb\xbf")  # a byte order mark
        *lines, last = _LINE_END.split(rest)
        rest = bytearray(last)
        if len(rest) > MOST_LINE_BYTES:
            raise failures.nonsense(part, "a line without end")
        for line in lines:
            yield bytes(line)
    yield bytes(rest)


async def _next(part: Part, body: AsyncIterator[bytes], patience_s: float | None) -> bytes | None:
    try:
        async with asyncio.timeout(patience_s):
            return await anext(body)
    except StopAsyncIteration:
        return None
    except TimeoutError:
        raise failures.silent(part) from None


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode(errors="replace")


def keeps_alive(event: object) -> bool:
    """Whether an event says nothing of an answer, as the pings with which some gateways keep the line alive."""
    return event in ("", None) or (isinstance(event, dict) and "choices" not in event)


def understood(part: Part, event: object, model: str) -> list[Piece]:
    """What an event says. Raises `ServiceFailure` when it is an error."""
    match event:
        case "[DONE]" | "" | {"type": "ping"} | {"event": "ping"}:
            return []
        case {"error": error} if error:
            raise failures.reported(part, error)
        case {"choices": [{**choice}, *_]}:
            return [*_choice(choice), *_bill(event, model)]
        case {"choices": []}:
            return _bill(event, model)
        case _:
            return [Garbled()]


def _choice(choice: dict[Any, Any]) -> list[Piece]:
    """`delta` of a stream, `message` of a whole answer."""
    pieces: list[Piece] = []
    said = choice.get("delta") or choice.get("message")
    match said:
        case {"content": str(text)} if text:
            pieces.append(well_formed(text))
        case {"refusal": str(text)} if text:
            pieces.append(well_formed(text))
    match said:
        case {"reasoning_content": str(thought)} | {"reasoning": str(thought)} if thought:
            pieces.append(ThinksApart())
    match said:
        case {"tool_calls": [*calls_made]}:
            pieces += [part for at, call in enumerate(calls_made) for part in _call_part(at, call)]
    match choice.get("finish_reason"):
        case str(reason) if reason:
            pieces.append(Ended(reason))
    return pieces


def _call_part(at: int, call: object) -> list[CallPart]:
    match call:
        case {"function": {**function}, **rest}:
            index, call_id = rest.get("index", at), rest.get("id")
            name, arguments = function.get("name"), function.get("arguments")
            if isinstance(arguments, dict):  # some local servers send the object itself
                arguments = json.dumps(arguments, ensure_ascii=False)
            texts = [well_formed(text) if isinstance(text, str) else "" for text in (call_id, name, arguments)]
            return [CallPart(index if isinstance(index, int) else at, *texts)]
        case _:
            return []


def _bill(event: object, model: str) -> list[Piece]:
    match event:
        case {"usage": {"prompt_tokens": int(), "completion_tokens": int()} as bill}:
            asked, answered = count(bill, "prompt_tokens"), count(bill, "completion_tokens")
            seen = count(mapping(bill.get("prompt_tokens_details")), "cached_tokens")
            used = model_catalog.Consumption(text_in=asked, cached_text_in=seen, text_out=answered)
            return [Usage(model_catalog.cost_usd(model, used), asked, answered)]
        case _:
            return []
