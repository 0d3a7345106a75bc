"""A door before a server: lets connections through, or answers them itself, as proxies and captive portals do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

Answer: TypeAlias = bytes | Callable[[asyncio.StreamWriter], None]
"""Sent in answer to a request's head; or what is done to the connection as soon as it is there."""


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def hang_up(writer: asyncio.StreamWriter) -> None:
    """End a connection in good order, without a word."""
    writer.close()


def refusal(status: int, body: str = "", *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status} No", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Door:
    """Before the server at `behind`. `answer` is what those get who come now; None lets them through."""

    def __init__(self, behind: int) -> None:
        self.port = 0
        self.answer: Answer | None = None
        self.came = 0
        """Connections so far."""
        self._behind = behind
        self._through: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Break what has been let through."""
        for writer in self._through:
            writer.transport.abort()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.came += 1
        answer = self.answer
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if answer is None:
                await self._let_through(reader, writer)
            elif isinstance(answer, bytes):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                writer.close()
            else:
                answer(writer)

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, on = await asyncio.open_connection("127.0.0.1", self._behind)
        self._through |= {writer, on}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_carry(reader, on))
                tasks.create_task(_carry(there, writer))
        except* OSError:
            pass
        finally:
            self._through -= {writer, on}


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def door(behind: int) -> AsyncIterator[Door]:
    """A door on a port of its own."""
    made = Door(behind)
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    made.port = int(server.sockets[0].getsockname()[1])
    try:
        yield made
    finally:
        made.cut()
        server.close()
