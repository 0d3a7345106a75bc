"""The tutor's words: one streaming chat completion an answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from tutor_tui.core import models
from tutor_tui.core.events import Usage
from tutor_tui.tutors.pipeline import calls, failures
from tutor_tui.tutors.pipeline.services import CHAT, Service
from tutor_tui.tutors.realtime.dialect import clean

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


Told: TypeAlias = str | Usage | Garbled | Ended
"""Text as it comes, then what it cost, then the end."""
Message: TypeAlias = dict[str, str]


async def chat(http: httpx.AsyncClient, service: Service, messages: Sequence[Message]) -> AsyncIterator[Told]:
    """The answer to `messages`, ending with `Ended`. Raises `ServiceFailure`, also when it is cut in the middle."""
    fields = {"model": service.model, "messages": list(messages), "stream": True}
    body = service.with_options({**fields, **service.provider.chat_fields(service.model)})
    reason, spoke = "", False
    thoughts = Thoughts()
    async with calls.posted(http, CHAT, service, json=body) as response:
        events = _events(response)
        async for event in events:
            if event == "[DONE]":
                yield Ended(reason or "stop")
                await _drain(events)
                return
            for told in _understood(event, service.model):
                if isinstance(told, Ended):
                    reason = told.reason
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
    yield Ended(reason)


class Thoughts:
    """Keeps what a local model thinks aloud at the beginning (`<think>…</think>`) out of the answer."""

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held: str | None = ""
        """What may be thought; None once the answer has begun."""

    def without(self, text: str) -> str:
        """What of `text` is answer; what is undecided comes with a later piece."""
        if self._held is None:
            return text
        self._held += text
        start = self._held.lstrip()
        if start.startswith(self._OPEN):
            _, closed, answer = start.partition(self._CLOSE)
            if not closed:
                return ""
            answer = answer.lstrip()
        elif self._OPEN.startswith(start):
            return ""
        else:
            answer = start
        self._held = None if answer else ""
        return answer


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
        yield _parsed(await calls.read(CHAT, response, MOST_LINE_BYTES))
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


def _understood(event: object, model: str) -> list[Told]:
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


def _choice(choice: dict[Any, Any]) -> list[Told]:
    """`delta` of a stream, `message` of a whole answer."""
    told: list[Told] = []
    match choice.get("delta") or choice.get("message"):
        case {"content": str(text)} if text:
            told.append(clean(text))
        case {"refusal": str(text)} if text:
            told.append(clean(text))
    match choice.get("finish_reason"):
        case str(reason) if reason:
            told.append(Ended(reason))
    return told


def _bill(event: object, model: str) -> list[Told]:
    match event:
        case {"usage": {"prompt_tokens": int(asked), "completion_tokens": int(answered), **details}}:
            cached = details.get("prompt_tokens_details")
            seen = cached.get("cached_tokens") if isinstance(cached, dict) else 0
            cost = models.chat_cost_usd(model, asked, seen if isinstance(seen, int) else 0, answered)
            return [Usage(cost, asked, answered)]
        case _:
            return []
