"""One port for everything: the first request on a connection says whether it is a WebSocket or plain HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import Any, ClassVar, Protocol

from websockets.asyncio.server import ServerConnection

from tutor_tui.offline_server.realtime.wire import Refusal

_LOG = logging.getLogger(__name__)
LARGEST_HEAD_BYTES = 32_768
"""More than this without an end is no request of ours."""
MOST_CONNECTIONS = 64
"""At once; more than our programs and an SDK's pool need. Who comes then is let go, and may come again."""
PATIENCE_S = 10.0
"""How long a connection may take to say what it wants."""
_END_OF_HEAD = b"\r\n\r\n"
_UPGRADE = re.compile(rb"\r\nupgrade:[ \t]*websocket", re.IGNORECASE)


class Host(Protocol):
    """Who receives connections that are no WebSocket."""

    async def http_protocol(self) -> asyncio.Protocol:
        """For one connection."""
        ...


class PortMux(ServerConnection):
    """A connection of the WebSocket library that lets plain HTTP go elsewhere."""

    host: ClassVar[Host]
    visitors: ClassVar[set[asyncio.Transport]]
    """Connections of which it is not known yet what they want."""
    connections: ClassVar[set[asyncio.Transport]]
    """All that were open when the last one came."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_websocket = False
        self._head = bytearray()
        self._patience: asyncio.TimerHandle | None = None
        self._leading_on: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request."""
        assert isinstance(transport, asyncio.Transport)  # of a TCP server
        self.transport = transport
        if not self._has_room_for(transport):
            transport.abort()
            return
        self.visitors.add(transport)
        self._patience = asyncio.get_running_loop().call_later(PATIENCE_S, transport.abort)

    @classmethod
    def _has_room_for(cls, transport: asyncio.Transport) -> bool:
        gone = {each for each in cls.connections if each.is_closing()}
        cls.connections -= gone  # of those that speak HTTP nobody tells us
        if len(cls.connections) >= MOST_CONNECTIONS:
            return False
        cls.connections.add(transport)
        return True

    def data_received(self, data: bytes) -> None:
        """Show the connection where it belongs once its first request is here."""
        if self._is_websocket:
            super().data_received(data)
            return
        self._head += data
        if _END_OF_HEAD in self._head:
            self._show_in(bytes(self._head))
        elif len(self._head) > LARGEST_HEAD_BYTES:
            self.transport.abort()

    def _show_in(self, head: bytes) -> None:
        self._stop_waiting()
        if _UPGRADE.search(head[: head.index(_END_OF_HEAD)]):
            self._is_websocket = True
            self.visitors.discard(self.transport)
            super().connection_made(self.transport)
            super().data_received(head)
        else:
            self.transport.pause_reading()
            self._leading_on = asyncio.create_task(self._hand_over(head), name="port mux: to HTTP")

    async def _hand_over(self, head: bytes) -> None:
        try:
            protocol = await self.host.http_protocol()
        except Exception as error:  # noqa: BLE001 - whatever it was, a client must not wait for ever
            _LOG.error("The HTTP side does not start: %s", type(error).__name__)
            self.transport.write(_failure())
            self.transport.close()
            return
        self.visitors.discard(self.transport)
        if self.transport.is_closing():
            return
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        self.transport.resume_reading()
        protocol.data_received(head)

    def eof_received(self) -> None:
        """Nothing more to read; a visitor who said nothing is let go."""
        if self._is_websocket:
            super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.visitors.discard(self.transport)
        if self._is_websocket:
            super().connection_lost(exc)

    @classmethod
    def turn_away_all(cls) -> None:
        """The server closes: nobody is waited for."""
        for transport in list(cls.visitors):
            transport.abort()

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()


def _failure() -> bytes:
    """A whole HTTP answer that says we are at fault, written without the library that is missing."""
    refusal = Refusal("server_error", "The server's HTTP side does not start.", kind="server_error")
    body = json.dumps({"error": refusal.body()}) + "\n"
    head = [
        "HTTP/1.1 500 Internal Server Error",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", body]).encode()


def open_port(host: Host) -> type[PortMux]:
    """The connections of one server, as a class for the WebSocket library to make them of."""
    return type("ServerPortMux", (PortMux,), {"host": host, "visitors": set(), "connections": set()})
