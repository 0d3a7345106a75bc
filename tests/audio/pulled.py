"""A device's thread that the test is: it pulls what playback has, block by block, by a clock of its own."""

from __future__ import annotations

from array import array

from tutor_tui.audio.playback import Playback
from tutor_tui.audio.playback_items import Item
from tutor_tui.core import pcm

BLOCK = pcm.FRAME_BYTES
LATENCY_S = 0.04


class Notes:
    """Writes down what playback tells, and keeps a clock that only the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.ended_at: dict[str, float] = {}
        self.playback = Playback(self.ended, clock=lambda: self.now_s)

    def ended(self, item: Item, audible_until_s: float) -> None:
        assert item.id not in self.ended_at, "an end is told once"
        self.ended_at[item.id] = audible_until_s
        item.ending = True

    def pull(self, byte_count: int = BLOCK) -> bytes:
        block = self.playback.pull(byte_count, LATENCY_S)
        assert len(block) == byte_count
        self.now_s += byte_count / pcm.BYTES_PER_MS / 1000
        return block

    def pull_ms(self, ms: int) -> bytes:
        return b"".join(self.pull() for _ in range(ms // pcm.FRAME_MS))


def ramp(ms: float, first: int = 1) -> bytes:
    """Sound in which every sample differs from its neighbours, so that one lost or doubled would show."""
    count = pcm.bytes_of(ms) // 2
    return array("h", ((first + i) % 20_000 + 1 for i in range(count))).tobytes()
