"""Is this sound in that recording?"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from tutor_tui.core import pcm


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a sound is found in a recording, and where."""

    score: float
    """Correlation at the best place: 1 is the very same waveform, another sentence of the same voice is below 0.3."""
    at: int
    """The sample at which it begins."""


def likeness(wanted: bytes, recorded: bytes) -> Likeness:
    """The best place of `wanted` in `recorded`, both 24 kHz mono s16; loudness does not matter."""
    sound, place = _floats(wanted), _floats(recorded)
    if len(place) < len(sound):
        return Likeness(0.0, 0)
    size = 1 << (len(place) + len(sound)).bit_length()
    products = np.fft.irfft(np.fft.rfft(place, size) * np.conj(np.fft.rfft(sound, size)), size)
    products = products[: len(place) - len(sound) + 1]
    energy = np.concatenate(([0.0], np.cumsum(place**2)))
    norms = np.sqrt(np.maximum(energy[len(sound) :] - energy[: -len(sound)], 1.0)) * np.sqrt((sound**2).sum())
    scores = products / norms
    best = int(np.argmax(scores))
    return Likeness(float(scores[best]), best)


def place_of_all(wanted: bytes, recorded: bytes) -> int | None:
    """Where a sound begins that is in a recording from its beginning to its end, in order; None if it is not.

    Each tenth of a second is looked for where it should be. A busy machine may tear a few in the middle, and let those
    behind come a little later: how many holes there are on a free one, the benchmarks say.
    """
    begin = likeness(wanted, recorded).at
    pieces = [(at, wanted[2 * at : 2 * (at + _PIECE)]) for at in range(0, len(wanted) // 2 - _PIECE + 1, _PIECE)]
    pieces = [(at, piece) for at, piece in pieces if np.abs(_floats(piece)).mean() > _QUIET]
    places: list[int] = []
    for count, (at, piece) in enumerate(pieces, 1):
        earliest = max(0, begin + at - _LATE)
        found = likeness(piece, recorded[2 * earliest : 2 * (begin + at + _PIECE + _LATE)])
        if found.score > _SAME:
            places.append(earliest + found.at - at)
        elif count in (1, len(pieces)) or count - len(places) > _TORN * len(pieces):
            return None
    return places[0] if places == sorted(places) else None


_PIECE = pcm.RATE_HZ // 10
_LATE = 3 * _PIECE
_TORN = 0.1
_QUIET = 100
_SAME = 0.97
"""Correlation of a sound with its own recording through PulseAudio; fades at its ends cost a little."""


def resemblance(wanted: bytes, recorded: bytes) -> Likeness:
    """The best place by spectrum, for a voice that never says a sentence with the very same waveform twice.

    Compared are loudness and colour of sound over time, in steps of 10 ms: the same sentence scores 0.95 and more,
    another one of the same voice at most 0.6 (both measured).
    """
    sound, place = _spectrum(wanted), _spectrum(recorded)
    if len(place) < len(sound):
        return Likeness(0.0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(place, len(sound), axis=0).transpose(0, 2, 1)
    windows = windows.reshape(len(windows), -1)
    flat = sound.reshape(-1)
    windows = windows - windows.mean(axis=1, keepdims=True)
    flat = flat - flat.mean()
    scores = windows @ flat / np.maximum(np.linalg.norm(windows, axis=1) * np.linalg.norm(flat), 1e-9)
    best = int(np.argmax(scores))
    return Likeness(float(scores[best]), best * _STEP)


_STEP = pcm.RATE_HZ // 100
_FRAME = 600
_BANDS = 24


def _spectrum(sound: bytes) -> npt.NDArray[np.float32]:
    """Loudness in dB of bands of equal width in pitch, a row each 10 ms; below -60 dBFS all is silence."""
    samples = _floats(sound) / 32_768
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (0, _FRAME)), _FRAME)[::_STEP]
    powers = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)) ** 2
    edges = np.geomspace(4, _FRAME // 3, _BANDS + 1).astype(int)
    bands = np.add.reduceat(powers, edges[:-1], axis=1)
    return np.asarray(10 * np.log10(np.maximum(bands, 1e-2)), dtype=np.float32)


def voice_of(path: Path) -> bytes:
    """A WAV file as 24 kHz mono s16."""
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        resampled: npt.NDArray[np.int16] = soxr.resample(samples, file.getframerate(), pcm.RATE_HZ)
    return resampled.astype("<i2").tobytes()


def _floats(sound: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(sound, dtype="<i2").astype(np.float64)
