"""Speech made slower while its pitch stays: WSOLA, waveform-similarity overlap-add.

Verhelst and Roelands, “An overlap-add technique based on waveform similarity (WSOLA) for high quality time-scale
modification of speech”, ICASSP 1993: windows are taken from the sound more densely than they are laid down, each from
where it continues the one before best. Nothing is resampled, so pitch and timbre stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm

_HOP = pcm.RATE_HZ * 12 // 1000
"""Half a window of 24 ms: two periods of a low voice, and hardly longer than a sound stays the same."""
_REACH = pcm.RATE_HZ * 8 // 1000
"""How far from its place a window may be taken, in samples: 16 ms in all, a period of 63 Hz."""
_RISE = (0.5 - 0.5 * np.cos(np.pi * (np.arange(_HOP) + 0.5) / _HOP)).astype(np.float32)
_PIECE = 12
"""Hops that are handed over at once, 144 ms: the first must be there at once, and the rest before it is heard out."""


def slowed(pieces: Iterable[bytes], speed: float) -> Iterator[bytes]:
    """Sound (24 kHz mono s16) at `speed` times its pace, above 0 and at most 1; at 1 as it is.

    What comes in pieces goes out in pieces, as soon as they are there; each piece is of whole samples.
    """
    if speed == 1:
        yield from pieces
        return
    stretcher = _Stretcher(speed)
    for piece in pieces:
        yield from stretcher.feed(np.frombuffer(piece, "<i2").astype(np.float32))
    yield from stretcher.finish()


class _Stretcher:
    """Lays one window after the other as long as all is there from which the next could be taken."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._padded = np.zeros(_REACH, np.float32)
        """All that came, with silence before it, so that a window fits round every place."""
        self._place = _REACH
        """Where in it the window before began, whose second half fades while the next one's first half rises."""
        self._pieces: list[NDArray[np.float32]] = []
        self._laid = self._given = 0
        """Samples laid down, and handed over."""

    def feed(self, samples: NDArray[np.float32]) -> Iterator[bytes]:
        self._padded = np.concatenate((self._padded, samples))
        while self._needed() <= len(self._padded):
            self._lay()
            if len(self._pieces) >= _PIECE:
                yield self._taken(self._laid)

    def finish(self) -> Iterator[bytes]:
        """What is left, behind which nothing comes."""
        count = len(self._padded) - _REACH
        if count < 2 * (_HOP + _REACH) and not self._laid:  # too short to be made longer
            yield _as_bytes(self._padded[_REACH:])
            return
        wanted = round(count / self._speed)
        self._padded = np.pad(self._padded, (0, 3 * _HOP + 2 * _REACH))
        while self._laid < wanted:
            self._lay()
            if len(self._pieces) >= _PIECE:
                yield self._taken(min(wanted, self._laid))
        yield self._taken(wanted)

    def _needed(self) -> int:
        """Samples that must be there before the next window is laid."""
        return max(self._middle + _REACH + _HOP, self._place + 2 * _HOP) if self._laid else _REACH + 2 * _HOP

    @property
    def _middle(self) -> int:
        return round(self._laid * self._speed) + _REACH

    def _lay(self) -> None:
        if not self._laid:
            self._pieces.append(self._padded[self._place : self._place + _HOP])
        else:
            natural = self._padded[self._place + _HOP : self._place + 2 * _HOP]
            self._place = _most_alike(self._padded, natural, self._middle)
            self._pieces.append(natural * _RISE[::-1] + self._padded[self._place : self._place + _HOP] * _RISE)
        self._laid += _HOP

    def _taken(self, until: int) -> bytes:
        sound = np.concatenate([*self._pieces, self._padded[:0]])[: until - self._given]
        self._pieces, self._given = [], until
        return _as_bytes(sound)


def _most_alike(padded: NDArray[np.float32], natural: NDArray[np.float32], middle: int) -> int:
    """The place within reach of `middle` from which on the sound is most like `natural`, which would come next."""
    first = max(0, middle - _REACH)
    region = padded[first : middle + _REACH + _HOP]
    alike = np.correlate(region, natural, "valid")
    energy = np.concatenate(([0.0], np.cumsum(region.astype(np.float64) ** 2)))
    loudness = np.sqrt(energy[_HOP:] - energy[:-_HOP] + 1.0)  # one step of 16 bits: silence is like anything
    return first + int(np.argmax(alike / loudness))


def _as_bytes(samples: NDArray[np.float32]) -> bytes:
    return np.clip(np.rint(samples), -32_768, 32_767).astype("<i2").tobytes()
