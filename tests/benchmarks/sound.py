"""Reading a recording: when sound began, when it ended, and whether a tone came through whole."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.support.pulse import LOUD, Recording

RATE_HZ = 24_000
TONE_HZ = 440.0
HOLE_MS = 1.0
"""Silence longer than this inside a tone is a hole. The tone itself is below `LOUD` for 0.03 ms at a time."""
_BREAK = 400
"""A tone of 440 Hz is foretold by its last two samples to within 5 steps; an error this large is a break (a click)."""

_TAIL = RATE_HZ * 5 // 1000
"""The last 5 ms are not asked for breaks: where a tone ends off zero, a careful client lets it sink."""

__all__ = ["LOUD", "RATE_HZ", "TONE_HZ", "Stretch", "onsets", "stretch_of"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What sounded between two times."""

    start_s: float
    """When the first loud sample sounded, by `time.monotonic()`."""
    end_s: float
    """When the last did."""
    holes_ms: float
    """Silence inside, in all."""
    breaks: int
    """Places where the tone does not go on as it must: samples lost, doubled or silenced."""

    @property
    def ms(self) -> float:
        """How long it sounded, holes not counted."""
        return (self.end_s - self.start_s) * 1000 - self.holes_ms


def stretch_of(recording: Recording, from_s: float, to_s: float | None = None) -> Stretch | None:
    """What sounded between two times; None for silence."""
    whole = np.frombuffer(recording.pcm, dtype="<i2")
    first = recording.index_at(from_s)
    window = whole[first : None if to_s is None else recording.index_at(to_s)]
    loud = np.flatnonzero(np.abs(window.astype(np.int32)) >= LOUD)
    if not loud.size:
        return None
    gaps = np.diff(loud)
    holes = gaps[gaps > HOLE_MS * RATE_HZ / 1000].sum() * 1000 / RATE_HZ
    start, end = int(loud[0]), int(loud[-1])
    times = recording.time_of(first + start), recording.time_of(first + end)
    return Stretch(*times, float(holes), breaks(window[start : end + 1 - _TAIL]))


def onsets(recording: Recording, from_s: float, quiet_s: float = 0.1) -> list[float]:
    """When sound began after at least `quiet_s` of silence, each time."""
    first = recording.index_at(from_s)
    window = np.frombuffer(recording.pcm, dtype="<i2")[first:]
    loud = np.flatnonzero(np.abs(window.astype(np.int32)) >= LOUD)
    begins = loud[np.diff(loud, prepend=-RATE_HZ) > quiet_s * RATE_HZ]
    return [recording.time_of(first + int(each)) for each in begins]


def breaks(tone: npt.NDArray[np.int16]) -> int:
    """Places, at least 5 ms apart, where a tone of `TONE_HZ` does not go on as it must."""
    x = tone.astype(np.float64)
    if x.size < 3:
        return 0
    error = np.abs(x[2:] - 2 * math.cos(math.tau * TONE_HZ / RATE_HZ) * x[1:-1] + x[:-2])
    places = np.flatnonzero(error > _BREAK)
    return int(places.size > 0) + int((np.diff(places) > RATE_HZ // 200).sum())
