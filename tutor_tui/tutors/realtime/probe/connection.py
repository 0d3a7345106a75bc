"""A bare conversation with a Realtime server, for finding out what it does: send events, wait for others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tutor_tui.core.problems import LinkLost
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.realtime import client_events, errors
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_events import (
    ErrorDetail,
    OutputAudioDelta,
    ServerError,
    ServerEvent,
    SessionCreated,
    SessionInForce,
    SessionUpdated,
)
from tutor_tui.openai_api.realtime.session_config import Settings
from tutor_tui.supervision import cancelled
from tutor_tui.tutors.realtime.audio_rates import AudioRates
from tutor_tui.tutors.realtime.websocket.link import dial

E = TypeVar("E")
_AWAKE_S = 1.0


class Refused(Exception):
    """The server answered with an error; the words are its own, made safe to show."""

    def __init__(self, error: ErrorDetail) -> None:
        self.code = one_line(error.code, 80)
        words = one_line(error.message, 120) or self.code or "no reason given"
        super().__init__(words.rstrip("."))


class ProbeConnection:
    """One connection. What came is kept in `received`; `mark` remembers where a question began."""

    def __init__(self, socket: ClientConnection, endpoint: RealtimeEndpoint) -> None:
        self.received: list[ServerEvent] = []
        self.endpoint = endpoint
        self._socket = socket
        self._rates = AudioRates(endpoint.dialect.hears_hz, endpoint.dialect.speaks_hz)
        self._lost: LinkLost | None = None
        self._news = asyncio.Event()
        self._mark = 0
        self._reader = asyncio.create_task(self._read(), name="probe: reader")

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                self.received.append(self._at_our_rate(decode(raw)))
                self._news.set()
            self._lost = errors.closed(1000, "")
        except ConnectionClosed as closed:
            self._lost = errors.closed_by(closed)
        self._news.set()

    def _at_our_rate(self, event: ServerEvent) -> ServerEvent:
        """An event as it came, but for sound at another rate than ours."""
        match event:
            case SessionCreated(session) | SessionUpdated(session):
                self._rates.told(session.hears_hz, session.speaks_hz)
            case OutputAudioDelta(_, item_id, sound, rate_hz):
                return replace(event, pcm=self._rates.from_server(item_id, sound, rate_hz))
        return event

    def mark(self) -> None:
        """From here on counts what answers the next question."""
        self._mark = len(self.received)

    def since(self, kind: type[E]) -> list[E]:
        """What came of this kind since the mark."""
        return [event for event in self.received[self._mark :] if isinstance(event, kind)]

    async def send(self, event: ClientEvent | str) -> None:
        """Send an event, or the text of one. Raises `LinkLost`, and `Refused` for what this kind of server lacks."""
        if not isinstance(event, str) and event["type"] in self.endpoint.dialect.unknown_events:
            raise Refused(ErrorDetail(message="servers of this kind do not have it"))
        try:
            await self._socket.send(event if isinstance(event, str) else client_events.encode(event))
        except ConnectionClosed as closed:
            raise errors.closed_by(closed) from None

    async def hear(self, sound: bytes) -> None:
        """Send sound. Raises `LinkLost`."""
        await self.send(client_events.append(self._rates.to_server(sound)))

    async def update(self, settings: Settings, within_s: float) -> SessionInForce:
        """Change settings; the session that the server confirms, if it does that.

        Raises `Refused`, `TimeoutError`, `LinkLost`.
        """
        self.mark()
        await self.send(client_events.update_session(self.endpoint.dialect.session(settings)))
        if not self.endpoint.dialect.confirms:
            return SessionInForce()
        return (await self.wait(SessionUpdated, within_s=within_s)).session

    async def wait(
        self, *kinds: type[E], within_s: float, like: Callable[[E], bool] = lambda _: True, refuse: bool = True
    ) -> E:
        """The first of these kinds since the mark, once it is there.

        Raises `Refused` for an error that came instead (unless `refuse` is False), `TimeoutError` and `LinkLost`.
        """
        async with asyncio.timeout(within_s):
            while True:
                self._news.clear()
                for event in self.received[self._mark :]:
                    if isinstance(event, kinds) and like(event):
                        return event
                    if refuse and isinstance(event, ServerError):
                        raise Refused(event.error)
                if self._lost is not None:
                    raise self._lost
                await self._news.wait()

    async def is_awake(self) -> bool:
        """Whether the other side, and this one, answer at once: only then silence says something."""
        try:
            async with asyncio.timeout(_AWAKE_S):
                await (await self._socket.ping())
        except (TimeoutError, ConnectionClosed):
            return False
        return True

    async def close(self) -> None:
        """Hang up, within a second."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await cancelled(self._reader)
                    await self._socket.close()
        finally:
            self._socket.transport.abort()


@asynccontextmanager
async def connected(endpoint: RealtimeEndpoint, model: str, within_s: float) -> AsyncIterator[ProbeConnection]:
    """A connection, for as long as the block lasts. Raises `LinkLost`."""
    try:
        async with asyncio.timeout(within_s):
            socket = await dial(endpoint, model)
    except TimeoutError:
        raise LinkLost(f"{endpoint.host} does not answer within {within_s:.0f} s.", retry=True) from None
    connection = ProbeConnection(socket, endpoint)
    try:
        yield connection
    finally:
        await connection.close()
