"""The port, and the socket behind it: who may come in, how events go out, and how a session ends."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.realtime.wire import Json, Refusal
from tutor_tui.offline_server.transport.port_mux import open_port
from tutor_tui.offline_server.transport.same_machine import FOREIGN, is_of_this_machine
from tutor_tui.openai_api.private_extensions import LESSON_FIELD, WantedLesson
from tutor_tui.speech.vad import LoadedLate, load_silero
from tutor_tui.supervision import watched

if TYPE_CHECKING:
    from tutor_tui.offline_server.http.app import HttpApp
    from tutor_tui.offline_server.realtime.session import RealtimeSession

HOST = "127.0.0.1"
PATH = "/v1/realtime"
LARGEST_FRAME_BYTES = 15 * 2**20
"""What the service documents for one append; a larger frame ends the connection with close code 1009."""
SESSION_S = 3_600
"""A session lasts an hour, as the service's do."""
VOICE_THREADS = 2
MOST_WAITING = 8
"""A response rests while more events than this wait to be sent."""
MOST_UNSENT = 20_000
"""A client that reads nothing for so many events is cut off."""
CLOSE_S = 0.5
"""How long a closing handshake may take."""
SUBPROTOCOL = Subprotocol("realtime")
KEY_SUBPROTOCOL = "openai-insecure-api-key."

RefuseStyle = Literal["http", "error"]


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server is started."""

    token: str = field(repr=False)
    port: int = 0
    """0 for any free one."""
    lesson: str = ""
    """The lesson of connections that name none; empty for the default of the session's language."""
    refuse_style: RefuseStyle = "http"
    """A wrong token gets HTTP 401, or is let in, told `invalid_api_key`, then closed with 3000."""
    behaviour: Behaviour = field(default_factory=Behaviour)


class SocketOutlet:
    """Sends events in order from one task; nobody else waits for the connection."""

    def __init__(self, socket: ServerConnection, behaviour: Behaviour) -> None:
        self._socket = socket
        self._behaviour = behaviour
        self._waiting: asyncio.Queue[Json | str | bytes | tuple[int, str]] = asyncio.Queue()
        self._room = asyncio.Event()
        self._sent = 0

    def emit(self, message: Json) -> None:
        """Send an event, in order, without waiting."""
        self._put(message)

    def emit_raw(self, frame: str | bytes) -> None:
        """Send a frame that is no event of ours, for tests."""
        self._put(frame)

    def close(self, code: int, reason: str) -> None:
        """Close once all that was emitted is sent."""
        self._put((code, reason))

    def _put(self, message: Json | str | bytes | tuple[int, str]) -> None:
        self._waiting.put_nowait(message)
        if self._waiting.qsize() > MOST_WAITING:
            self._room.clear()
        if self._waiting.qsize() > MOST_UNSENT:
            self._socket.transport.abort()

    async def drained(self) -> None:
        """Wait until the connection has taken most of what was emitted."""
        await self._room.wait()

    async def run(self) -> None:
        """Send until the connection ends."""
        self._room.set()
        while True:
            message = await self._waiting.get()
            if isinstance(message, tuple):
                await self._socket.close(*message)
                return
            await self._behaviour.before_sending(self._sent, self._socket.transport.abort)
            await self._socket.send(json.dumps(message) if isinstance(message, dict) else message)
            self._sent += 1
            if self._waiting.qsize() <= MOST_WAITING:
                self._room.set()


