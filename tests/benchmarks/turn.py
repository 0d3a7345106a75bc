"""One turn of a conversation, measured: a mouth that speaks in real time, an ear that notes the first sound."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import numpy as np

from tests.benchmarks.sound import LOUD
from tutor_tui.core import pcm

Send = Callable[[bytes], Awaitable[None]]
PATIENCE_S = 20.0


def loud_at(sound: bytes) -> tuple[int, int] | None:
    """First and last loud sample; None for silence."""
    loud = np.flatnonzero(np.abs(np.frombuffer(sound, "<i2").astype(np.int32)) >= LOUD)
    return (int(loud[0]), int(loud[-1])) if loud.size else None


class Ear:
    """A speaker that plays whatever it gets, at once and in a row."""

    def __init__(self, rate_hz: int = pcm.RATE_HZ) -> None:
        self._rate_hz = rate_hz
        self._free_s = 0.0
        """When what it has is played."""
        self._first: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def hear(self, sound: bytes) -> None:
        """More sound (s16), which has come right now."""
        begins_s = max(time.monotonic(), self._free_s)
        self._free_s = begins_s + len(sound) / pcm.SAMPLE_BYTES / self._rate_hz
        if not self._first.done() and (loud := loud_at(sound)):
            self._first.set_result(begins_s + loud[0] / self._rate_hz)

    async def first_s(self) -> float:
        """When the first loud sample sounded, by `time.monotonic()`."""
        return await asyncio.wait_for(self._first, PATIENCE_S)


class Mouth:
    """A microphone in front of somebody who says one thing, and then nothing."""

    def __init__(self, speech: bytes) -> None:
        whole = speech.ljust(-(-len(speech) // pcm.FRAME_BYTES) * pcm.FRAME_BYTES, b"\0")
        self._frames = [whole[at : at + pcm.FRAME_BYTES] for at in range(0, len(whole), pcm.FRAME_BYTES)]
        loud = loud_at(speech)
        assert loud is not None
        self._last = loud[1] * pcm.SAMPLE_BYTES // pcm.FRAME_BYTES
        self._ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def ended_s(self) -> float:
        """When the last frame of the speech was handed over, by `time.monotonic()`."""
        return await asyncio.shield(self._ended)

    @asynccontextmanager
    async def speaking(self, send: Send) -> AsyncIterator[None]:
        """Inside the block it speaks, frame by frame at the speed of life, and then sends silence."""
        task = asyncio.create_task(self._speak(send))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _speak(self, send: Send) -> None:
        began_s = time.monotonic()
        number = 0
        while True:
            await asyncio.sleep(max(0.0, began_s + (number + 1) * pcm.FRAME_MS / 1000 - time.monotonic()))
            await send(self._frames[number] if number < len(self._frames) else pcm.silence(pcm.FRAME_MS))
            if number == self._last:
                self._ended.set_result(time.monotonic())
            number += 1
