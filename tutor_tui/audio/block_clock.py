"""Waits that end with a block of sound.

The event loop is woken for each block of the microphone anyhow. What has to look at something now and then looks at it
then, and costs no wake-up of its own: they are what keeps a laptop's processor from resting.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

_PATIENCE_BLOCKS = 1.5
"""So much longer a wait lasts where no block comes. A block that is a little late still ends it."""


class _Wait(NamedTuple):
    """Somebody who waits."""

    due_s: float
    over: asyncio.Future[None]


class BlockClock:
    """Used on the event loop only."""

    def __init__(self, block_ms: int) -> None:
        self._early_s = block_ms / 1000 / 4
        self._patience_s = block_ms / 1000 * _PATIENCE_BLOCKS
        self._waits: list[_Wait] = []

    def beat(self) -> None:
        """A block has come."""
        if not self._waits:
            return
        now_s = asyncio.get_running_loop().time() + self._early_s
        for wait in self._waits:
            if wait.due_s <= now_s:
                _end(wait.over)

    async def pause(self, seconds: float) -> None:
        """Wait until the first block in or after so many seconds, or a block and a half longer than that where none
        comes.
        """
        loop = asyncio.get_running_loop()
        wait = _Wait(loop.time() + seconds, loop.create_future())
        timer = loop.call_at(wait.due_s + self._patience_s, _end, wait.over)
        self._waits.append(wait)
        try:
            await wait.over
        finally:
            self._waits.remove(wait)
            timer.cancel()


def _end(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)
