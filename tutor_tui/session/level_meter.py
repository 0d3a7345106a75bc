"""How loud the microphone is, and how long it has been quiet: written once a frame, read by polling.

Whether somebody speaks is judged by loudness alone, against the quietest moment of the last 3 s: a guide for the eye,
at next to no cost. The tutor judges for itself.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from tutor_tui.core import pcm

PEAK_HOLD_FRAMES = 75
"""1.5 s of 20 ms frames: long enough to read, short enough to follow a sentence."""
CLIP_HOLD_FRAMES = 100
"""2 s: a clipped consonant lasts a moment, its warning must not."""
FLOOR_FRAMES = 150
"""3 s: hardly anybody speaks for so long without a moment's pause, in which the room is heard."""
_VOICE_OVER_FLOOR_DB = 10.0
LOUD_ROOM_DBFS = -45.0
"""A room whose quietest moment is as loud as this drowns voices: a quiet one is below -60. Chosen, and not measured."""
_FAINTEST_VOICE_DBFS = -68.0
"""Softer sound is the noise of the sound card, whatever stands out from it."""

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
    voiced: bool = False
    """It stands out from the room, as a voice does."""
    floor_dbfs: float = pcm.FLOOR_DBFS
    """The quietest of the last 3 s: the room."""
    silent_ms: int = 0
    """How long nothing has."""


class LevelMeter:
    """Measures frames as they pass; `read` costs nothing."""

    def __init__(self) -> None:
        self._level = Level()
        self._peaks: deque[tuple[int, float]] = deque()
        """Frames (number, dBFS) that are the loudest held ones, or will be: loudness falls from left to right."""
        self._lows: deque[tuple[int, float]] = deque()
        """The same for the quietest: loudness rises from left to right."""
        self._above = False
        """The last frame stood out from the room: one alone is a click."""
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
        voiced = self._stands_out(number, dbfs)
        silent_ms = 0 if voiced else self._level.silent_ms + pcm.FRAME_MS
        self._level = Level(
            dbfs, self._peaks[0][1], self._clip_age < CLIP_HOLD_FRAMES, number, voiced, self._lows[0][1], silent_ms
        )

    def _stands_out(self, number: int, dbfs: float) -> bool:
        while self._lows and self._lows[-1][1] >= dbfs:
            self._lows.pop()
        self._lows.append((number, dbfs))
        if number - self._lows[0][0] > FLOOR_FRAMES:
            self._lows.popleft()
        before, self._above = (
            self._above,
            dbfs >= max(_FAINTEST_VOICE_DBFS, self._lows[0][1] + _VOICE_OVER_FLOOR_DB),
        )
        return before and self._above

    def read(self) -> Level:
        """The newest reading."""
        return self._level
