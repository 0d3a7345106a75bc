"""What Whisper sees of a sound: the logarithm of its energy in mel bands, a column every 10 ms.

The figures are those that the model was trained on (Radford et al., "Robust Speech Recognition via Large-Scale Weak
Supervision", 2022, section 2.2, and `whisper/audio.py` of its authors): 16 kHz, Hann windows of 25 ms, 80 bands (128
for large-v3) on the mel scale of Slaney's Auditory Toolbox (1998), the least 8 decades below the loudest, and all of it
moved to about −1 … 1.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
COLUMNS_PER_S = 100
_STEP = RATE_HZ // COLUMNS_PER_S
_WINDOW = 400
_LINEAR_HZ_PER_MEL = 200 / 3
_LOGARITHMIC_FROM_HZ = 1_000.0
"""From here on each mel is a step of `_RATIO_PER_MEL`, and no longer of so many Hz."""
_RATIO_PER_MEL = 6.4 ** (1 / 27)
_LEAST_ENERGY = 1e-10
_DECADES = 8.0


def log_mel(sound: NDArray[np.float32], columns: int, bands: int) -> NDArray[np.float32]:
    """`bands` × `columns` for `sound` (mono at `RATE_HZ`, −1 to 1), silence behind it; what does not fit is cut off."""
    samples = np.zeros(columns * _STEP, dtype=np.float32)
    heard = sound[: len(samples)]
    samples[: len(heard)] = heard
    framed = np.lib.stride_tricks.sliding_window_view(np.pad(samples, _WINDOW // 2, mode="reflect"), _WINDOW)
    spectrum = np.fft.rfft(framed[::_STEP][:columns] * _hann())
    energy = _filters(bands) @ np.square(np.abs(spectrum)).astype(np.float32).T
    decades = np.log10(np.maximum(energy, _LEAST_ENERGY))
    return np.ascontiguousarray((np.maximum(decades, decades.max() - _DECADES) + 4) / 4, dtype=np.float32)


@cache
def _hann() -> NDArray[np.float32]:
    """Periodic: its first sample would be the next one's too."""
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def _filters(bands: int) -> NDArray[np.float32]:
    """How much each frequency of the spectrum counts in each band: triangles of equal area, each from the middle of
    the band below to that of the band above.
    """
    edges = _hz(np.linspace(0, _mel(RATE_HZ / 2), bands + 2))
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / RATE_HZ)
    widths = np.diff(edges)[:, np.newaxis]
    distances = edges[:, np.newaxis] - frequencies
    rising, falling = -distances[:-2] / widths[:-1], distances[2:] / widths[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, np.newaxis]).astype(np.float32)


def _mel(hz: float) -> float:
    """Of a frequency in the logarithmic part."""
    return float(_LOGARITHMIC_FROM_HZ / _LINEAR_HZ_PER_MEL + np.log(hz / _LOGARITHMIC_FROM_HZ) / np.log(_RATIO_PER_MEL))


def _hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = _LOGARITHMIC_FROM_HZ / _LINEAR_HZ_PER_MEL
    return np.where(mels < bend, mels * _LINEAR_HZ_PER_MEL, _LOGARITHMIC_FROM_HZ * _RATIO_PER_MEL ** (mels - bend))
