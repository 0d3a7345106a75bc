"""A real WebSocket server as strict as the GA Realtime service: for contract, session, end-to-end tests and benchmarks.

Every client frame is judged by the official SDK's types (`sdk_models`) and by the state of the conversation
(`strict_session`). What it refuses is answered with an `error` event and noted in `complaints`. In a test::

    async with StrictServer(Behaviour(replies=[Reply("안녕하세요!")])) as server:
        tutor = RealtimeTutor(Endpoint(server.base_url, key="test"), "gpt-realtime-2.1-mini")
        ...
        frame = await server.wait_for("conversation.item.truncate")
        assert server.complaints == []

`server.received` holds every client frame with its arrival time (`time.monotonic()`), `server.sent` every event told,
`server.heard` the learner's PCM. `say()`, `error()`, `send_raw()`, `drop()` and `close(code, reason)` misbehave
on demand; `Behaviour` says how it behaves by itself. In a process of its own, for tmux and benchmarks::

    python -m tests.support.strict_server --port 0 [--log events.jsonl] [--reply-wav voice.wav] [--delta-ms 100]

prints `ready PORT`. The log has one line per event, with CLOCK_MONOTONIC seconds, which a machine's processes share.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http
import itertools
import json
import math
import ssl
import time
import urllib.parse
import wave
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Literal, Self, get_args

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request
from websockets.http11 import Response as HttpResponse

from tests.support.strict_calls import Call
from tests.support.strict_records import USAGE, Received, Sent
from tests.support.strict_session import Refused, StrictSession
from tests.support.strict_vendor import Vendor
from tests.support.strict_vendors import VENDORS
from tutor_tui.core import pcm
from tutor_tui.core.settings import DialectName


@lru_cache(maxsize=256)
def tone(ms: float, hz: float = 440.0, amplitude: int = 8_000) -> bytes:
    """A sine: real sound that a recording can be searched for."""
    count = int(ms * pcm.RATE_HZ / 1000)
    step = 2 * math.pi * hz / pcm.RATE_HZ
    return pcm.bytes_from(array("h", (int(amplitude * math.sin(step * i)) for i in range(count))))


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server's tutor."""

    text: str = "Hello! How are you today?"
    pcm: bytes | None = None
    """Its sound; None for a tone of 60 ms per character."""
    error: Mapping[str, str] | None = None
    """Makes the response fail with this error (`type`, `code`, `message`)."""
    reason: str = ""
    """Makes the response incomplete: max_output_tokens or content_filter."""
    calls: Sequence[Call] = ()
    """Tools that it calls after its words."""
    silent: bool = False
    """Calls tools and says nothing."""
    cut_in_call: bool = False
    """Waits in the middle of its last call, until it is cancelled."""

    def sound(self) -> bytes:
        return tone(60 * len(self.text)) if self.pcm is None else self.pcm


@dataclass(slots=True)
class Behaviour:
    """What the server does; the defaults are a good server."""

    replies: Sequence[Reply] = (Reply(),)
    """Answers in turn, over and over."""
    transcripts: Sequence[str | None] = ("hello there",)
    """What it understands of each spoken turn, over and over; None fails with audio_unintelligible."""
    delta_bytes: Sequence[int] = (4_800,)
    """Sizes of the audio deltas, over and over: any, odd and zero included (never only zeros)."""
    delta_gap_s: float = 0.0
    """Wait between deltas; 0 sends as fast as the line takes them."""
    reply_delay_s: float = 0.0
    transcript_delay_s: float = 0.0
    vad_dbfs: float = -45.0
    """Louder than this is speech."""
    vad_onset_ms: int = 60
    beta_names: bool = False
    """A GA server that still tells events under their beta names."""
    dialect: DialectName = "ga"
    """What it speaks and insists on: a row of `strict_vendors`."""
    vendor: Vendor | None = None
    """Another make in place of that row."""
    greets: bool = True
    """Sends session.created."""
    confirms_updates: bool = True
    """Sends session.updated."""
    echoes_event_ids: bool = True
    """Errors name the client event they answer; the real service often does not."""
    refuses: Mapping[str, str] = field(default_factory=dict)
    """Session paths ("session.audio.output.speed") → message: an update that holds one is refused whole."""
    token: str = ""
    """The only accepted key; empty accepts any, but not none."""
    bad_key: Literal["http", "close"] = "http"
    """A wrong key: 401 at the handshake, or accepted, told by an error, closed with 3000."""
    models: frozenset[str] | None = None
    """Models that exist; any other is closed with 4004. None for all. With azure, they are deployments."""
    http_status: int | None = None
    """Refuse every handshake with this status."""
    opening_frames: Sequence[str | bytes] = ()
    """Sent as they are, right after session.created."""
    expires_in_s: float = 3_600
    usage: Mapping[str, Any] | None = field(default_factory=lambda: dict(USAGE))
    reading: Callable[[str], Reply] = Reply
    """What it says when it is given a text to read aloud."""

    @property
    def make(self) -> Vendor:
        """What it takes, refuses and says."""
        return self.vendor or VENDORS[self.dialect]


