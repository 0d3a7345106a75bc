"""A line to a server that fails without a word, as networks do: nothing is closed, and nobody is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_BUFFER_BYTES = 16_384
"""What the system keeps of what nobody reads: on a real network it stays at the sender."""


class BadLine:
    """Before the server at `behind`. It is good until a test says otherwise, and again after `heal`."""

    def __init__(self, behind: int) -> None:
        self.port = 0
        self.carried_bytes = 0
        """To the server."""
        self.over = asyncio.Event()
        """Our end of the connection is gone, and nothing is left to carry."""
        self._behind = behind
        self._swallows: frozenset[str] = frozenset()
        """Which ways lead nowhere."""
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()

    def half_open(self) -> None:
        """Bytes are taken at both ends, and none arrive."""
        self._swallows = frozenset({"there", "back"})

    def deafen(self) -> None:
        """The server hears nothing, and is heard."""
        self._swallows = frozenset({"there"})

    def stick(self) -> None:
        """Bytes are not even taken: they pile up where they come from."""
        self._open.clear()

    def heal(self) -> None:
        """All is well again, and what has piled up arrives."""
        self._swallows = frozenset()
        self._open.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        there, on = await asyncio.open_connection("127.0.0.1", self._behind, limit=_BUFFER_BYTES)
        self._writers |= {writer, on}
        with contextlib.suppress(OSError):
            await asyncio.gather(self._carry("there", reader, on), self._carry("back", there, writer))

    async def _carry(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65_536):
                await self._open.wait()
                if way not in self._swallows:
                    self.carried_bytes += len(piece) if way == "there" else 0
                    writer.write(piece)
                    await writer.drain()
        finally:
            writer.close()
            if way == "there":
                self.over.set()

    def cut(self) -> None:
        """End all that goes through."""
        self.heal()
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def bad_line(behind: int) -> AsyncIterator[BadLine]:
    """A line on a port of its own."""
    plug = socket.create_server(("127.0.0.1", 0))
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    made = BadLine(behind)
    made.port = int(plug.getsockname()[1])
    async with await asyncio.start_server(made.take, sock=plug, limit=_BUFFER_BYTES):
        try:
            yield made
        finally:
            made.cut()
