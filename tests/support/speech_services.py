"""A real HTTP server with the three services of the turn-based loop, for tests: with delays, cuts and faults.

It speaks HTTP/1.1 by hand over asyncio streams, because its faults are the point: broken chunks, half an answer, a
connection dropped in the middle. It keeps each request, and notes when the client left before the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import math
import wave
from array import array
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from tutor_tui.core import pcm
from tutor_tui.openai_api.services import Service

TRANSCRIBE, CHAT, SPEAK = "/v1/audio/transcriptions", "/v1/chat/completions", "/v1/audio/speech"
MS_PER_CHARACTER = 40
"""How long the voice takes over a character."""


@dataclass(slots=True)
class Request:
    """What a client asked."""

    path: str
    headers: dict[str, str]
    body: bytes
    at_s: float
    finished: bool = False
    """The answer was sent to its end."""
    left: bool = False
    """The client went away before that."""

    @property
    def json(self) -> dict[str, Any]:
        """The body of a JSON request."""
        answer = json.loads(self.body)
        assert isinstance(answer, dict)
        return answer

    @property
    def form(self) -> dict[str, list[bytes]]:
        """The fields of a multipart request."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        fields: dict[str, list[bytes]] = defaultdict(list)
        for part in message.iter_parts():
            assert isinstance(part, Message)
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            fields[str(name)].append(payload)
        return dict(fields)

    @property
    def wav_ms(self) -> int:
        """Length of the sound of a transcription request, which has to be 24 kHz mono s16."""
        with wave.open(io.BytesIO(self.form["file"][0])) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, pcm.RATE_HZ)
            return int(file.getnframes()) * 1000 // pcm.RATE_HZ


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer out of the ordinary, given once instead of the ordinary one."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    """Drop the connection instead of ending the body."""
    hang: bool = False
    """Say nothing more after the body, and keep the line open."""
    before_s: float = 0.0


def error(status: int, code: str = "", message: str = "No.", **headers: str) -> Answer:
    """An error as OpenAI sends it."""
    body = json.dumps({"error": {"message": message, "type": "some_error", "param": None, "code": code or None}})
    return Answer(status, body.encode(), headers=tuple((name.replace("_", "-"), v) for name, v in headers.items()))


def sse(*events: object, done: bool = True, cut: bool = False) -> Answer:
    """A chat stream of these events; text is sent as it is."""
    lines = [f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n" for event in events]
    if done:
        lines.append("data: [DONE]\n\n")
    return Answer(200, "".join(lines).encode(), "text/event-stream", cut=cut)


def chunk(text: str, finish: str | None = None) -> dict[str, Any]:
    """One event of a chat stream."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


