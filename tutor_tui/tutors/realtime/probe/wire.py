"""A bare conversation with a Realtime server, for finding out what it does: frames out, frames in, waiting for one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tutor_tui.core.problems import LinkLost
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.realtime import errors, frames
from tutor_tui.openai_api.realtime.frames import Frame, Nonsense
from tutor_tui.openai_api.realtime.session_config import Settings
from tutor_tui.tutors.realtime.websocket.link import dial

_AWAKE_S = 1.0


class Refused(Exception):
    """The server answered with an error; the words are its own, made safe to show."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.code = one_line(error.get("code"), 80)
        words = one_line(error.get("message"), 120) or self.code or "no reason given"
        super().__init__(words.rstrip("."))


class Wire:
    """One connection. What came is kept in `frames`; `mark` remembers where a question began."""

    def __init__(self, socket: ClientConnection, endpoint: Endpoint) -> None:
        self.frames: list[Frame] = []
        self.endpoint = endpoint
        self._socket = socket
        self._lost: LinkLost | None = None
        self._news = asyncio.Event()
        self._mark = 0
        self._reader = asyncio.create_task(self._read(), name="probe: reader")

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                with contextlib.suppress(Nonsense):
                    self.frames.append(frames.parse(raw))
                self._news.set()
            self._lost = errors.closed(1000, "")
        except ConnectionClosed as closed:
            self._lost = errors.closed_by(closed)
        self._news.set()

    def mark(self) -> None:
        """From here on counts what answers the next question."""
        self._mark = len(self.frames)

    def since(self, *kinds: str) -> list[Frame]:
        """What came of these kinds since the mark."""
        return [frame for frame in self.frames[self._mark :] if frame["type"] in kinds]

    async def send(self, frame: Frame | str) -> None:
        """Say something. Raises `LinkLost`."""
        try:
            await self._socket.send(frame if isinstance(frame, str) else json.dumps(frame))
        except ConnectionClosed as closed:
            raise errors.closed_by(closed) from None

    async def update(self, settings: Settings, within_s: float) -> Frame:
        """Change settings; the session that the server confirms. Raises `Refused`, `TimeoutError`, `LinkLost`."""
        self.mark()
        await self.send(frames.update(self.endpoint.dialect.session(settings)))
        return await self.wait("session.updated", within_s=within_s)

    async def wait(
        self, *kinds: str, within_s: float, like: Callable[[Frame], bool] = lambda frame: True, refuse: bool = True
    ) -> Frame:
        """The first of these kinds since the mark, once it is there.

        Raises `Refused` for an error that came instead (unless `refuse` is False), `TimeoutError` and `LinkLost`.
        """
        async with asyncio.timeout(within_s):
            while True:
                self._news.clear()
                for frame in self.frames[self._mark :]:
                    if frame["type"] in kinds and like(frame):
                        return frame
                    if refuse and frame["type"] == "error":
                        error = frame.get("error")
                        raise Refused(error if isinstance(error, dict) else {})
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
        self._reader.cancel()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await asyncio.gather(self._reader, return_exceptions=True)
                    await self._socket.close()
        finally:
            self._socket.transport.abort()


@asynccontextmanager
async def wired(endpoint: Endpoint, model: str, within_s: float) -> AsyncIterator[Wire]:
    """A connection, for as long as the block lasts. Raises `LinkLost`."""
    try:
        async with asyncio.timeout(within_s):
            socket = await dial(endpoint, model)
    except TimeoutError:
        raise LinkLost(f"{endpoint.host} does not answer within {within_s:.0f} s.", retry=True) from None
    wire = Wire(socket, endpoint)
    try:
        yield wire
    finally:
        await wire.close()
