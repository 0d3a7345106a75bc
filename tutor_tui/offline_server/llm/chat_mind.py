"""A tutor with a mind of its own: any OpenAI-compatible chat server, Ollama on this machine by default.

Words go to the voice sentence by sentence while the chat still streams. The conversation's items are all it remembers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.llm.chat_messages import messages_of, tools_of
from tutor_tui.offline_server.llm.chat_stream import NotChat, told, whole
from tutor_tui.offline_server.ports import Question, Saying, Thinking, Unavailable
from tutor_tui.offline_server.realtime.wire import Json
from tutor_tui.speech.sentences import SentenceCutter, speakable

DEFAULT_URL = "http://127.0.0.1:11434/v1"
"""Where Ollama listens."""
MOST_TOKENS = 1_024
"""Some minutes of speech: a runaway answer ends there."""
CONNECT_S = 5.0
PATIENCE_S = 120.0
"""For the next words: a model that has to be loaded from a slow disk first takes its time."""
KEPT_S = 60.0
"""An unused connection is kept for a minute: between two turns lie many seconds."""
_ASK_AGAIN = "Ask again."
_OLLAMA_PORT = 11434
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class ChatServer:
    """Where the mind is. Raises `Problem` when the address cannot be one."""

    url: str = DEFAULT_URL
    """http(s), ending in /v1."""
    model: str = ""
    """Empty for the first one that the server lists."""
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        try:
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            httpx.URL(self.url)
        except (ValueError, httpx.InvalidURL):
            usable = False
        if not usable:
            raise Problem("offline.chat_url is not an address.", f"Write it like {DEFAULT_URL}.", ExitCode.USAGE)
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            raise Problem("The chat key holds characters that no key has.", "Copy it again.", ExitCode.USAGE)

    @property
    def host(self) -> str:
        """Host and port, for sentences; never the user and password some people write into an address."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return urlsplit(self.url).hostname in _LOCAL

    @property
    def is_ollama(self) -> bool:
        """Whether Ollama's commands are the way out."""
        return urlsplit(self.url).port == _OLLAMA_PORT

    def at(self, path: str) -> str:
        """The address of one of its calls."""
        return f"{self.url.strip().rstrip('/')}/{path}"


