"""The tutor with a language model: any OpenAI-compatible chat server, Ollama on this machine by default.

Words go to the voice sentence by sentence while the answer still streams. It remembers the conversation's items only.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import httpx

from tutor_tui.core.actions import key
from tutor_tui.core.safe_text import one_line, well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.llm.chat_request import messages_of, tools_of
from tutor_tui.offline_server.ports.language_model import Question, Saying, Thinking
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.realtime.wire import new_id
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.answer_filter import Retracted
from tutor_tui.openai_api.chat import ChatClient
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import OFFLINE_CHAT, Service
from tutor_tui.speech.sentences import SentenceCutter, speakable

PATIENCE_S = 120.0
"""For the next words; the first may take as long as the model takes to load, see `chat.LOADING_S`."""
MOST_ARGUMENT_CHARACTERS = 16_000
MOST_LIST_BYTES = 1024 * 1024
"""A longer list of models is none."""
_LONGEST_ID = 32
"""Realtime clients rely on it."""


class ChatModel:
    """See the module's docstring and `ports.language_model`. Used from one event loop.

    A `server` without a model gets the first one that it lists.
    """

    def __init__(self, server: Service, patience_s: float = PATIENCE_S) -> None:
        self._server = server
        self._patience_s = patience_s
        self._http: httpx.AsyncClient | None = None
        self._chat: ChatClient | None = None

    def answer(self, question: Question) -> Thinking:
        """Begin to think. Closing the parts' generator ends the stream at once."""
        return Thinking(question.language, self._sentences(question))

    async def close(self) -> None:
        """Hang up."""
        http, self._http, self._chat = self._http, None, None
        if http is not None:
            await http.aclose()

    async def _sentences(self, question: Question) -> AsyncGenerator[Saying | ToolCall, None]:
        cutter = SentenceCutter()
        failure: Unavailable | None = None
        came = False
        async with aclosing(self._words(question)) as stream:
            try:
                async for word in stream:
                    came = True
                    if isinstance(word, Retracted):
                        cutter = SentenceCutter()  # what was said of it cannot be taken back
                        continue
                    if isinstance(word, ToolCall):
                        for piece in cutter.flush():
                            yield _saying(piece)
                        yield word
                        continue
                    for piece in cutter.feed(word):
                        yield _saying(piece)
            except ServiceFailure as caught:
                failure = Unavailable(caught.title, caught.hint)
        for piece in cutter.flush():
            yield _saying(piece)
        if failure is not None:
            raise failure
        if not came:
            raise Unavailable("The chat model had nothing to say.", f"{key('repeat')} asks again.")

    async def _words(self, question: Question) -> AsyncGenerator[str | Retracted | ToolCall, None]:
        """Words and tool calls. Raises `ServiceFailure`."""
        client = await self._connected()
        tools, choice = tools_of(question)
        async with aclosing(client.answer(messages_of(question), tools, choice, loading=question.loading)) as stream:
            async for event in stream:
                match event:
                    case str() | Retracted():
                        yield event
                    case ToolCall() if name := one_line(event.name, 64):
                        yield ToolCall(_call_id(event.call_id), name, _arguments(event.arguments))

    async def _connected(self) -> ChatClient:
        if self._http is None:
            self._http = http_client.client(self._patience_s)
        if self._chat is None:
            model = self._server.model or await self._first_model(self._http)
            self._chat = ChatClient(self._http, replace(self._server, model=model), OFFLINE_CHAT)
        return self._chat

    async def _first_model(self, http: httpx.AsyncClient) -> str:
        """The first model that the server lists."""
        listing = replace(OFFLINE_CHAT, path="models")
        async with http_client.got(http, listing, self._server) as response:
            body = await http_client.read(listing, response, MOST_LIST_BYTES)
        try:
            listed = json.loads(body)
        except (ValueError, RecursionError):
            raise failures.nonsense(OFFLINE_CHAT, "something that is not JSON") from None
        match listed:
            case {"data": [{"id": str(name)}, *_]} if name:
                return name
            case _:
                title = f"The chat server at {self._server.host} has no model yet."
                fetch = "Fetch one: ollama pull gemma3 – or choose another in offline.chat_model."
                choose = "Choose one in offline.chat_model."
                raise ServiceFailure(title, fetch if self._server.is_local else choose)


def _saying(piece: str) -> Saying:
    return Saying(piece, speakable(piece))


def _call_id(given: str) -> str:
    fits = given.isascii() and given.isprintable() and 0 < len(given) <= _LONGEST_ID
    return given if fits else new_id("call")


def _arguments(given: str) -> str:
    return well_formed(given[:MOST_ARGUMENT_CHARACTERS]) or "{}"
