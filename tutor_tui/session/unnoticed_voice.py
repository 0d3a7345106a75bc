"""Finds out that the learner speaks and the tutor does not notice: too softly for its threshold, or for the room.

By loudness alone music cannot be told from a voice; a tone and a hum can, because they are as loud all the time.
"""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import Literal

from tutor_tui.core import pcm
from tutor_tui.core.local_events import Unnoticed
from tutor_tui.session.level_meter import LOUD_ROOM_DBFS, Level

_WINDOW = 4_000 // pcm.FRAME_MS
_VOICED = 1_500 // pcm.FRAME_MS
"""So much voice within the window, and the tutor should have noticed: detectors take some 100 ms."""
_OVER_MS = 10_000
"""After so much silence there is nothing left that the tutor could miss."""
_STEADY_DB = 6.0
"""How far a tone stays within, from its softest tenth to its loudest. Measured on frames of 20 ms that stand out, at
least 1.5 s of them within 4 s: 12 dB and more in 17 recordings of people, below 1 dB in a tone, a hum and a fan.
"""
_LOUD_DBFS = -40.0
"""Nobody needs to be louder: 16 of those 17 are between -33 and -23 dBFS on average."""


class UnnoticedVoice:
    """Told of every frame; once in a lesson it says that a voice goes unnoticed."""

    def __init__(self) -> None:
        self._voiced: deque[float | None] = deque(maxlen=_WINDOW)
        """How loud each frame was that stood out, in dBFS; None for the others."""
        self._told = False

    def feed(self, level: Level, *, waits: bool, is_told: bool) -> Unnoticed | Literal[False] | None:
        """How a voice goes unnoticed from now on; False where it no longer does, None where nothing has changed.

        `waits`: the tutor waits for the learner to speak, and this frame went out to it. `is_told`: the learner is
        being told.
        """
        if is_told:
            return False if level.silent_ms >= _OVER_MS else None
        if not waits:
            self._voiced.clear()
            return None
        self._voiced.append(level.dbfs if level.voiced else None)
        if self._told or not level.voiced or len(self._voiced) - self._voiced.count(None) < _VOICED:
            return None
        loudness = sorted(each for each in self._voiced if each is not None)
        if loudness[len(loudness) * 9 // 10] - loudness[len(loudness) // 10] < _STEADY_DB:
            return None
        self._told = True
        if level.floor_dbfs >= LOUD_ROOM_DBFS:
            return "in noise"
        return "loud" if fmean(loudness) >= _LOUD_DBFS else "soft"