@dataclass(slots=True)
class SpeechServices:
    """The server. Fields may be changed between requests."""

    texts: deque[str] = field(default_factory=deque)
    """What the learner is understood to say, one a request; then `Hello.`"""
    answers: deque[str] = field(default_factory=deque)
    """What the tutor answers, one a request; then `Good. Go on!`"""
    faults: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    """By path: answers to give before the ordinary ones."""
    always: dict[str, Answer] = field(default_factory=dict)
    """By path: the answer to every request."""
    drop_next: int = 0
    """So many requests find that the server closed the connection just before."""
    languages: list[str] | None = None
    transcribe_s: float = 0.0
    first_word_s: float = 0.0
    word_s: float = 0.0
    """Between one word of the chat and the next."""
    first_sound_s: float = 0.0
    sound_gap_s: float = 0.0
    """Between one piece of sound and the next."""
    words_at_first: int | None = None
    """So many words of the chat's next answer come; the rest when `go_on` is set."""
    pieces_at_first: int | None = None
    """So many pieces of the next sound come; the rest when `go_on` is set."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    chat_bytes: list[bytes] | None = None
    """The body of a chat stream, in these chunks."""
    piece_bytes: int = 4_801
    """Odd, as real servers' chunks may be."""
    requests: list[Request] = field(default_factory=list)
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By path: so many requests were under way at the same time."""
    connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> SpeechServices:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *failure: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.transport.abort()  # whoever reads or writes there gets an error and ends
        await asyncio.sleep(0)

    @property
    def base_url(self) -> str:
        """For a `Service`."""
        return f"http://127.0.0.1:{self.port}/v1"

    def service(self, model: str, **more: Any) -> Service:
        """A service here."""
        return Service(self.base_url, model, **more)

    def to(self, path: str) -> list[Request]:
        """The requests to one of the three."""
        return [request for request in self.requests if request.path == path]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Wait for something that a request brings about."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    # ---- HTTP -------------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        self._open.discard(writer)
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        if self.drop_next:
            self.drop_next -= 1
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(first.split()[1], headers, body, asyncio.get_running_loop().time())
        self.requests.append(request)
        under_way = sum(not (each.finished or each.left) for each in self.to(request.path))
        self.most_at_once[request.path] = max(under_way, self.most_at_once[request.path])
        self._news.set()
        try:
            keep = await self._answer(request, _Line(reader, writer))
            request.finished = True
        except OSError:
            request.left = True
            raise
        finally:
            self._news.set()
        return keep

    async def _answer(self, request: Request, line: _Line) -> bool:
        queue = self.faults[request.path]
        answer = queue.popleft() if queue else self.always.get(request.path)
        if answer is not None:
            return await _give(answer, line)
        known: dict[str, Callable[[Request, _Line], Awaitable[None]]] = {
            TRANSCRIBE: self._transcribe,
            CHAT: self._chat,
            SPEAK: self._speak,
        }
        if request.path not in known:
            return await _give(error(404, "not_found"), line)
        await known[request.path](request, line)
        await line.end()
        return True

    async def _transcribe(self, request: Request, line: _Line) -> None:
        assert request.wav_ms >= 0
        await line.pause(self.transcribe_s)
        answer: dict[str, Any] = {"text": self.texts.popleft() if self.texts else "Hello."}
        if self.languages is not None:
            answer["languages"] = self.languages
        await line.begin("application/json")
        await line.piece(json.dumps(answer).encode())

    async def _chat(self, request: Request, line: _Line) -> None:
        assert request.json["stream"] is True
        await line.pause(self.first_word_s)
        await line.begin("text/event-stream")
        for data in self.chat_bytes or ():
            await line.piece(data)
        if self.chat_bytes is not None:
            return
        words = (self.answers.popleft() if self.answers else "Good. Go on!").split(" ")
        for number, word in enumerate(words):
            if number == self.words_at_first:
                await self.go_on.wait()
            await line.event(chunk(f" {word}" if number else word))
            await line.pause(self.word_s)
        await line.event(chunk("", "stop"))
        if request.json.get("stream_options", {}).get("include_usage"):
            await line.event({"choices": [], "usage": {"prompt_tokens": 1_000, "completion_tokens": 100}})
        await line.piece(b"data: [DONE]\n\n")

    async def _speak(self, request: Request, line: _Line) -> None:
        assert request.json["response_format"] == "pcm"
        await line.pause(self.first_sound_s)
        await line.begin("audio/pcm")
        sound = voice(request.json["input"])
        for number, start in enumerate(range(0, len(sound), self.piece_bytes)):
            if number == self.pieces_at_first:
                await self.go_on.wait()
            await line.piece(sound[start : start + self.piece_bytes])
            await line.pause(self.sound_gap_s)


def voice(text: str) -> bytes:
    """A tone as long as `text`, whose pitch tells texts apart."""
    count = pcm.RATE_HZ * MS_PER_CHARACTER * len(text) // 1000
    step = 2 * math.pi * (200 + sum(text.encode()) % 400) / pcm.RATE_HZ
    return pcm.bytes_from(array("h", (round(8_000 * math.sin(step * at)) for at in range(count))))


class _Line:
    """One answer on its way, in chunks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def pause(self, seconds: float) -> None:
        """Wait; raises `ConnectionResetError` when the client leaves meanwhile."""
        if seconds <= 0:
            return
        with contextlib.suppress(TimeoutError):
            if await asyncio.wait_for(self._reader.read(1), seconds) == b"":
                raise ConnectionResetError

    async def begin(self, content_type: str, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Status line and headers of a chunked answer."""
        fields = (("content-type", content_type), ("transfer-encoding", "chunked"), *headers)
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields), "", ""]
        self._writer.write("\r\n".join(lines).encode())
        await self._writer.drain()

    async def event(self, event: object) -> None:
        """A server-sent event."""
        await self.piece(f"data: {json.dumps(event)}\n\n".encode())

    async def piece(self, data: bytes) -> None:
        """A chunk."""
        if data:
            self._writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await self._writer.drain()

    async def end(self) -> None:
        """The last chunk."""
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()


async def _give(answer: Answer, line: _Line) -> bool:
    await line.pause(answer.before_s)
    await line.begin(answer.content_type, answer.status, answer.headers)
    await line.piece(answer.body)
    if answer.hang:
        await line.pause(3_600)
    if answer.cut:
        return False
    await line.end()
    return True


@contextlib.asynccontextmanager
async def speech_services(**options: Any) -> AsyncIterator[SpeechServices]:
    """The server, running."""
    async with SpeechServices(**options) as services:
        yield services
