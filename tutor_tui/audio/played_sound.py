"""The last of what went to the speaker, to be read by a clock that is not the speaker's own."""

from __future__ import annotations

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


class PlayedSound:
    """Of one sound card, at `pcm.RATE_HZ`."""

    def __init__(self) -> None:
        import numpy

        self._numpy = numpy
        self._sound: Floats = numpy.zeros(2 * _KEPT, numpy.float32)
        """Half of it is room for what is to come, so that little is moved."""
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

    def between(self, begin: float, end: float, samples: int) -> Samples:
        """What lies between these two, counted from the first sample that came, as so many."""
        return self.at(self._numpy.arange(samples) * ((end - begin) / samples) + begin)

    def at(self, places: Places) -> Samples:
        """What is at these, rising; silence where it is not known."""
        numpy = self._numpy
        before = numpy.floor(places)
        share = (places - before).astype(numpy.float32)
        index = before.astype(numpy.intp) + (self._end - self._count)
        first, last = self._end - _KEPT, self._end - 2
        if first <= index[0] and index[-1] <= last:
            return self._interpolated(index, share)
        made = self._interpolated(index.clip(first, last), share)
        made[(index < first) | (index > last)] = 0
        return made

    def _interpolated(self, index: NDArray[intp], share: Floats) -> Samples:
        before = self._sound[index]
        made: Samples = (before + share * (self._sound[index + 1] - before)).astype(self._numpy.int16)
        return made