class Server:
    """Serves connections until told to stop."""

    def __init__(self, options: ServerOptions, tutoring: Backend) -> None:
        self._options = options
        self._tutoring = tutoring
        self._pool = ThreadPoolExecutor(VOICE_THREADS, "voice")
        self._http: HttpApp | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Serve inside the block; yields the port. Leaving closes all connections (1001) and takes about a second.

        The same port serves plain HTTP, by `http.app`.
        """
        port_mux = open_port(self)
        async with serve(
            self._hold,
            HOST,
            self._options.port,
            create_connection=port_mux,
            process_request=self._admit,
            select_subprotocol=_select_subprotocol,
            compression=None,  # sound does not shrink, and it costs time
            max_size=LARGEST_FRAME_BYTES,
            ping_timeout=60,
            close_timeout=CLOSE_S,
            server_header=None,
        ) as server:
            self._pool.submit(_realtime_session)
            self._pool.submit(self._tutoring.warm_up)
            try:
                yield int(next(iter(server.sockets)).getsockname()[1])
            finally:
                port_mux.turn_away_all()
                if self._http is not None:
                    await self._http.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._tutoring.close()
        if (model := self._tutoring.language_model()) is not None:
            await model.close()

    async def http_protocol(self) -> asyncio.Protocol:
        """For a connection that speaks plain HTTP. The first one loads what that takes: a lesson does without."""
        async with self._opening:
            if self._http is None:
                http_app = await asyncio.to_thread(_http_app)
                options = self._options
                http = http_app(options.token, self._tutoring, self._pool, options.lesson, SESSION_S, options.behaviour)
                await http.start()
                self._http = http
        return self._http.protocol()

    # ---- who may connect ---------------------------------------------------------------------------------------------

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        """Null lets the client in; a response turns it away."""
        if not is_of_this_machine(request.headers.get_all("Host"), request.headers.get_all("Origin")):
            return _refused(socket, HTTPStatus.FORBIDDEN, "forbidden", FOREIGN)
        if urlsplit(request.path).path != PATH:
            return _refused(socket, HTTPStatus.NOT_FOUND, "not_found", f"The tutor is at {PATH}.")
        if self._options.refuse_style == "http" and not self._knows(request):
            return _refused(socket, HTTPStatus.UNAUTHORIZED, "invalid_api_key", "The token is missing or wrong.")
        return None

    def _knows(self, request: Request) -> bool:
        offered = [value.removeprefix("Bearer ") for value in request.headers.get_all("Authorization")]
        for line in request.headers.get_all("Sec-WebSocket-Protocol"):
            words = (word.strip() for word in line.split(","))
            offered += [word.removeprefix(KEY_SUBPROTOCOL) for word in words if word.startswith(KEY_SUBPROTOCOL)]
        token = self._options.token.encode()
        return any(hmac.compare_digest(word.encode(), token) for word in offered)

    # ---- a connection -----------------------------------------------------------------------------------------------

    async def _hold(self, socket: ServerConnection) -> None:
        """One connection, from the first event to the last."""
        request = socket.request
        assert request is not None  # the handshake is over
        query = {key: values[-1] for key, values in parse_qs(urlsplit(request.path).query).items()}
        asked = parse_qs(urlsplit(request.path).query).get("fault", [])
        try:
            behaviour = self._options.behaviour.on_connection(asked)
        except Problem:
            behaviour = self._options.behaviour
        outlet = SocketOutlet(socket, behaviour)
        # A client to which nothing can be sent any more is not left waiting.
        sender = watched(outlet.run(), lambda _: socket.transport.abort(), name="connection: events out")
        try:
            if await self._welcome(outlet, request, query):
                await self._talk(socket, outlet, query, behaviour)
            else:
                await sender
        except ConnectionClosed:
            pass  # the ordinary end of a conversation
        finally:
            sender.cancel()

    async def _welcome(self, outlet: SocketOutlet, request: Request, query: dict[str, str]) -> bool:
        """Whether the connection's parameters will do; if not, the client has been told and closed."""
        refusal, code = None, 4000
        lesson = query.get(LESSON_FIELD, "")
        if not self._knows(request):
            refusal, code = Refusal("invalid_api_key", "The token is missing or wrong."), 3000
        elif request.headers.get("OpenAI-Beta"):
            refusal = Refusal("beta_api_shape_disabled", "This server speaks the GA interface only.")
        elif not query.get("model"):
            refusal = Refusal("missing_model", "Name a model in the query, for example ?model=guide.", "model")
        else:
            try:
                await asyncio.to_thread(self._tutoring.language, lesson or self._options.lesson, "")
            except Problem as problem:
                refusal = Refusal("invalid_lesson", str(problem), "lesson")
        if refusal is None:
            return True
        outlet.emit(refusal.event())
        outlet.close(code, f"{refusal.kind}.{refusal.code}")
        return False

    async def _talk(
        self, socket: ServerConnection, outlet: SocketOutlet, query: dict[str, str], behaviour: Behaviour
    ) -> None:
        loop = asyncio.get_running_loop()
        lasts_s = behaviour.session_s(SESSION_S)
        realtime_session = await asyncio.to_thread(_realtime_session)
        connection = realtime_session(
            outlet,
            self._tutoring,
            self._pool,
            LoadedLate(load_silero),
            model=query["model"],
            lesson=WantedLesson.read(query, self._options.lesson),
            expires_at=int(time.time() + lasts_s),
            behaviour=behaviour,
        )
        ends = [loop.call_later(lasts_s, _expire, outlet)]
        if (drop_after_s := behaviour.drop_after_s()) is not None:
            ends.append(loop.call_later(drop_after_s, socket.transport.abort))
        try:
            connection.greet()
            for frame in behaviour.after_greeting():
                outlet.emit_raw(frame)
            async for frame in socket:
                await connection.take(frame)
        finally:
            connection.close()
            for end in ends:
                end.cancel()


def _http_app() -> type[HttpApp]:
    from tutor_tui.offline_server.http.app import HttpApp  # aiohttp: half a second that a lesson does without

    return HttpApp


def _realtime_session() -> type[RealtimeSession]:
    from tutor_tui.offline_server.realtime.session import RealtimeSession  # pydantic: 0.2 s, while we listen already

    return RealtimeSession


def _expire(outlet: SocketOutlet) -> None:
    message = "Your session hit the maximum duration of 60 minutes."
    outlet.emit(Refusal("session_expired", message).event())
    outlet.close(1001, message)


def _refused(socket: ServerConnection, status: HTTPStatus, code: str, message: str) -> Response:
    response = socket.respond(status, json.dumps({"error": Refusal(code, message).body()}) + "\n")
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    return response


def _select_subprotocol(socket: ServerConnection, offered: object) -> Subprotocol | None:
    """`realtime` where it is offered; the keys that browsers send as subprotocols are never echoed."""
    return SUBPROTOCOL if isinstance(offered, list | tuple) and SUBPROTOCOL in offered else None
