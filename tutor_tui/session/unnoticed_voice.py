"""Finds out that the learner speaks and the tutor does not notice: too softly for its threshold, or for the room."""

from __future__ import annotations

from collections import deque

from tutor_tui.core import pcm
from tutor_tui.session.level_meter import Level

_WINDOW = 4_000 // pcm.FRAME_MS
_VOICED = 1_500 // pcm.FRAME_MS
"""So much voice within the window, and the tutor should have noticed: detectors take some 100 ms."""
_OVER_MS = 10_000
"""After so much silence there is nothing left that the tutor could miss."""


class UnnoticedVoice:
    """Told of every frame; once in a lesson it says that a voice goes unnoticed."""

    def __init__(self) -> None:
        self._voiced: deque[bool] = deque(maxlen=_WINDOW)
        self._told = False

    def feed(self, level: Level, *, waits: bool, is_told: bool) -> bool | None:
        """Whether a voice goes unnoticed from now on, or no longer; None where nothing has changed.

        `waits`: the tutor waits for the learner to speak, and this frame went out to it. `is_told`: the learner is
        being told.
        """
        if is_told:
            return False if level.silent_ms >= _OVER_MS else None
        if not waits:
            self._voiced.clear()
            return None
        self._voiced.append(level.voiced)
        if self._told or not level.voiced or sum(self._voiced) < _VOICED:
            return None
        self._told = True
        return True
