"""Which sound of the speaker belongs to which of the microphone: two streams of blocks, by two clocks.

Both streams are counted in samples as their blocks pass through our callbacks, so that no figure a device tells of its
delay is trusted. A block may come late, and never before it is due: of each half second the most punctual block of each
stream says where that stream is, to a fraction of what a block is late as a rule. How far the speaker's stream leads is
constant, but for the difference of the clocks: a line through the last minute follows that. The rest of the delay
(buffers, air) the echo canceller finds by itself.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from tutor_tui.core import pcm

_WINDOW = pcm.RATE_HZ // 2
"""So many samples of the microphone (0.5 s) are looked at at once."""
MARGIN = 3 * pcm.RATE_HZ // 100
"""So much before the newest sample is read (30 ms): the speaker's next block may be due, and a little late. It is heard
only after the one before it, so that no echo comes earlier."""
_JUMP = 12 * pcm.RATE_HZ // 1000
"""When the streams are so far from where they were (12 ms), sound was lost, and they are laid side by side anew."""
_KEPT_WINDOWS = 120
"""A line through the leads of the last minute says where the streams lie, and how far their clocks differ."""
_SCATTER_S2 = 4.0
"""How little a short line is believed, in s²: a lead is off by some 12 samples where blocks come up to 12 ms late, and
clocks differ by some 6 samples a second (250 ppm), as a rule: (12 / 6)²."""
_FASTEST = 0.002
"""The largest difference of two clocks that is believed: real ones differ by less than 0.001."""
_SETTLED_WINDOWS = 6
"""After so many (3 s) half of a difference is known, and an echo canceller follows the rest."""


class Moment(NamedTuple):
    """When a block of the microphone came, and what had gone to the speaker by then."""

    at_s: float
    written: int
    """Samples."""
    written_at_s: float
    """When the last of them did, by the same clock."""

    @property
    def due(self) -> float:
        """How many samples are due to the speaker by now, as it seems from its last block."""
        return self.written + (self.at_s - self.written_at_s) * pcm.RATE_HZ


class Alignment:
    """Told how much of each stream has come; tells where the speaker's is to be read."""

    def __init__(self) -> None:
        self._near = 0
        """At this sample of the microphone the place in the speaker's stream is known."""
        self._far = 0.0
        """That place."""
        self._drift = 0.0
        """How much faster than the microphone's the speaker's clock is, as a share."""
        self._correction = 0.0
        """What is added to it until the end of this window."""
        self._near_ahead = self._far_ahead = -math.inf
        """How many samples the most punctual block of this window had come before those that our clock asks for."""
        self._leads: deque[tuple[float, float]] = deque(maxlen=_KEPT_WINDOWS)
        """Of each window: where its middle was in the microphone's stream, and by how much the speaker's led."""

    @property
    def settled(self) -> bool:
        """Whether it is known how far the clocks differ."""
        return len(self._leads) >= _SETTLED_WINDOWS

    def begin(self, near: int, moment: Moment) -> None:
        """Both streams begin here, or anew."""
        self._near, self._far = near, moment.due - MARGIN
        self._drift = self._correction = 0.0
        self._begin_window()
        self._leads.clear()

    def _begin_window(self) -> None:
        self._near_ahead = self._far_ahead = -math.inf

    def arrived(self, near: int, moment: Moment) -> None:
        """So many samples of the microphone had come at that moment."""
        self._near_ahead = max(self._near_ahead, near - moment.at_s * pcm.RATE_HZ)
        self._far_ahead = max(self._far_ahead, moment.written - moment.written_at_s * pcm.RATE_HZ)
        if near - self._near < _WINDOW:
            return
        middle, lead = (self._near + near) / 2, self._far_ahead - self._near_ahead - MARGIN
        jump = middle + lead - self.far_at(middle)
        if abs(jump) > _JUMP:
            self._leads = deque(((at, before + jump) for at, before in self._leads), _KEPT_WINDOWS)
            self._far += jump
        self._leads.append((middle, lead))
        self._far, self._near = self.far_at(near), near
        self._begin_window()
        self._drift, lead = self._line(near)
        error = near + lead - self._far
        if len(self._leads) == 1:  # until now a single block has said where the streams lie
            self._far, error = self._far + error, 0.0
        self._correction = _within(error / _WINDOW)

    def _line(self, near: int) -> tuple[float, float]:
        """How the leads change from sample to sample, and the lead at this one."""
        count = len(self._leads)
        centre = sum(at for at, _ in self._leads) / count
        mean = sum(lead for _, lead in self._leads) / count
        spread = sum((at - centre) ** 2 for at, _ in self._leads) + _SCATTER_S2 * pcm.RATE_HZ**2
        slope = _within(sum((at - centre) * (lead - mean) for at, lead in self._leads) / spread)
        return slope, mean + slope * (near - centre)

    def far_at(self, near: float) -> float:
        """Which sample of the speaker's belongs to this one of the microphone's."""
        return self._far + (near - self._near) * (1.0 + self._drift + self._correction)

    @property
    def drift_ppm(self) -> float:
        """How much faster the speaker's clock runs, in millionths."""
        return self._drift * 1e6


def _within(share: float) -> float:
    return max(-_FASTEST, min(_FASTEST, share))
