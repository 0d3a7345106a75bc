"""Which sound of the speaker belongs to which of the microphone: two streams of blocks, by two clocks.

Both streams are counted in samples as their blocks pass through our callbacks. How far the speaker's leads is constant,
but for the difference of the clocks, which a line through the last minute follows. It is told in two ways. By when the
blocks come: a block may come late, and never before it is due, so that of each half second the most punctual one of
each stream counts. And by what the devices say of their delays: that alone tells when a sound server delivers what it
hears later and later, up to a block (19 ms within 10 s, measured on PulseAudio). A delay that is a lie does no harm
while it is always the same; where it is not, its scatter is seen, and the first way is followed. The rest of the delay
(buffers, air) the echo canceller finds by itself.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median
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
_STEADIER, _STEADIER_BY = 4.0, 100.0
"""The other way is followed from now on where its scatter is so many times smaller, and by so much (samples²)."""
_UNWRITTEN = MARGIN - pcm.RATE_HZ // 50
"""So far (10 ms) the devices' word may lead before what went to the speaker: a block of 20 ms goes there at a time."""
_SETTLED_WINDOWS = 6
"""After so many (3 s) half of a difference is known, and an echo canceller follows the rest."""


class Moment(NamedTuple):
    """When a block of the microphone came, and what had gone to the speaker by then; all by one clock, in seconds."""

    at_s: float
    captured_s: float
    """When it was taken, as the device tells."""
    written: int
    """Samples."""
    written_at_s: float
    """When the last of them went there."""
    heard_s: float
    """When the last of them will be heard, as the device tells."""

    @property
    def due(self) -> float:
        """How many samples are due to the speaker by now, as it seems from its last block."""
        return self.written + (self.at_s - self.written_at_s) * pcm.RATE_HZ


class _Leads:
    """By how much the speaker's stream led the microphone's, by one way to tell, and the line through that."""

    def __init__(self) -> None:
        self._windows: deque[tuple[float, float]] = deque(maxlen=_KEPT_WINDOWS)
        """Of each: where its middle was in the microphone's stream, and the lead, in samples."""
        self.scatter = _SCATTER**2
        """How far they lie from their line: the mean square."""
        self._centre = self._mean = 0.0
        self.slope = 0.0
        """How much the lead grows from sample to sample."""

    def __len__(self) -> int:
        return len(self._windows)

    def at(self, near: float) -> float:
        """The lead at this sample of the microphone's."""
        return self._mean + self.slope * (near - self._centre)

    def shift(self, samples: float) -> None:
        """All of it is so much more."""
        self._windows = deque(((at, lead + samples) for at, lead in self._windows), _KEPT_WINDOWS)
        self._mean += samples

    def add(self, middle: float, lead: float) -> float:
        """Another window; by how much the streams have jumped, 0 as a rule."""
        jump = lead - self.at(middle) if self._windows else 0.0
        jump = jump if abs(jump) > _JUMP else 0.0
        if jump:
            self.shift(jump)
        self._windows.append((middle, lead))
        self._lay_line()
        return jump

    def _lay_line(self) -> None:
        """Ridge regression."""
        count = len(self._windows)
        self._centre = sum(at for at, _ in self._windows) / count
        self._mean = sum(lead for _, lead in self._windows) / count
        points = [((at - self._centre) / pcm.RATE_HZ, lead - self._mean) for at, lead in self._windows]
        spread = sum(x * x for x, _ in points)
        product = sum(x * y for x, y in points)
        unexplained = sum(y * y for _, y in points) - (product * product / spread if spread else 0.0)
        self.scatter = (_SCATTER_WINDOWS * _SCATTER**2 + unexplained) / (_SCATTER_WINDOWS + count)
        self.slope = _within(product / (spread + self.scatter / _DRIFT**2) / pcm.RATE_HZ)


