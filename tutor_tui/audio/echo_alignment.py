"""Which sound of the speaker belongs to which of the microphone: two streams of blocks, by two clocks.

Both streams are counted in samples as their blocks pass through our callbacks. How far the speaker's leads is constant,
but for the difference of the clocks, which a line through the last minute follows. It is told in two ways. By when the
blocks come: a block may come late, and never before it is due, so that of each half second the most punctual one of
each stream counts. And by the echo: once it was heard for 1.5 s, its delay tells of the clocks to a few millionths, and
is followed, for a sound server may deliver what it hears later and later, up to a block (19 ms within 10 s, measured on
PulseAudio; what devices say of their delays wanders by a millisecond there). The blocks tell then only where sound was
lost. What the delay is (buffers, air) the echo canceller finds by itself.
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
"""When the streams are so far from where they were half a second ago (12 ms), sound was lost, and they are laid side by
side anew."""
_KEPT_WINDOWS = 120
"""A line through the leads of the last minute says where the streams lie, and how far their clocks differ."""
_BLOCKS_SCATTER, _ECHO_SCATTER, _SCATTER_WINDOWS = 12.0, 1.5, 2
"""By how many samples the lead of a window is off: where blocks come up to 12 ms late, and by the echo while the clocks
differ by 1000 ppm. So much is expected, as if so many windows had shown it, until others show better."""
_DRIFT = 12.0
"""By how many samples a second two clocks may well differ (500 ppm): what says little is laid the nearer to 0."""
_SLOWEST = 8
"""In so many windows (4 s) an error is put right, at the slowest: the way of an echo that moves is hard to learn."""
_FASTEST = 0.002
"""The largest difference of two clocks that is believed: real ones differ by less than 0.001."""
_UNWRITTEN = MARGIN - pcm.RATE_HZ // 50
"""So far (10 ms) an echo may lead before what went to the speaker: a block of 20 ms goes there at a time."""
_SETTLED_WINDOWS = 6
"""After so many (3 s) the blocks tell half of a difference, and an echo canceller follows the rest."""
_HEARD_WINDOWS, _HEARD_AND_SETTLED = 3, 4
"""A line through so many delays of the echo is the best there is; with a fourth the difference is known."""
_SAME_WAY, _SIGMAS = 12.0, 3.0
"""An echo that is so much sooner or later than was expected, in samples, and in standard deviations of that besides,
came another way: the first one, for all that is known, or the loudspeaker was moved."""


class Moment(NamedTuple):
    """When a block of the microphone came, and what had gone to the speaker by then; all by one clock, in seconds."""

    at_s: float
    written: int
    """Samples."""
    written_at_s: float
    """When the last of them went there."""

    @property
    def due(self) -> float:
        """How many samples are due to the speaker by now, as it seems from its last block."""
        return self.written + (self.at_s - self.written_at_s) * pcm.RATE_HZ


class _Leads:
    """By how much the speaker's stream led the microphone's, by one way to tell, and the line through that."""

    def __init__(self, scatter: float) -> None:
        """`scatter`: by how many samples the lead of a window is off, as far as is known beforehand."""
        self._windows: deque[tuple[float, float]] = deque(maxlen=_KEPT_WINDOWS)
        """Of each: where its middle was in the microphone's stream, and the lead, in samples."""
        self._expected = self._scatter = scatter**2
        """How far they lie from their line: the mean square."""
        self._centre = self._mean = 0.0
        self._spread = 0.0
        """How far apart they lie in time (s²), and what is known without them."""
        self.slope = 0.0
        """How much the lead grows from sample to sample."""

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def newest(self) -> float:
        """The lead of the newest window."""
        return self._windows[-1][1]

    def at(self, near: float) -> float:
        """The lead at this sample of the microphone's."""
        return self._mean + self.slope * (near - self._centre)

    def expects(self, near: float, lead: float) -> bool:
        """Whether that lies where the line leads, as far as that is known (a prediction interval)."""
        if not self._windows:
            return False
        away_s = (near - self._centre) / pcm.RATE_HZ
        sigma = math.sqrt(self._scatter * (1 + 1 / len(self) + away_s * away_s / self._spread))
        return abs(lead - self.at(near)) <= _SAME_WAY + _SIGMAS * sigma

    def forget(self, count: int) -> None:
        """The first windows do not count any more."""
        for _ in range(count):
            self._windows.popleft()

    def shift(self, samples: float) -> None:
        """All of it is so much more."""
        self._windows = deque(((at, lead + samples) for at, lead in self._windows), _KEPT_WINDOWS)
        self._mean += samples

    def add(self, middle: float, lead: float) -> None:
        """Another window. The line is laid by ridge regression."""
        self._windows.append((middle, lead))
        count = len(self._windows)
        self._centre = sum(at for at, _ in self._windows) / count
        self._mean = sum(lead for _, lead in self._windows) / count
        points = [((at - self._centre) / pcm.RATE_HZ, lead - self._mean) for at, lead in self._windows]
        spread = sum(x * x for x, _ in points)
        product = sum(x * y for x, y in points)
        unexplained = sum(y * y for _, y in points) - (product * product / spread if spread else 0.0)
        self._scatter = (_SCATTER_WINDOWS * self._expected + unexplained) / (_SCATTER_WINDOWS + count)
        self._spread = spread + self._scatter / _DRIFT**2
        self.slope = _within(product / self._spread / pcm.RATE_HZ)


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
        self._by_blocks = _Leads(_BLOCKS_SCATTER)
        self._by_echo, self._other_way = _Leads(_ECHO_SCATTER), _Leads(_ECHO_SCATTER)
        """Empty until there is a line, and what may be the next one."""
        self._offset = 0.0
        """What is added to the former, so that nothing moves where it begins."""
        self._is_sure = False
        """Whether its first windows are forgotten: they were found while it was not known how the clocks differ."""

    @property
    def settled(self) -> bool:
        """Whether it is known how far the clocks differ."""
        return len(self._by_echo) >= _HEARD_AND_SETTLED or len(self._by_blocks) >= _SETTLED_WINDOWS

    @property
    def _best(self) -> _Leads:
        return self._by_echo or self._by_blocks

    def begin(self, near: int, moment: Moment) -> None:
        """Both streams begin here, or anew."""
        self._near, self._far = near, moment.due - MARGIN
        self._correction = 0.0
        self._by_blocks = _Leads(_BLOCKS_SCATTER)
        self._by_echo, self._other_way = _Leads(_ECHO_SCATTER), _Leads(_ECHO_SCATTER)
        self._near_ahead = self._far_ahead = -math.inf

    def arrived(self, near: int, moment: Moment) -> None:
        """So many samples of the microphone had come at that moment."""
        self._near_ahead = max(self._near_ahead, near - moment.at_s * pcm.RATE_HZ)
        self._far_ahead = max(self._far_ahead, moment.written - moment.written_at_s * pcm.RATE_HZ)
        if near - self._near < _WINDOW:
            return
        is_first = not self._by_blocks
        self._far += self._leap((self._near + near) / 2)
        self._far, self._near = self.far_at(near), near
        self._near_ahead = self._far_ahead = -math.inf
        error = near + self._best.at(near) - self._far
        if is_first:  # until now a single block has said where the streams lie
            self._far, error = self._far + error, 0.0
        self._correction = _within(error / (_WINDOW * min(_SLOWEST, max(1.0, len(self._by_blocks) / 2))))

    def _leap(self, middle: float) -> float:
        """Take the lead of a window; by how much what is read leaps, 0 as a rule."""
        lead = self._far_ahead - self._near_ahead - MARGIN
        leap = lead - self._by_blocks.newest if self._by_blocks else 0.0
        if abs(leap) > _JUMP:
            off_line = lead - self._by_blocks.at(middle)
            self._by_blocks.shift(off_line)
            leap = leap if self._by_echo else off_line
        else:
            leap = 0.0
        self._by_blocks.add(middle, lead)
        self._by_echo.shift(leap)
        self._other_way.shift(leap)
        if self._by_echo and (unwritten := self._by_echo.at(middle) - lead) > _UNWRITTEN:
            self._by_echo.shift(-unwritten)
            self._offset -= unwritten
            leap -= unwritten
        self.jumps += bool(leap)
        return leap

    def echoed(self, near: float, place: float, delay: float) -> None:
        """Around this sample of the microphone's, what it heard of the speaker was so many samples older than what is
        at `place`.
        """
        lead = place - near - delay
        if self._by_echo.expects(near, lead + self._offset):
            self._by_echo.add(near, lead + self._offset)
            self._other_way = _Leads(_ECHO_SCATTER)
            if len(self._by_echo) > 2 * _HEARD_WINDOWS and not self._is_sure:
                self._is_sure = True
                self._by_echo.forget(_HEARD_WINDOWS)
            return
        if not self._other_way.expects(near, lead):
            self._other_way = _Leads(_ECHO_SCATTER)
        self._other_way.add(near, lead)
        if len(self._other_way) == _HEARD_WINDOWS:
            self._by_echo, self._other_way = self._other_way, _Leads(_ECHO_SCATTER)
            self._is_sure = False
            self._offset = place - near - self._by_echo.at(near)
            self._by_echo.shift(self._offset)

    def far_at(self, near: float) -> float:
        """Which sample of the speaker's belongs to this one of the microphone's, the newest: without leaps."""
        return self._far + (near - self._near) * (1.0 + self._best.slope + self._correction)

    def line(self, near: int) -> tuple[float, float]:
        """The same for the last seconds before this one, by all that is known now: the sample, and how many of the
        speaker's belong to one of the microphone's.
        """
        if not self._best:
            return self.far_at(near), 1.0
        return near + self._best.at(near), 1.0 + self._best.slope

    @property
    def drift_ppm(self) -> float:
        """How much faster the speaker's clock runs, in millionths."""
        return self._best.slope * 1e6


def _within(share: float) -> float:
    return max(-_FASTEST, min(_FASTEST, share))
