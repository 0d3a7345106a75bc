"""What waits to go out on a socket: one queue for sound and events, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from tutor_tui.core import pcm
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.tutors.realtime.sound_room import SoundRoom

MAX_WAITING_BYTES = pcm.bytes_of(1_000)
"""More sound than this waiting means a congested connection: new sound is dropped, or the tutor would hear the past."""
MAX_APPEND_BYTES = pcm.bytes_of(100)
"""What has piled up goes out in pieces of at most this."""


class SendQueue:
    """Sound joins from `hear` without waiting; `run` sends everything in the order in which it came.

    `convert` makes of 24 kHz what the server wants.
    """

    def __init__(self, convert: Callable[[bytes], bytes] = bytes) -> None:
        self.convert = convert
        self.dropped_ms = 0
        """Sound thrown away because the connection was congested."""
        self._waiting: deque[bytes | str] = deque()
        self._waiting_bytes = 0
        self._room = SoundRoom(MAX_WAITING_BYTES)
        self._rest = b""
        self._wake = asyncio.Event()

    def hear(self, sound: bytes, *, kept: bool = False) -> int:
        """Queue sound, `kept` from before the connection or new; frames of 20 ms go at once, smaller pieces are
        gathered. Returns how many ms were taken.
        """
        if not self._room.takes(sound, self._waiting_bytes, kept=kept):
            self.drop(sound)
            return 0
        self._rest += sound
        if len(self._rest) >= pcm.FRAME_BYTES:
            self._flush()
        return pcm.ms_of(len(sound))

    def drop(self, sound: bytes) -> None:
        """Throw sound away, and count it."""
        self.dropped_ms += pcm.ms_of(len(sound))

    def put(self, event: ClientEvent) -> None:
        """Queue an event behind the sound heard before it."""
        self._flush()
        self._waiting.append(client_events.encode(event))
        self._wake.set()

    def _flush(self) -> None:
        whole = len(self._rest) & ~1  # a sample is never cut in two
        if whole:
            self._waiting.append(self._rest[:whole])
            self._waiting_bytes += whole
            self._rest = self._rest[whole:]
            self._wake.set()

    async def run(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send for ever. Raises what `send` raises."""
        while True:
            while self._waiting:
                await send(self._next())
            self._wake.clear()
            await self._wake.wait()

    def _next(self) -> str:
        head = self._waiting.popleft()
        if isinstance(head, str):
            return head
        pieces, size = [head], len(head)
        while self._waiting and isinstance(more := self._waiting[0], bytes) and size + len(more) <= MAX_APPEND_BYTES:
            self._waiting.popleft()
            pieces.append(more)
            size += len(more)
        self._waiting_bytes -= size
        self._room.gone(self._waiting_bytes)
        return client_events.append(self.convert(b"".join(pieces)))
