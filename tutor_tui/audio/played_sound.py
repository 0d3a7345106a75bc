"""The last of what went to the speaker, to be read by a clock that is not the speaker's own."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from tutor_tui.core import pcm

if TYPE_CHECKING:
    from numpy import float32, floating, int16, intp
    from numpy.typing import NDArray

    Samples = NDArray[int16]
    Floats = NDArray[float32]
    Places = NDArray[floating[Any]]

_KEPT = 9 * pcm.RATE_HZ
"""So much of it is kept (9 s): what is looked back at, and what a busy lesson leaves unread."""
_REACH = 4
"""What is between two samples is told by so many before it, and as many behind."""
_SHARES = 64
"""Places between two samples. With these, 0.8 % of a tone of 6 kHz is wrong, and 10 % of one of 9 kHz: a straight line
between two samples has 21 % and 45 % wrong, which an echo canceller cannot take out."""
_KAISER = 5.0
"""The window of their sinc function: the larger, the better for low tones and the worse for high ones."""


class PlayedSound:
    """Of one sound card, at `pcm.RATE_HZ`."""

    def __init__(self) -> None:
        import numpy

        self._numpy = numpy
        self._sound: Floats = numpy.zeros(2 * _KEPT, numpy.float32)
        """Half of it is room for what is to come, so that little is moved."""
        self._around = numpy.arange(1 - _REACH, _REACH + 1)
        self._weights = self._kernels()
        """Of the samples around a place, for each share of the way to the next sample."""
        self._end = _KEPT
        """So far it is filled."""
        self._count = 0
        """So many samples have come: the number of the one that would stand at `_end`."""

    def add(self, new: Samples) -> None:
        """The next samples, of any number."""
        self._count += len(new)
        new = new[-_KEPT:]
        if self._end + len(new) > len(self._sound):
            self._sound[:_KEPT] = self._sound[self._end - _KEPT : self._end]
            self._end = _KEPT
        self._sound[self._end : self._end + len(new)] = new
        self._end += len(new)

    def as_of_now(self) -> PlayedSound:
        """A copy that stays as it is, for another thread; 0.9 MB."""
        made = copy(self)
        made._sound, made._end = self._sound[self._end - _KEPT : self._end].copy(), _KEPT
        return made

    def between(self, begin: float, end: float, samples: int) -> Samples:
        """What lies between these two, counted from the first sample that came, as so many."""
        return self.at(self._numpy.arange(samples) * ((end - begin) / samples) + begin)

    def at(self, places: Places) -> Samples:
        """What is at these, rising; silence where it is not known."""
        numpy = self._numpy
        before = numpy.floor(places)
        share = (places - before).astype(numpy.float32)
        index = before.astype(numpy.intp) + (self._end - self._count)
        first, last = self._end - _KEPT + _REACH, self._end - 1 - _REACH
        if first <= index[0] and index[-1] <= last:
            return self._interpolated(index, share)
        made = self._interpolated(index.clip(first, last), share)
        made[(index < first) | (index > last)] = 0
        return made

    def _interpolated(self, index: NDArray[intp], share: Floats) -> Samples:
        numpy = self._numpy
        weights = self._weights[(share * _SHARES + 0.5).astype(numpy.intp)]
        made = numpy.einsum("ij,ij->i", self._sound[index[:, None] + self._around], weights)
        rounded: Samples = made.clip(-32_768, 32_767).astype(numpy.int16)
        return rounded

    def _kernels(self) -> Floats:
        numpy = self._numpy
        away = self._around - numpy.linspace(0.0, 1.0, _SHARES + 1)[:, None]
        window = numpy.i0(_KAISER * numpy.sqrt(1 - (away / _REACH) ** 2))
        weights = numpy.sinc(away) * window
        kernels: Floats = (weights / weights.sum(axis=1, keepdims=True)).astype(numpy.float32)
        return kernels
