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
_SCATTER, _SCATTER_WINDOWS = 12.0, 2
"""By how many samples the lead of a window is off where blocks come up to 12 ms late. So much is expected, as if so
many windows had shown it, until others show better."""
_DRIFT = 12.0
"""By how many samples a second two clocks may well differ (500 ppm): what says little is laid the nearer to 0."""
_SLOWEST = 8
"""In so many windows (4 s) an error is put right, at the slowest: the way of an echo that moves is hard to learn."""
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
        """What is added to it until the end of this window, to come to the line."""
        self.jumps = 0
        """How often the streams were laid side by side anew."""
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
            self.jumps += 1
        self._leads.append((middle, lead))
        self._far, self._near = self.far_at(near), near
        self._begin_window()
        self._drift, lead = self._line(near)
        error = near + lead - self._far
        if len(self._leads) == 1:  # until now a single block has said where the streams lie
            self._far, error = self._far + error, 0.0
        self._correction = _within(error / (_WINDOW * min(_SLOWEST, max(1.0, len(self._leads) / 2))))

    def _line(self, near: int) -> tuple[float, float]:
        """How the leads change from sample to sample, and the lead at this one: ridge regression."""
        count = len(self._leads)
        centre = sum(at for at, _ in self._leads) / count
        mean = sum(lead for _, lead in self._leads) / count
        points = [((at - centre) / pcm.RATE_HZ, lead - mean) for at, lead in self._leads]
        spread = sum(x * x for x, _ in points)
        product = sum(x * y for x, y in points)
        unexplained = sum(y * y for _, y in points) - (product * product / spread if spread else 0.0)
        scatter = (_SCATTER_WINDOWS * _SCATTER**2 + unexplained) / (_SCATTER_WINDOWS + count)
        slope = _within(product / (spread + scatter / _DRIFT**2) / pcm.RATE_HZ)
        return slope, mean + slope * (near - centre)

    def far_at(self, near: float) -> float:
        """Which sample of the speaker's belongs to this one of the microphone's, the newest: without leaps."""
        return self._far + (near - self._near) * (1.0 + self._drift + self._correction)

    def line(self, near: int) -> tuple[float, float]:
        """The same for the last seconds before this one, by all that is known now: the sample, and how many of the
        speaker's belong to one of the microphone's.
        """
        if not self._leads:
            return self.far_at(near), 1.0 + self._drift
        slope, lead = self._line(near)
        return near + lead, 1.0 + slope

    @property
    def drift_ppm(self) -> float:
        """How much faster the speaker's clock runs, in millionths."""
        return self._drift * 1e6


def _within(share: float) -> float:
    return max(-_FASTEST, min(_FASTEST, share))
