"""One streaming chat completion: text as it comes, tool calls, the bill, the end.

Servers with OpenAI's API take more or less of it. What one refuses, it is asked for once more without: see `ChatShape`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from tutor_tui.core.events import Usage
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.answer_filter import AnswerFilter, CallText, Retracted, ThinkingHabit, calls_in
from tutor_tui.openai_api.answer_filter import Part as AnswerPart
from tutor_tui.openai_api.chat_messages import Message
from tutor_tui.openai_api.chat_shape import ChatShape
from tutor_tui.openai_api.chat_stream import (
    CallPart,
    CallParts,
    Ended,
    Garbled,
    ThinksApart,
    events_of,
    keeps_alive,
    new_call_id,
    understood,
)
from tutor_tui.openai_api.endpoint import is_openai
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import CHAT, Part, Service

LOADING_S = 280.0
"""How long a server of one's own may take to load its model: who hangs up before cancels the loading."""
LOADING_TOLD_S = 8.0
"""After so long without a word the learner is told that this may be going on."""
_LOADING_PAUSE_S = 2.0
MOST_CHARACTERS = 5_000
"""Of an answer: more than `services.MAX_ANSWER_TOKENS` are in any language, and some minutes of speech."""
_MOST_RAW_CHARACTERS = 500_000
"""With the thoughts."""
_DRAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class ToolsRefused:
    """The model takes no tools: it is asked again without them."""


ChatEvent: TypeAlias = str | Retracted | ToolCall | Usage | Garbled | ToolsRefused | Ended
"""Text as it comes (or is taken back), what it cost, the tools it calls, then the end."""


class ChatClient:
    """Chats with one service, and remembers how that wants to be asked.

    `part` is what failures call the service.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        service: Service,
        part: Part = CHAT,
        *,
        loading_s: float = LOADING_S,
    ) -> None:
        self._http = http
        self._service = service
        self._part = part
        self._loading_s = loading_s
        self._shape = ChatShape()
        self._habit = ThinkingHabit(service.model)

    async def answer(
        self,
        messages: Sequence[Message],
        tools: Sequence[Message] = (),
        tool_choice: object = "auto",
        *,
        loading: Callable[[], None] = lambda: None,
    ) -> AsyncGenerator[ChatEvent, None]:
        """The answer to `messages`, ending with `Ended`. Raises `ServiceFailure`, also when it is cut in the middle.

        `tools` are made by `tool_function`; `tool_choice` is sent where it is not "auto", which not all servers know.
        `loading` is called when a first word is long in coming.
        """
        shape = self._shape
        loaded_by_s = asyncio.get_running_loop().time() + self._loading_s
        while True:
            body = self._body(shape, messages, tools, tool_choice)
            began = False
            try:
                async with contextlib.aclosing(self._attempt(body, loading)) as events:
                    async for event in events:
                        began = True
                        yield event
                self._shape = shape
                return
            except ServiceFailure as failure:
                if began:
                    raise
                if _is_loading(failure) and asyncio.get_running_loop().time() < loaded_by_s:
                    loading()
                    await asyncio.sleep(_LOADING_PAUSE_S)
                    continue
                other = shape.after(failure, body)
                if other is None:
                    raise
                if shape.takes_tools and not other.takes_tools:
                    yield ToolsRefused()
                shape = other

    def _body(
        self, shape: ChatShape, messages: Sequence[Message], tools: Sequence[Message], tool_choice: object
    ) -> Message:
        service = self._service
        fields: Message = {"model": service.model, "messages": list(messages), "stream": True}
        if tools:
            fields["tools"] = list(tools)
            if tool_choice != "auto":
                fields["tool_choice"] = tool_choice
        return shape.of(service.with_options({**fields, **service.provider.chat_fields(service.model)}))

    async def _attempt(self, body: Message, loading: Callable[[], None]) -> AsyncGenerator[ChatEvent, None]:
        part, service = self._part, self._service
        names = {tool["function"]["name"] for tool in body.get("tools", ())}
        answer = _Answer(part, service.model, AnswerFilter(self._habit), names)
        patience_s = self._http.timeout.read
        try:
            async with self._opened(body, loading) as response:
                events = events_of(part, response, patience_s)
                async for event in self._in_time(events):
                    if event == "[DONE]":
                        answer.reason = answer.reason or "stop"
                        await _drain(events)
                        break
                    for news in answer.take(event):
                        yield news
                    if answer.is_full:
                        break
        except ServiceFailure as failure:
            for news in answer.rest():
                yield news
            midway = isinstance(failure, failures.BrokeOff) and answer.began
            raise (failures.broke_off_midway(part) if midway else failure) from None
        for last in answer.end():
            yield last
        yield Ended(answer.reason)

    @contextlib.asynccontextmanager
    async def _opened(self, body: Message, loading: Callable[[], None]) -> AsyncIterator[httpx.Response]:
        """The answer's beginning; the learner is told when it is long in coming."""
        patience_s = self._http.timeout.read
        if patience_s is not None and not is_openai(self._service.base_url):
            patience_s = max(patience_s, self._loading_s)
        usual = self._http.timeout
        limits = httpx.Timeout(patience_s, connect=usual.connect, write=usual.write, pool=usual.pool)
        timer = asyncio.get_running_loop().call_later(LOADING_TOLD_S, loading)
        try:
            async with http_client.posted(self._http, self._part, self._service, json=body, timeout=limits) as response:
                timer.cancel()
                yield response
        finally:
            timer.cancel()

    async def _in_time(self, events: AsyncIterator[object]) -> AsyncIterator[object]:
        """`events`, as long as there is something in them now and then: pings alone keep nobody waiting for ever."""
        clock = asyncio.get_running_loop().time
        heard_s = clock()
        async for event in events:
            if not keeps_alive(event):
                heard_s = clock()
            elif clock() - heard_s > self._loading_s:
                raise failures.silent(self._part)
            yield event


