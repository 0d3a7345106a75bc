"""How likely is this window to hold speech: Silero's model, fed with our 24 kHz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.speech.silero_model import SileroModel


class SileroProbability:
    """Silero's judgement of consecutive windows (`vad.WINDOW_BYTES`) at our rate: 0.2 ms for each."""

    def __init__(self) -> None:
        self._model = SileroModel()
        self._resample = TwoThirds()

    def __call__(self, window: bytes) -> float:
        """Judge one window."""
        samples = np.frombuffer(window, dtype="<i2").astype(np.float32) / np.float32(32_768)
        return self._model.likely(self._resample(samples))


class TwoThirds:
    """24 kHz → 16 kHz, exactly two samples for three, at once.

    A streaming library (soxr, measured) keeps 20–40 ms back, which each barge-in would be late by. This is a windowed
    sinc, low pass at 7.4 kHz, in two phases; its delay is 0.7 ms.
    """

    _HALF_WIDTH = 16
    """In samples of the input, to either side."""
    _CUTOFF_HZ = 7_400

    def __init__(self) -> None:
        width = 2 * self._HALF_WIDTH
        self._history: NDArray[np.float32] = np.zeros(width, dtype=np.float32)
        self._taps = np.stack([self._phase(offset) for offset in (0.0, 0.5)], axis=1).astype(np.float32)

    def _phase(self, offset: float) -> NDArray[np.float64]:
        """Weights of the neighbours of a point `offset` samples to the right of the middle one."""
        distance = np.arange(-self._HALF_WIDTH, self._HALF_WIDTH + 1) - offset
        ratio = 2 * self._CUTOFF_HZ / pcm.RATE_HZ
        weights = np.sinc(distance * ratio) * (0.54 + 0.46 * np.cos(np.pi * distance / (self._HALF_WIDTH + 1)))
        return np.asarray(weights / weights.sum())

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Convert a piece; its length has to be a multiple of three."""
        joined = np.concatenate((self._history, samples))
        self._history = joined[-2 * self._HALF_WIDTH :]
        neighbours = np.lib.stride_tricks.sliding_window_view(joined, 2 * self._HALF_WIDTH + 1)
        # Output 2k sits on input 3k, output 2k + 1 half a sample behind input 3k + 1.
        even = neighbours[0::3] @ self._taps[:, 0]
        odd = neighbours[1::3] @ self._taps[:, 1]
        return np.ascontiguousarray(np.stack((even, odd), axis=1).reshape(-1), dtype=np.float32)
