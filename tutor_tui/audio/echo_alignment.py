"""Which sound of the speaker belongs to which of the microphone: two streams of blocks, by two clocks.

Both streams are counted in samples as their blocks pass through our callbacks, so that no figure a device tells of its
delay is trusted. How far the speaker's stream leads when a block of the microphone comes is constant, but for the
irregularity of the blocks and for the difference of the clocks: the median over a second leaves out the one, and a
line through the medians of the last minute follows the other. The rest of the delay (buffers, air) the echo canceller
finds by itself.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from tutor_tui.core import pcm

_WINDOW = pcm.RATE_HZ
"""So many samples of the microphone (1 s) are looked at at once."""
MARGIN = 3 * pcm.RATE_HZ // 100
"""So much before the newest sample is read (30 ms): the speaker's next block may be due, and a little late. It is heard
only after the one before it, so that no echo comes earlier."""
_JUMP = pcm.RATE_HZ // 12
"""When the streams are so far from where they were (83 ms), sound was lost, and they are laid side by side anew."""
_KEPT_WINDOWS = 60
"""A line through the medians of the last minute says where the streams lie, and how far their clocks differ."""
_SCATTER_S2 = 6.0
"""How little a short line is believed, in s²: a median is off by some 15 samples where blocks come up to 12 ms late,
and clocks differ by some 6 samples a second (250 ppm), as a rule: (15 / 6)²."""
_FASTEST = 0.002
"""The largest difference of two clocks that is believed: real ones differ by less than 0.001."""
_SETTLED_WINDOWS = 5
"""After so many (5 s) two thirds of a difference are known, and an echo canceller follows the rest."""


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
        self._leads: list[float] = []
        """By how much the speaker's stream was further than the microphone's, at each block of this window."""
        self._medians: deque[tuple[float, float]] = deque(maxlen=_KEPT_WINDOWS)
        """Of each window: where its middle was in the microphone's stream, and the median of its leads."""

    @property
    def settled(self) -> bool:
        """Whether it is known how far the clocks differ."""
        return len(self._medians) >= _SETTLED_WINDOWS

    def begin(self, near: int, far: float) -> None:
        """Both streams begin here, or anew."""
        self._near, self._far = near, far - MARGIN
        self._drift = self._correction = 0.0
        self._leads = []
        self._medians.clear()

    def arrived(self, near: int, far: float) -> None:
        """So many samples had come of the microphone, and so many were due to the speaker at that moment."""
        self._leads.append(far - near)
        if near - self._near < _WINDOW:
            return
        middle, lead = (self._near + near) / 2, median(self._leads) - MARGIN
        jump = middle + lead - self.far_at(middle)
        if abs(jump) > _JUMP:
            self._medians = deque(((at, before + jump) for at, before in self._medians), _KEPT_WINDOWS)
            self._far += jump
        self._medians.append((middle, lead))
        self._far, self._near, self._leads = self.far_at(near), near, []
        self._drift, lead = self._line(near)
        error = near + lead - self._far
        if len(self._medians) == 1:  # until now a single block has said where the streams lie
            self._far, error = self._far + error, 0.0
        self._correction = _within(error / _WINDOW)

    def _line(self, near: int) -> tuple[float, float]:
        """How the leads change from sample to sample, and the lead at this one."""
        count = len(self._medians)
        centre = sum(at for at, _ in self._medians) / count
        mean = sum(lead for _, lead in self._medians) / count
        spread = sum((at - centre) ** 2 for at, _ in self._medians) + _SCATTER_S2 * pcm.RATE_HZ**2
        slope = _within(sum((at - centre) * (lead - mean) for at, lead in self._medians) / spread)
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