def _is_loading(failure: ServiceFailure) -> bool:
    """Whether a server says that it loads its model (llama.cpp: 503 "Loading model")."""
    return failure.status == 503 and "load" in failure.said.lower() and "overload" not in failure.said.lower()


class _Answer:
    """One answer as it comes in."""

    def __init__(self, part: Part, model: str, words: AnswerFilter, tools: set[str]) -> None:
        self._part = part
        self._model = model
        self._words = words
        self._tools = tools
        """The names of those that may be called."""
        self._calls = CallParts()
        self._written_calls: list[ToolCall] = []
        self._characters = 0
        self._raw_characters = 0
        self.reason = ""
        """Why it ended; empty until then."""
        self.began = False
        """Whether anything of it has come."""

    @property
    def is_full(self) -> bool:
        """Whether it is longer than an answer may be: the rest is not read."""
        return self._characters >= MOST_CHARACTERS

    def take(self, event: object) -> Iterator[ChatEvent]:
        """What of an event is news for the caller. Raises `ServiceFailure` when it is an error."""
        for piece in understood(self._part, event, self._model):
            match piece:
                case Ended():
                    self.reason = self.reason or piece.reason
                case CallPart():
                    self.began = True
                    self._calls.add(piece)
                case ThinksApart():
                    self._words.thinks_apart()
                case str():
                    self.began = True
                    self._raw_characters += len(piece)
                    yield from self._news(self._words.feed(piece))
                    if self._raw_characters > _MOST_RAW_CHARACTERS and not self.is_full:
                        raise failures.nonsense(self._part, "an answer without end")
                case _:
                    yield piece

    def _news(self, parts: Iterator[AnswerPart]) -> Iterator[ChatEvent]:
        for part in parts:
            match part:
                case str():
                    text = part[: max(0, MOST_CHARACTERS - self._characters)]
                    self._characters += len(part)
                    if self.is_full:
                        self.reason = "length"
                    if text:
                        yield text
                case Retracted():
                    self._characters = 0
                    yield part
                case CallText(text):
                    made = [(name, given) for name, given in calls_in(text) if name in self._tools]
                    self._written_calls += [
                        ToolCall(new_call_id(), well_formed(name), well_formed(given)) for name, given in made
                    ]

    def rest(self) -> Iterator[ChatEvent]:
        """What was held back of an answer that breaks off."""
        return self._news(self._words.rest())

    def end(self) -> Iterator[ChatEvent]:
        """The rest of it, and its tool calls. Raises `ServiceFailure` where the stream ended and the answer had not."""
        if not self.reason and not self.began:
            raise failures.nonsense(self._part, "nothing that can be read")
        if not self.reason:
            yield from self.rest()
            raise failures.broke_off_midway(self._part)
        yield from self._news(self._words.end())
        yield from self._calls.whole()
        yield from self._written_calls


async def _drain(events: AsyncIterator[object]) -> None:
    """Read the end of the body, so that the connection can be used again; a server that does not end is left."""
    with contextlib.suppress(TimeoutError, ServiceFailure):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in events:
                pass
