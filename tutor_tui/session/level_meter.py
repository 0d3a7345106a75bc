"""How loud the microphone is: written once a frame, read by polling."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.core import pcm

PEAK_HOLD_FRAMES = 75
"""1.5 s of 20 ms frames: long enough to read, short enough to follow a sentence."""
CLIP_HOLD_FRAMES = 100
"""2 s: a clipped consonant lasts a moment, its warning must not."""


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
        self._peak_age = 0
        self._clip_age = CLIP_HOLD_FRAMES

    def feed(self, frame: bytes) -> None:
        """Measure one 20 ms frame of 24 kHz mono s16."""
        samples = pcm.samples_of(frame)
        dbfs = pcm.dbfs(samples)
        self._peak_age += 1
        held = self._level.peak_dbfs
        if dbfs >= held or self._peak_age > PEAK_HOLD_FRAMES:
            held, self._peak_age = dbfs, 0
        self._clip_age = 0 if pcm.peak(samples) >= pcm.CLIP_LEVEL else min(self._clip_age + 1, CLIP_HOLD_FRAMES)
        self._level = Level(dbfs, held, self._clip_age < CLIP_HOLD_FRAMES, self._level.frames + 1)

    def read(self) -> Level:
        """The newest reading."""
        return self._level
