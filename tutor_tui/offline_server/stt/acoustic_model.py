"""How well each sound of English fits each moment: the acoustic model that pocketsphinx brings, by its phones alone.

pocketsphinx weighs thousands of sounds, each phone between each two others, once for each of its searches. In speech of
other languages the neighbours are other ones anyway; the 40 phones by themselves take a tenth of the time, once for all
sentences.
"""

from __future__ import annotations

import math
import struct
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import get_model_path

from tutor_tui.offline_server.phones import PHONES
from tutor_tui.offline_server.stt.cepstra import CEPSTRA, STREAMS, features

SILENCE = len(PHONES)
"""The column of no phone: behind those of `PHONES`."""
STATES = 3
"""Of each phone: its beginning, its middle and its end."""
_LEAST = -9.8
"""Of each stream, beside the best of all sounds: a click or an accent makes nothing impossible. As in pocketsphinx."""
_QUANTUM = 1024 * math.log(1.0001)
"""What a step of a weight stands for, a natural logarithm."""
_LEAST_VARIANCE = 1e-4
_BLOCK = 256
"""Frames that are weighed at once: 15 MB of numbers, and not ten times as many for a long speech."""

Likelihoods = NDArray[np.float32]


class AcousticModel:
    """To be had from `load`."""

    def __init__(self, folder: Path) -> None:
        """Raises `OSError` and `ValueError` for a folder without a model of this kind."""
        columns = _columns(folder / "mdef")
        means = _parameters(folder / "means")[columns].astype(np.float64)
        variances = np.maximum(_parameters(folder / "variances")[columns], _LEAST_VARIANCE).astype(np.float64)
        quanta = _weights(folder / "sendump")
        # log N(x; m, v) = x·(m/v) − x²·(1/2v) + what does not depend on x: one product of matrices for all of a stream
        factors = np.concatenate([means / variances, -0.5 / variances], axis=-1)
        self._densities = factors.shape[2]
        self._factors = factors.transpose(1, 3, 0, 2).reshape(STREAMS, 2 * CEPSTRA, -1).astype(np.float32)
        constants = -0.5 * (means**2 / variances + np.log(2 * np.pi * variances)).sum(axis=-1)
        self._constants = constants.transpose(1, 0, 2).reshape(STREAMS, -1).astype(np.float32)
        states = STATES * columns[:, None] + np.arange(STATES)
        self._weights = np.exp(-_QUANTUM * quanta[:, :, states].transpose(0, 2, 1, 3), dtype=np.float32)

    def of(self, sound: NDArray[np.int16]) -> Likelihoods:
        """Frames of 10 ms × phones and `SILENCE` × `STATES`: natural logarithms, 0 for the best of a frame.

        The sound is mono at `EAR_RATE_HZ`, and not empty. Takes about 2 % of the sound's length.
        """
        frames = features(sound)
        found = np.concatenate([self._of_block(frames[at : at + _BLOCK]) for at in range(0, len(frames), _BLOCK)])
        return np.asarray(found - np.max(found, axis=(1, 2), keepdims=True), dtype=np.float32)

    def _of_block(self, frames: NDArray[np.float32]) -> Likelihoods:
        by_stream = [self._of_stream(stream, values) for stream, values in enumerate(frames.transpose(1, 0, 2))]
        return np.asarray(sum(by_stream))

    def _of_stream(self, stream: int, values: NDArray[np.float32]) -> Likelihoods:
        densities = np.concatenate([values, values**2], axis=1) @ self._factors[stream] + self._constants[stream]
        densities -= densities.max(axis=1, keepdims=True)
        np.exp(densities, out=densities)
        by_phone = densities.reshape(len(values), -1, self._densities).transpose(1, 0, 2)
        likelihoods = by_phone @ self._weights[stream]
        return np.asarray(np.log(np.maximum(likelihoods, math.exp(_LEAST))).transpose(1, 0, 2))


@cache
def load() -> AcousticModel:
    """The model, read at the first call."""
    return AcousticModel(Path(get_model_path("en-us/en-us")))


def _columns(path: Path) -> NDArray[np.intp]:
    """Where `PHONES` and the silence are in the model: their names stand at the beginning of its list of sounds."""
    content = path.read_bytes()
    (described,) = struct.unpack_from("<i", content, 8)
    at = 12 + described
    (phones,) = struct.unpack_from("<i", content, at)
    names = [name.decode() for name in content[at + 40 :].split(b"\0", phones)[:phones]]
    return np.array([names.index(phone) for phone in (*PHONES, "SIL")])


def _parameters(path: Path) -> NDArray[np.float32]:
    """Phones × streams × densities × cepstra."""
    content = path.read_bytes()
    at = content.index(b"endhdr\n") + 11  # behind it the order of the bytes
    phones, streams, densities, *_ = struct.unpack_from("<6i", content, at)
    values = np.frombuffer(content, "<f4", phones * streams * densities * CEPSTRA, at + 28)
    return values.reshape(phones, streams, densities, CEPSTRA)


def _weights(path: Path) -> NDArray[np.uint8]:
    """Streams × densities × sounds: how small each density's share of a sound is, in steps of `_QUANTUM`."""
    content = path.read_bytes()
    at = 0
    while length := int.from_bytes(content[at : at + 4], "little"):  # what the file says of itself
        at += 4 + length
    densities, sounds = struct.unpack_from("<2i", content, at + 4)
    quanta = np.frombuffer(content, np.uint8, STREAMS * densities * sounds, at + 12)
    return quanta.reshape(STREAMS, densities, sounds)
