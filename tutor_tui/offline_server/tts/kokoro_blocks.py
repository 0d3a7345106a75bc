"""A phrase of Kokoro's made block by block: where blocks meet, and how they become one sound."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm

Frames = NDArray[np.float32]
Samples = NDArray[np.float32]

FRAME = 600
"""Samples; 40 frames are a second."""
SHORTEST, LONGEST, LONGEST_FIRST, SHORTEST_END = 24, 120, 75, 12
"""Frames of one block, of the first one at most, and of the last one at least."""
SPARE = 4
"""So many frames more a block may have, rather than leave them to another."""
SOFT_START = 5
"""Frames of the first block that may be silent, and cut off: they are made, and not heard."""
GROWTH, CAUTION = 1.3, 0.9
"""A block may be so much longer than the one before; and take so much of what is still to be heard."""
USUAL = 0.48
"""Of a frame's length, so long one takes to make on two slow cores (12 ms, measured): until this machine is known."""
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


def block_ends(energy: Frames, first: int, last: int, takes: float = USUAL) -> list[int]:
    """From `first` to `last`, in blocks that each end at the quietest frame near by.

    The first is as short as the second allows, which has to be there before the first is heard out; each of the others
    as long as what is still to be heard allows. A block that comes late is a hole in the middle of a word. `takes` is
    how long a frame takes to make, of its length.
    """
    ends, ahead, size = [first], 0.0, 0
    while True:
        size = _longest(int(GROWTH * size), ahead, takes) if len(ends) > 1 else _shortest(takes)
        left = last - ends[-1]
        if left <= size + SPARE:
            break
        middle = ends[-1] + min(size, left - SHORTEST_END)
        near = np.arange(middle - SEARCH, middle + SEARCH)
        loudness = energy[2 * near] + energy[2 * near - 1]
        ends.append(int(near[int(loudness.argmin())]))
        size = ends[-1] - ends[-2]
        ahead += size - (takes * _made(size) if len(ends) > 2 else SOFT_START)
    return [*ends, last] if last > first else []


def _shortest(takes: float) -> int:
    sizes = range(SHORTEST, LONGEST_FIRST)
    return next((size for size in sizes if GROWTH * takes * _made(size) <= size - SOFT_START), LONGEST_FIRST)


def _longest(most: int, ahead: float, takes: float) -> int:
    sizes = range(min(LONGEST, most), SHORTEST, -1)
    return next((size for size in sizes if takes * _made(size + SEARCH) <= CAUTION * ahead), SHORTEST)


def _made(size: int) -> int:
    """How many frames are made for a block of so many."""
    own = size + BEFORE + AFTER
    return own + max(0, ENOUGH - own) // 2


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
