"""A tutor over one WebSocket per conversation: OpenAI's Realtime service, or any server that speaks it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State

from tutor_tui import __version__
from tutor_tui.core.events import TutorEvent
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tutor_commands import Command
from tutor_tui.openai_api.proxies import UnusableProxy, proxy_for
from tutor_tui.openai_api.realtime import errors
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.supervision import cancelled, watched
from tutor_tui.tutors.realtime import audio_rates
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.tutor import RealtimeTutor
from tutor_tui.tutors.realtime.websocket.send_queue import SendQueue
from tutor_tui.tutors.realtime.websocket.watched_connection import WatchedConnection

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""The largest server message we read; the library's own 1 MiB is too small."""
_OPTIONS: dict[str, Any] = {
    "create_connection": WatchedConnection,
    "compression": None,  # sound in base64 hardly shrinks, and compressing it costs latency
    "max_size": MAX_FRAME_BYTES,
    "close_timeout": 1,  # leaving is bounded to 2 s in all
    "open_timeout": 10,
    "user_agent_header": f"tutor-tui/{__version__}",
    "logger": logging.getLogger("tutor_tui.tutors.realtime.silent"),
}
logging.getLogger("tutor_tui.tutors.realtime.silent").disabled = True  # at DEBUG it would write keys and words


class _Connect(connect):
    """`connect`, but a redirection is a refusal: neither key nor voice goes where nobody sent them."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def dial(endpoint: RealtimeEndpoint, model: str, **query: str) -> WatchedConnection:
    """A connection for one conversation with `model`. Raises `LinkLost`."""
    url = endpoint.conversation_url(model, **query)
    try:
        socket = await _Connect(
            url,
            ssl=_tls() if url.startswith("wss:") else None,
            additional_headers=endpoint.headers(),
            proxy=proxy_for(url),
            **_OPTIONS,
        )
    except (OSError, EOFError, WebSocketException, ImportError, UnusableProxy) as failure:  # ImportError: SOCKS
        raise errors.unreached(failure, endpoint.host) from None
    assert isinstance(socket, WatchedConnection)  # we asked for it
    return socket


def _tls() -> ssl.SSLContext:
    from tutor_tui.openai_api.tls import system_trust  # 20 ms, and servers on this machine do without

    return system_trust()


class WebSocketTutor(RealtimeTutor):
    """Holds lessons with `model` at `endpoint`."""

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        if self._endpoint.dialect.resamples:
            await asyncio.to_thread(audio_rates.load)
        socket = await dial(self._endpoint, self._model, **self._query)
        outgoing = SendQueue()
        conversation = self._new_conversation(plan, outgoing.put)
        outgoing.convert = conversation.rates.to_server
        link = WebSocketLink(socket, conversation, outgoing, self._ready_wait_s)
        try:
            yield link
        finally:
            await link.close()


class WebSocketLink:
    """One open conversation: `ConversationState` thinks, this carries."""

    def __init__(
        self, socket: WatchedConnection, conversation: ConversationState, outgoing: SendQueue, ready_wait_s: float
    ) -> None:
        self._socket = socket
        self._conversation = conversation
        self._ready_by_s = asyncio.get_running_loop().time() + ready_wait_s
        self._outgoing = outgoing
        self._lost: LinkLost | None = None
        self._fault: BaseException | None = None
        """What ended the writer, when it was not the connection."""
        self._own: list[TutorEvent] = []
        """What came of a command without a word from the server, and is not told yet."""
        self._reading: asyncio.Timeout | None = None
        """Ends the wait for the server's next message."""
        conversation.open()
        self._writer = watched(self._write(), self._break, name="tutor link: writer")

    @property
    def dropped_ms(self) -> int:
        """Sound that was thrown away because the connection did not carry it in time."""
        return self._outgoing.dropped_ms

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        """Before the tutor is ready, sound is dropped; also what would be heard late, as if it were new."""
        if not self._conversation.ready:
            return
        if self._socket.is_late and not kept:
            self._outgoing.drop(pcm)
        else:
            self._conversation.buffered_ms += self._outgoing.hear(pcm, kept=kept)

    async def send(self, command: Command) -> None:
        if self._lost:
            raise self._lost
        if self._socket.state is State.CLOSED:
            raise errors.closed(self._socket.close_code, self._socket.close_reason or "")
        self._own += self._conversation.command(command)
        if self._own and self._reading is not None and not self._reading.expired():
            self._reading.reschedule(asyncio.get_running_loop().time())

    async def events(self) -> AsyncIterator[TutorEvent]:
        while (events := await self._receive()) is not None:
            for event in events:
                yield event

    async def _receive(self) -> list[TutorEvent] | None:
        """What the next message means; None after an orderly end."""
        try:
            return await self._next()
        except LinkLost as lost:
            self._lost = lost
            raise
        except ConnectionClosed as closed:
            if self._fault is not None:
                raise self._fault from None
            if closed.rcvd is not None and closed.rcvd.code == 1000:
                return None
            self._lost = errors.closed_by(closed)
            raise self._lost from None

    async def _next(self) -> list[TutorEvent]:
        conversation = self._conversation
        try:
            async with asyncio.timeout_at(None if conversation.ready else self._ready_by_s) as self._reading:
                if not self._own:
                    return conversation.receive(decode(await self._socket.recv()))
        except TimeoutError:
            pass
        finally:
            self._reading = None
        own, self._own = self._own, []
        return own or conversation.overdue()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # the reader reports it
            await self._outgoing.run(self._socket.send)

    def _break(self, fault: BaseException) -> None:
        """The writer broke: the reader gets it."""
        self._fault = fault
        self._socket.transport.abort()

    async def close(self) -> None:
        """Hang up: politely for a second, then without asking."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5):
                    await cancelled(self._writer)
                    await self._socket.close()
        finally:
            self._socket.transport.abort()
