"""How the voice becomes louder, quieter or silent without a click."""

from __future__ import annotations

from array import array
from itertools import chain, repeat
from operator import mul

from tutor_tui.core import pcm

FADE_MS = 10
"""How long the voice takes to vanish when it is stopped, and from one loudness to another."""
FADE_BYTES = pcm.bytes_of(FADE_MS)
_SOFTEN_MS = 3
"""How long a break in the voice takes to reach zero, or to come back, so that it does not click."""
_SOFTEN_BYTES = pcm.bytes_of(_SOFTEN_MS)


def faded_in(piece: bytes) -> bytes:
    """`piece`, as the voice comes back after a break."""
    head = pcm.samples_of(piece[:_SOFTEN_BYTES])
    risen = array("h", (int(sample * i / len(head)) for i, sample in enumerate(head)))
    return pcm.bytes_from(risen) + piece[_SOFTEN_BYTES:]


def sunk(last_sample: bytes, room: int) -> bytes:
    """From the last sample down to zero, in `room` bytes at most; nothing where that is there already."""
    level = int.from_bytes(last_sample, "little", signed=True)
    count = min(_SOFTEN_BYTES, room) // 2 if level else 0
    return pcm.bytes_from(array("h", (int(level * (count - 1 - i) / count) for i in range(count))))


def at_gain(block: bytes, before: float, gain: float) -> bytes:
    """`block` so many times as loud, and at its beginning as many times as `before`."""
    if before == gain == 1.0:
        return block
    samples, count = pcm.samples_of(block), FADE_BYTES // 2
    step = (gain - before) / count
    gains = chain((before + step * i for i in range(count)), repeat(gain))
    return pcm.bytes_from(array("h", map(int, map(mul, samples, gains))))
