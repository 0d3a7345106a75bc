"""Speech made slower while its pitch stays: WSOLA, waveform-similarity overlap-add.

Verhelst and Roelands, “An overlap-add technique based on waveform similarity (WSOLA) for high quality time-scale
modification of speech”, ICASSP 1993: windows are taken from the sound more densely than they are laid down, each from
where it continues the one before best. Nothing is resampled, so pitch and timbre stay.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm

_HOP = pcm.RATE_HZ * 12 // 1000
"""Half a window of 24 ms: two periods of a low voice, and hardly longer than a sound stays the same."""
_REACH = pcm.RATE_HZ * 8 // 1000
"""How far from its place a window may be taken, in samples: 16 ms in all, a period of 63 Hz."""
_PIECE = 12
"""Hops that are handed over at once, 144 ms: the first must be there at once, and the rest before it is heard out."""


def slowed(sound: bytes, speed: float) -> Iterator[bytes]:
    """`sound` (24 kHz mono s16) at `speed` times its pace, above 0 and at most 1, piece by piece; as it is at 1."""
    if speed == 1 or len(sound) < pcm.SAMPLE_BYTES * 2 * (_HOP + _REACH):
        yield sound
        return
    samples = np.frombuffer(sound, "<i2", count=len(sound) // pcm.SAMPLE_BYTES).astype(np.float32)
    wanted = round(len(samples) / speed)
    padded = np.pad(samples, (_REACH, 3 * _HOP + 2 * _REACH))  # so that a window fits round every place
    rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(_HOP) + 0.5) / _HOP)).astype(np.float32)
    place = _REACH
    """Where in `padded` the window before began, whose second half fades while the next one's first half rises."""
    pieces = [padded[place : place + _HOP]]
    laid, given = _HOP, 0
    while laid < wanted:
        natural = padded[place + _HOP : place + 2 * _HOP]
        place = _most_alike(padded, natural, round(laid * speed) + _REACH)
        pieces.append(natural * rise[::-1] + padded[place : place + _HOP] * rise)
        laid += _HOP
        if len(pieces) >= _PIECE:
            yield _as_bytes(np.concatenate(pieces)[: wanted - given])
            pieces, given = [], laid
    if pieces:
        yield _as_bytes(np.concatenate(pieces)[: wanted - given])


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