class StrictServer:
    """See the module's docstring."""

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        port: int = 0,
        log: IO[str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.received: list[Received] = []
        self.sent: list[Sent] = []
        self.complaints: list[str] = []
        """Why each refused frame was refused: empty after a good conversation."""
        self.heard = bytearray()
        self.sessions: list[StrictSession] = []
        self.handshakes: list[tuple[str, dict[str, str]]] = []
        """Path and headers (lower-case names) of each attempt."""
        self.replies: Iterator[Reply] = itertools.cycle(self.behaviour.replies)
        self.transcripts: Iterator[str | None] = itertools.cycle(self.behaviour.transcripts)
        self._asked_port = port
        self._tls = tls
        self._log = log
        self._news = asyncio.Event()
        self._stack = contextlib.AsyncExitStack()
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        options: dict[str, Any] = {
            "compression": None,
            "max_size": 32 * 1024 * 1024,
            "process_request": self._admit,
            "ssl": self._tls,
        }
        self._server = await self._stack.enter_async_context(
            serve(self._handle, "127.0.0.1", self._asked_port, **options)
        )
        return self

    async def __aexit__(self, *failure: object) -> None:
        for session in self.sessions:
            session.connection.transport.abort()
        await self._stack.aclose()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def base_url(self) -> str:
        """For OPENAI_BASE_URL."""
        path = self.behaviour.make.base
        return f"wss://localhost:{self.port}{path}" if self._tls else f"ws://127.0.0.1:{self.port}{path}"

    # ---- what tests ask ---------------------------------------------------------------------------------------------

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The client frames of this type so far, oldest first."""
        return [received.frame for received in self.received if received.type == kind]

    async def wait_for(self, kind: str, count: int = 1, timeout_s: float = 30.0) -> dict[str, Any]:
        """The `count`-th client frame of this type, once it has come."""
        await self.until(lambda: len(self.of_type(kind)) >= count, timeout_s)
        return self.of_type(kind)[count - 1]

    async def wait_told(self, kind: str, count: int = 1, timeout_s: float = 30.0) -> dict[str, Any]:
        """The `count`-th server event of this type, once it has been told."""
        await self.until(lambda: sum(sent.type == kind for sent in self.sent) >= count, timeout_s)
        return [sent.frame for sent in self.sent if sent.type == kind][count - 1]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Wait for anything that comes or goes."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    # ---- misbehaving on demand, on the newest connection ------------------------------------------------------------

    async def say(self, kind: str, **fields: Any) -> None:
        """Tell any event."""
        await self.sessions[-1].tell(kind, **fields)

    async def error(self, code: str | None, message: str = "no", **fields: Any) -> None:
        """Tell an error that answers nothing in particular."""
        await self.say("error", error={"type": "invalid_request_error", "code": code, "message": message, **fields})

    async def send_raw(self, raw: str | bytes) -> None:
        """Send a frame as it is: text or binary, JSON or not."""
        await self.sessions[-1].connection.send(raw)

    async def close(self, code: int, reason: str = "") -> None:
        """Close with this code."""
        await self.sessions[-1].connection.close(code, reason)

    def drop(self) -> None:
        """Cut the line without a word: the client sees 1006."""
        self.sessions[-1].connection.transport.abort()

    # ---- the notes --------------------------------------------------------------------------------------------------

    def note_received(self, connection: int, frame: Any) -> None:
        if isinstance(frame, dict):
            self.received.append(Received(time.monotonic(), connection, frame))
            self._write("in", frame)
        self._news.set()

    def note_sent(self, connection: int, frame: dict[str, Any]) -> None:
        self.sent.append(Sent(time.monotonic(), connection, frame["type"], frame))
        self._write("out", frame)
        self._news.set()

    def _write(self, way: str, frame: Mapping[str, Any]) -> None:
        if self._log is not None:
            line = {"at": time.monotonic(), "way": way, "type": frame.get("type"), "item_id": frame.get("item_id")}
            for key in ("audio_end_ms", "delta", "audio"):
                if key in frame:
                    line[key] = frame[key] if key == "audio_end_ms" else len(frame[key])
            print(json.dumps(line), file=self._log, flush=True)

    # ---- connections ------------------------------------------------------------------------------------------------

    def _admit(self, connection: ServerConnection, request: Request) -> HttpResponse | None:
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        self.handshakes.append((request.path, headers))
        if self.behaviour.http_status is not None:
            return connection.respond(http.HTTPStatus(self.behaviour.http_status), "refused\n")
        if not self._key_is_good(headers) and self.behaviour.bad_key == "http":
            return connection.respond(http.HTTPStatus.UNAUTHORIZED, "bad key\n")
        make, asked = self.behaviour.make, urllib.parse.urlsplit(request.path)
        if asked.path != make.base + make.path:
            return connection.respond(http.HTTPStatus.NOT_FOUND, "no such path\n")
        given = urllib.parse.parse_qs(asked.query)
        if any(check(given.get(name, [""])[0]) for name, check in make.query.items() if name != "model"):
            return connection.respond(http.HTTPStatus.BAD_REQUEST, "something is missing in the query\n")
        return None

    def _key_is_good(self, headers: Mapping[str, str]) -> bool:
        name, scheme = self.behaviour.make.key
        given = headers.get(name, "")
        key = given.removeprefix(scheme)
        is_alone = name == "authorization" or "authorization" not in headers
        return given.startswith(scheme) and is_alone and bool(key) and self.behaviour.token in ("", key)

    async def _handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        headers = {name.lower(): value for name, value in connection.request.headers.raw_items()}
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(connection.request.path).query)
        model = query.get("model", [""])[0]
        session = StrictSession(self, connection, len(self.sessions), model)
        self.sessions.append(session)
        with contextlib.suppress(ConnectionClosed):
            if refusal := self._refusal(headers, model):
                code, why = refusal
                await session.complain(Refused(why, why))
                await connection.close(code, f"invalid_request_error.{why}")
                return
            await self._settle(session)
            await session.begin()
            for raw in self.behaviour.opening_frames:
                await connection.send(raw)
            async for raw in connection:
                await session.take(raw)
        await session.end()

    async def _settle(self, session: StrictSession) -> None:
        """Refuse what comes before the greeting, where the vendor insists on greeting first."""
        if wait_s := self.behaviour.make.settling_s:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await session.connection.recv()
                    await session.complain(Refused("not_ready", "Wait for the greeting."))

    def _refusal(self, headers: Mapping[str, str], model: str) -> tuple[int, str] | None:
        """Refusals that come after the handshake."""
        if not self._key_is_good(headers):
            return 3000, "invalid_api_key"
        if self.behaviour.dialect == "beta":
            if headers.get("openai-beta") != "realtime=v1":
                return 4000, "missing_beta_header"  # our word for it: what the service called it is not on record
        elif "openai-beta" in headers:
            return 4000, "beta_api_shape_disabled"
        if not model and "model" in self.behaviour.make.query:
            return 4000, "missing_model"
        if self.behaviour.models is not None and model not in self.behaviour.models:
            return 4004, "model_not_found"
        return None


def _wav(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (pcm.RATE_HZ, 1, pcm.SAMPLE_BYTES):
            raise SystemExit(f"{path} is not 24 kHz mono 16-bit")
        return file.readframes(file.getnframes())


async def _serve(behaviour: Behaviour, port: int, log: IO[str] | None) -> None:
    async with StrictServer(behaviour, port=port, log=log) as server:
        print(f"ready {server.port}", flush=True)
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="A strict Realtime server for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="", help="the only accepted key; any by default")
    parser.add_argument("--dialect", default="ga", choices=get_args(DialectName))
    parser.add_argument("--log", type=Path, help="one JSON line per event")
    parser.add_argument("--reply-text", default=Reply().text)
    parser.add_argument("--reply-wav", type=Path, help="24 kHz mono 16-bit")
    parser.add_argument("--delta-ms", type=float, default=100)
    parser.add_argument("--delta-gap-ms", type=float, default=0)
    parser.add_argument("--reply-delay-ms", type=float, default=0)
    options = parser.parse_args(arguments)
    behaviour = Behaviour(
        replies=[Reply(options.reply_text, _wav(options.reply_wav) if options.reply_wav else None)],
        delta_bytes=[pcm.bytes_of(options.delta_ms)],
        delta_gap_s=options.delta_gap_ms / 1000,
        reply_delay_s=options.reply_delay_ms / 1000,
        token=options.token,
        dialect=options.dialect,
    )
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        log = stack.enter_context(options.log.open("w", encoding="utf-8")) if options.log else None
        asyncio.run(_serve(behaviour, options.port, log))


if __name__ == "__main__":
    main()