class ChatMind:
    """See the module's docstring and `tutoring.Mind`. Used from one event loop."""

    def __init__(self, server: ChatServer, patience_s: float = PATIENCE_S) -> None:
        self._server = server
        self._patience_s = patience_s
        self._http: httpx.AsyncClient | None = None
        self._model = server.model
        self._takes_tools = True

    def answer(self, question: Question) -> Thinking:
        """Begin to think. Closing the parts' generator ends the stream at once."""
        return Thinking(question.language, self._sentences(question))

    async def close(self) -> None:
        """Hang up."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _sentences(self, question: Question) -> AsyncGenerator[Saying | ToolCall, None]:
        cutter = SentenceCutter()
        failure: Unavailable | None = None
        came = False
        async with aclosing(self._told(question)) as stream:
            try:
                async for word in stream:
                    came = True
                    if isinstance(word, ToolCall):
                        for piece in cutter.flush():
                            yield _saying(piece)
                        yield word
                        continue
                    for piece in cutter.feed(word):
                        yield _saying(piece)
            except Unavailable as caught:
                failure = caught
        for piece in cutter.flush():
            yield _saying(piece)
        if failure is not None:
            raise failure
        if not came:
            raise Unavailable("The chat model had nothing to say.", _ASK_AGAIN)

    async def _told(self, question: Question) -> AsyncGenerator[str | ToolCall, None]:
        """Words and calls; without tools where the model takes none."""
        tools, choice = tools_of(question)
        body: Json = {"model": await self._known_model(), "messages": messages_of(question), "stream": True}
        body["max_tokens"] = MOST_TOKENS
        if tools and self._takes_tools:
            offered = {**body, "tools": tools} | ({} if choice == "auto" else {"tool_choice": choice})
            try:
                async with self._posted(offered) as response, aclosing(told(response)) as stream:
                    async for word in stream:
                        yield word
                return
            except _NoTools:
                self._takes_tools = False
        async with self._posted(body) as response, aclosing(told(response)) as stream:
            async for word in stream:
                yield word

    # ---- HTTP -------------------------------------------------------------------------------------------------------

    @property
    def _client(self) -> httpx.AsyncClient:
        """Redirections are refusals: the learner's words go nowhere else. No proxy for this machine."""
        if self._http is None:
            try:
                self._http = httpx.AsyncClient(
                    timeout=httpx.Timeout(self._patience_s, connect=min(CONNECT_S, self._patience_s)),
                    limits=httpx.Limits(keepalive_expiry=KEPT_S),
                    headers={"Authorization": f"Bearer {self._server.key}"} if self._server.key else {},
                    follow_redirects=False,
                    trust_env=not self._server.is_local,
                )
            except (ImportError, ValueError, httpx.InvalidURL):
                title = "The proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used."
                raise Unavailable(title, "Write it like http://host:port, or unset the variable.") from None
        return self._http

    @asynccontextmanager
    async def _posted(self, body: Json) -> AsyncIterator[httpx.Response]:
        """The answer to a chat request, its body still to be read. Raises `Unavailable`."""
        try:
            response = await self._sent(body)
            async with aclosing(response):
                if not response.is_success:
                    raise self._refused(response.status_code, await whole(response))
                yield response
        except httpx.HTTPError as failure:
            raise self._broken(failure) from None

    async def _sent(self, body: Json) -> httpx.Response:
        """A server may close a kept connection just as we use it: a new one will do."""
        request = self._client.build_request("POST", self._server.at("chat/completions"), json=body)
        try:
            return await self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return await self._client.send(request, stream=True)

    async def _known_model(self) -> str:
        """The model that the settings name, or the first one that the server has."""
        if not self._model:
            try:
                response = await self._client.get(self._server.at("models"))
            except httpx.HTTPError as failure:
                raise self._broken(failure) from None
            if not response.is_success:
                raise self._refused(response.status_code, response.content)
            self._model = self._first_model(response.content)
        return self._model

    def _first_model(self, body: bytes) -> str:
        try:
            listed = json.loads(body)
        except (ValueError, RecursionError):
            raise NotChat("something that is not JSON") from None
        match listed:
            case {"data": [{"id": str(name)}, *_]} if name:
                return name
            case _:
                raise Unavailable(f"The chat server at {self._server.host} has no model yet.", self._fetch("gemma3"))

    # ---- what went wrong --------------------------------------------------------------------------------------------

    def _refused(self, status: int, body: bytes) -> Unavailable:
        message, host = _message(body), self._server.host
        if status == 404 and "model" in message.lower():
            model = one_line(self._model, 120)
            return Unavailable(f"The chat server at {host} has no model {model}.", self._fetch(model))
        if status == 404:
            return Unavailable(f"There is no chat at {self._server.host} under this address (HTTP 404).", _CHECK)
        if status in (401, 403):
            hint = "Put its key into the variable that offline.chat_key names."
            return Unavailable(f"The chat server at {host} refuses the key (HTTP {status}).", hint)
        if status == 429 or status >= 500:
            title = f"The chat server at {host} is busy or has a fault (HTTP {status})."
            return Unavailable(title, f"{message} {_ASK_AGAIN}".strip())
        kind = _NoTools if "tool" in message.lower() else Unavailable
        return kind(f"The chat server at {host} refuses how we asked (HTTP {status}).", message or _CHECK)

    def _fetch(self, model: str) -> str:
        if self._server.is_local:
            return f"Fetch it: ollama pull {model} – or choose another in offline.chat_model."
        return "Choose another in offline.chat_model."

    def _broken(self, failure: httpx.HTTPError) -> Unavailable:
        host = self._server.host
        match failure:
            case httpx.ConnectError() | httpx.ConnectTimeout():
                start = "Start it: ollama serve" if self._server.is_ollama else "Start it, or check offline.chat_url"
                hint = f"{start} – or practise with offline.conversation = guide. {_ASK_AGAIN}"
                return Unavailable(f"No chat server answers at {host}.", hint)
            case httpx.TimeoutException():
                return Unavailable(f"The chat server at {host} does not answer in time.", _ASK_AGAIN)
            case _:
                return Unavailable("The chat server broke off in the middle of the answer.", _ASK_AGAIN)


_CHECK = "Check offline.chat_url and offline.chat_model."


class _NoTools(Unavailable):
    """The model takes no tools: without them it may answer."""


def _saying(piece: str) -> Saying:
    return Saying(piece, speakable(piece))


def _message(body: bytes) -> str:
    """The message of an error body (`{"error": {"message": …}}`, `{"error": …}`, `{"detail": …}`)."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    match answer:
        case {"error": {"message": str(message)}} | {"error": str(message)} | {"detail": str(message)}:
            return one_line(message, 120)
        case _:
            return ""
