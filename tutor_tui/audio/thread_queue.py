"""Hands blocks of sound from a device's thread over to the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

Block = TypeVar("Block")


class ThreadQueue(Generic[Block]):
    """A bounded hand-over: one thread puts, the event loop takes.

    The thread takes no lock and asks for at most one wake-up at a time, because waking the loop is what costs: 10 µs
    against less than one for keeping the block. When the loop is too slow, the oldest block goes and is counted.
    """

    def __init__(self, capacity: int) -> None:
        self._blocks: deque[Block] = deque(maxlen=capacity)
        self._filled = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waking = False
        self.dropped = 0
        """Blocks thrown away so far."""

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin afresh: what came before is stale, and `loop` is woken from now on."""
        self._blocks.clear()
        self._loop = loop

    @property
    def listening(self) -> bool:
        """Whether somebody takes."""
        return self._loop is not None

    def put(self, block: Block) -> None:
        """Keep a block. Called by the device's thread; never waits, never raises."""
        loop = self._loop
        if loop is None:
            return  # nobody listens yet
        if len(self._blocks) == self._blocks.maxlen:
            self.dropped += 1  # the deque itself lets the oldest go
        self._blocks.append(block)
        if not self._waking:
            self._waking = True
            try:
                loop.call_soon_threadsafe(self._wake)
            except RuntimeError:
                self._loop = None  # the loop is closed: the lesson is over, the device not yet

    def _wake(self) -> None:
        # Cleared before the blocks are taken, so that a block put meanwhile asks for a wake-up of its own.
        self._waking = False
        self._filled.set()

    async def take(self) -> Block:
        """Wait for the next block. Called on the loop."""
        while not self._blocks:
            self._filled.clear()
            await self._filled.wait()
        return self._blocks.popleft()
