"""How loud the microphone is: written once a frame, read by polling."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from tutor_tui.core import pcm

PEAK_HOLD_FRAMES = 75
"""1.5 s of 20 ms frames: long enough to read, short enough to follow a sentence."""
CLIP_HOLD_FRAMES = 100
"""2 s: a clipped consonant lasts a moment, its warning must not."""

_CLIP_DBFS = 20 * math.log10(pcm.CLIP_LEVEL / 32_768) - 10 * math.log10(pcm.FRAME_BYTES / pcm.SAMPLE_BYTES) - 0.01
"""A 20 ms frame with a single clipped sample is at least this loud (−26.8 dBFS): softer ones need not be searched."""


@dataclass(frozen=True, slots=True)
class Level:
    """One reading of the meter."""

    dbfs: float = pcm.FLOOR_DBFS
    peak_dbfs: float = pcm.FLOOR_DBFS
    """The loudest of the last 1.5 s."""
    clipped: bool = False
    """A sample hit the ceiling within the last 2 s."""
    frames: int = 0
    """Frames measured so far; standing still means that no sound arrives."""


class LevelMeter:
    """Measures frames as they pass; `read` costs nothing."""

    def __init__(self) -> None:
        self._level = Level()
        self._peaks: deque[tuple[int, float]] = deque()
        """Frames (number, dBFS) that are the loudest held ones, or will be: loudness falls from left to right."""
        self._clip_age = CLIP_HOLD_FRAMES

    def feed(self, frame: bytes) -> None:
        """Measure one 20 ms frame of 24 kHz mono s16."""
        samples = pcm.samples_of(frame)
        dbfs = pcm.dbfs(samples)
        number = self._level.frames + 1
        while self._peaks and self._peaks[-1][1] <= dbfs:
            self._peaks.pop()
        self._peaks.append((number, dbfs))
        if number - self._peaks[0][0] > PEAK_HOLD_FRAMES:
            self._peaks.popleft()
        clipped = dbfs >= _CLIP_DBFS and pcm.peak(samples) >= pcm.CLIP_LEVEL
        self._clip_age = 0 if clipped else min(self._clip_age + 1, CLIP_HOLD_FRAMES)
        self._level = Level(dbfs, self._peaks[0][1], self._clip_age < CLIP_HOLD_FRAMES, number)

    def read(self) -> Level:
        """The newest reading."""
        return self._level
