"""Which sound of the speaker belongs to which of the microphone: two streams of blocks, by two clocks.

Both streams are counted in samples as their blocks pass through our callbacks, so that no figure a device tells of its
delay is trusted. How far the speaker's stream leads when a block of the microphone comes is constant, but for the
irregularity of the blocks and for the difference of the clocks: the median over a second leaves out the one, and a
slow loop follows the other. The rest of the delay (buffers, air) the echo canceller finds by itself.
"""

from __future__ import annotations

from statistics import median

from tutor_tui.core import pcm

_WINDOW = pcm.RATE_HZ
"""So many samples of the microphone (1 s) are looked at before the loop takes a step."""
MARGIN = 3 * pcm.RATE_HZ // 100
"""So much before the newest sample is read (30 ms): the speaker's next block may be due, and a little late. It is heard
only after the one before it, so that no echo comes earlier."""
_JUMP = pcm.RATE_HZ // 12
"""When the streams are so far from where they were (83 ms), sound was lost, and they are laid side by side anew."""
_PROPORTIONAL, _INTEGRAL = 0.1, 0.005
"""How much of an error is made good within a second, and how much of it is taken for a difference of the clocks. The
loop is damped (0.1 / 2√0.005 = 0.7), settles in half a minute, and passes on a tenth of what the median leaves."""
_FASTEST = 0.002
"""The largest difference of two clocks that is believed: real ones differ by less than 0.001."""


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
        self._is_new = True
        """No window has gone by: where the streams lie was judged by a single block."""
        self._leads: list[float] = []
        """By how much the speaker's stream was further than where it is read, at each block of this window."""

    def begin(self, near: int, far: float) -> None:
        """Both streams begin here, or anew."""
        self._near, self._far = near, far - MARGIN
        self._drift = self._correction = 0.0
        self._is_new, self._leads = True, []

    def arrived(self, near: int, far: float) -> None:
        """So many samples had come of the microphone, and so many were due to the speaker at that moment."""
        self._leads.append(far - self.far_at(near))
        if near - self._near < _WINDOW:
            return
        error = median(self._leads) - MARGIN
        if abs(error) > _JUMP:
            self.begin(near, far)
            return
        self._far, self._near = self.far_at(near), near
        if self._is_new:
            self._far, self._is_new, self._leads = self._far + error, False, []
            return
        self._drift = _within(self._drift + _INTEGRAL * error / _WINDOW)
        self._correction = _within(_PROPORTIONAL * error / _WINDOW)
        self._leads = []

    def far_at(self, near: int) -> float:
        """Which sample of the speaker's belongs to this one of the microphone's."""
        return self._far + (near - self._near) * (1.0 + self._drift + self._correction)

    @property
    def drift_ppm(self) -> float:
        """How much faster the speaker's clock runs, in millionths."""
        return self._drift * 1e6


def _within(share: float) -> float:
    return max(-_FASTEST, min(_FASTEST, share))
