"""A phrase of Kokoro's made block by block: where blocks meet, and how they become one sound."""

from __future__ import annotations

from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm

Frames = NDArray[np.float32]
Samples = NDArray[np.float32]

FRAME = 600
"""Samples; 40 frames are a second."""
BLOCKS = (28, 28, 36, 50, 75, 110, 120)
"""Frames of one block after the other, the last for all that follow.

On two slow cores a frame takes half of its length, and each block has up to twenty that are thrown away: a shorter
first one would be heard 80 ms sooner, and then there would be a hole of 200 to 400 ms in the middle of a word.
"""
SHORTEST_END, SPARE = 12, 4
"""Frames of the last block at least; and so many a block may have more, rather than leave them to another."""
SEARCH = 3
"""A block may end so many frames earlier or later, where it is quieter."""
BEFORE, AFTER = 5, 4
"""Frames around a block that are made and thrown away: without neighbours its ends would sound different."""
ENOUGH = 46
"""Frames that are a fair picture of a phrase: a block that is shorter gets samples from all over it."""
SILENT, MARGIN = -6.0, 2
"""Below this energy, which is a logarithm, nothing is said; so many frames more are made of what is."""
MOST_GAIN = 1.6
"""The model evens out how loud a block is; by what two of them share, one is made as loud as the other."""
FADE_MS = 10


def sounding(energy: Frames, frames: int) -> tuple[int, int]:
    """The frames that are said: before and behind them is silence, which the second half would fill with noise."""
    said = np.flatnonzero(energy > SILENT) // 2
    if not said.size:
        return 0, 0
    return max(0, int(said[0]) - MARGIN), min(frames, int(said[-1]) + 1 + MARGIN)


def block_ends(energy: Frames, first: int, last: int) -> list[int]:
    """From `first` to `last`, in blocks that grow; each ends at the quietest frame near by."""
    ends = [first]
    for size in chain(BLOCKS, repeat(BLOCKS[-1])):
        left = last - ends[-1]
        if left <= size + SPARE:
            break
        middle = ends[-1] + min(size, left - SHORTEST_END)
        near = np.arange(middle - SEARCH, middle + SEARCH)
        loudness = energy[2 * near] + energy[2 * near - 1]
        ends.append(int(near[int(loudness.argmin())]))
    return [*ends, last] if last > first else []


def with_samples(start: int, over: int, first: int, last: int) -> NDArray[np.int64]:
    """The frames from `start` to `over`, and behind them a few from all over the phrase, which are thrown away.

    The model evens out what it is given as a whole: without them a block would sound as if it were all there is.
    """
    own = np.arange(start, over)
    wanted = min(last - first - len(own), ENOUGH - len(own)) // 2
    return np.concatenate([own, np.linspace(first, last - 1, wanted).astype(np.int64)]) if wanted > 0 else own


# ---- sound ----------------------------------------------------------------------------------------------------------


class Join:
    """Blocks that overlap, made one sound."""

    def __init__(self) -> None:
        self._made: Samples = np.zeros(0, np.float32)
        self._made_until = 0
        """Where in the phrase the last block's sound ends, in samples, its neighbours included."""

    def joined(self, sound: Samples, start: int, begin: int, end: int) -> Samples:
        """From `begin` to `end` of a block whose `sound` starts at `start`; as loud as the one before, and faded in."""
        shared = self._made_until - start
        if shared > 0:
            before = self._made[-shared:]
            sound = sound * _gain(before, sound[:shared])
            fade = pcm.bytes_of(FADE_MS) // pcm.SAMPLE_BYTES
            at = begin - start
            ramp = np.linspace(0, 1, fade, dtype=np.float32)
            sound[at : at + fade] = before[at : at + fade] * (1 - ramp) + sound[at : at + fade] * ramp
        self._made, self._made_until = sound, start + len(sound)
        return sound[begin - start : end - start]


def _gain(one: Samples, other: Samples) -> float:
    """By what `other` is as loud as `one`."""
    loud, louder = float(np.square(one).mean()), float(np.square(other).mean())
    return min(MOST_GAIN, max(1 / MOST_GAIN, (loud / louder) ** 0.5)) if louder > 0 else 1.0