class Alignment:
    """Told how much of each stream has come; tells where the speaker's is to be read."""

    def __init__(self) -> None:
        self._near = 0
        """At this sample of the microphone the place in the speaker's stream is known."""
        self._far = 0.0
        """That place."""
        self._correction = 0.0
        """What is added to the line's slope until the end of this window, to come to it."""
        self.jumps = 0
        """How often the streams were laid side by side anew."""
        self._near_ahead = self._far_ahead = -math.inf
        """How many samples the most punctual block of this window had come before those that our clock asks for."""
        self._told: list[float] = []
        """The leads of this window, as the devices tell them."""
        self._delays: set[tuple[float, float]] = set()
        """What they tell of their delays in it, in s: a single pair is not told but made up."""
        self._offset = 0.0
        """What is added to these, so that both ways begin at one place."""
        self._by_blocks, self._by_devices = _Leads(), _Leads()
        self._followed = self._by_devices

    @property
    def settled(self) -> bool:
        """Whether it is known how far the clocks differ."""
        return len(self._by_blocks) >= _SETTLED_WINDOWS

    def begin(self, near: int, moment: Moment) -> None:
        """Both streams begin here, or anew."""
        self._near, self._far = near, moment.due - MARGIN
        self._correction = 0.0
        self._by_blocks, self._by_devices = _Leads(), _Leads()
        self._followed = self._by_devices
        self._begin_window()

    def _begin_window(self) -> None:
        self._near_ahead = self._far_ahead = -math.inf
        self._told, self._delays = [], set()

    def arrived(self, near: int, moment: Moment) -> None:
        """So many samples of the microphone had come at that moment."""
        self._near_ahead = max(self._near_ahead, near - moment.at_s * pcm.RATE_HZ)
        self._far_ahead = max(self._far_ahead, moment.written - moment.written_at_s * pcm.RATE_HZ)
        self._told.append(moment.written - near - (moment.heard_s - moment.captured_s) * pcm.RATE_HZ)
        self._delays.add((round(moment.at_s - moment.captured_s, 6), round(moment.heard_s - moment.written_at_s, 6)))
        if near - self._near < _WINDOW:
            return
        middle = (self._near + near) / 2
        is_first = not self._by_blocks
        if jump := self._jump(middle):
            self._far += jump
            self.jumps += 1
        self._far, self._near = self.far_at(near), near
        self._begin_window()
        error = near + self._followed.at(near) - self._far
        if is_first:  # until now a single block has said where the streams lie
            self._far, error = self._far + error, 0.0
        self._correction = _within(error / (_WINDOW * min(_SLOWEST, max(1.0, len(self._followed) / 2))))

    def _jump(self, middle: float) -> float:
        """Take the leads of a window, by both ways; by how much the one that is followed has jumped."""
        by_blocks = self._far_ahead - self._near_ahead - MARGIN
        if not self._by_blocks:
            self._offset = by_blocks - median(self._told)
        by_devices = median(self._told) + self._offset
        blocks_jumped = self._by_blocks.add(middle, by_blocks)
        devices_jumped = self._by_devices.add(middle, by_devices)
        if (unwritten := self._by_devices.at(middle) - by_blocks) > _UNWRITTEN:
            self._offset -= unwritten
            self._by_devices.shift(-unwritten)
            devices_jumped -= unwritten
        if len(self._delays) == 1:
            self._followed = self._by_blocks
        elif (other := self._other).scatter * _STEADIER + _STEADIER_BY < self._followed.scatter:
            self._followed = other
        return blocks_jumped if self._followed is self._by_blocks else devices_jumped

    @property
    def _other(self) -> _Leads:
        return self._by_blocks if self._followed is self._by_devices else self._by_devices

    def far_at(self, near: float) -> float:
        """Which sample of the speaker's belongs to this one of the microphone's, the newest: without leaps."""
        return self._far + (near - self._near) * (1.0 + self._followed.slope + self._correction)

    def line(self, near: int) -> tuple[float, float]:
        """The same for the last seconds before this one, by all that is known now: the sample, and how many of the
        speaker's belong to one of the microphone's.
        """
        if not self._followed:
            return self.far_at(near), 1.0
        return near + self._followed.at(near), 1.0 + self._followed.slope

    @property
    def drift_ppm(self) -> float:
        """How much faster the speaker's clock runs, in millionths."""
        return self._followed.slope * 1e6


def _within(share: float) -> float:
    return max(-_FASTEST, min(_FASTEST, share))
