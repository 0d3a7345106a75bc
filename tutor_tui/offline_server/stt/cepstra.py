"""What of a sound its phones depend on: mel cepstra and how they change, as the acoustic model was trained on them.

The steps and their constants are those of the front end of Sphinx (`feat.params` beside the model), so that the
features are those which pocketsphinx itself computes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, FRAME

CEPSTRA = 13
STREAMS = 3
"""The cepstra, how fast they change, and how fast that does."""
_WINDOW = 410
"""Samples of the sound that each frame looks at."""
_FFT = 512
_MELS = 25
_LOWEST_HZ, _HIGHEST_HZ = 130.0, 6800.0
_PRE_EMPHASIS = 0.97
_LIFTER = 22
_LEAST_POWER = 1e-4
"""Digital silence has no logarithm."""
_REACH = 3
"""Frames before and after that a frame's changes are taken from."""

Float = NDArray[np.float64]


def features(sound: NDArray[np.int16]) -> NDArray[np.float32]:
    """Frames × `STREAMS` × `CEPSTRA` of a whole utterance, a frame each 10 ms; mono at `EAR_RATE_HZ`, not empty.

    As a whole, since their mean over the utterance is taken away: with it go the room and the microphone.
    """
    cepstra = _cepstra(sound)
    heard = cepstra[cepstra[:, 0] >= 0]
    if len(heard):
        cepstra = cepstra - heard.mean(axis=0)
    padded = np.pad(cepstra, ((_REACH, _REACH), (0, 0)), "edge")

    def at(shift: int) -> Float:
        return padded[_REACH + shift : _REACH + shift + len(cepstra)]

    changes = at(2) - at(-2)
    their_changes = (at(3) - at(-1)) - (at(1) - at(-3))
    return np.stack([cepstra, changes, their_changes], axis=1).astype(np.float32)


def _cepstra(sound: NDArray[np.int16]) -> Float:
    samples = sound.astype(np.float64)
    samples[1:] -= _PRE_EMPHASIS * samples[:-1]  # the right side is computed first
    frames = 1 + max(0, -(-(len(samples) - _WINDOW) // FRAME))
    samples = np.pad(samples, (0, max(0, (frames - 1) * FRAME + _WINDOW - len(samples))))
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::FRAME][:frames]
    powers = np.abs(np.fft.rfft(windows * _HAMMING, _FFT)) ** 2 @ _FILTERS
    return np.asarray(np.log(_without_noise(powers) + _LEAST_POWER) @ _COSINES)


# ---- noise ----------------------------------------------------------------------------------------------------------

_SMOOTHING = 0.7
_RISE, _FALL = 0.995, 0.5
"""How much of a lower envelope stays where the sound is louder than it, and where it is quieter."""
_MASKING, _MASKED = 0.85, 0.2
"""How much of a peak is left a frame later, and what becomes of that which is quieter."""
_MOST_GAIN = 20.0
_NEIGHBOURS = 4


def _without_noise(powers: Float) -> Float:
    """Each band with the steady noise taken from it: Sphinx's variant of power-normalised cepstra (C. Kim and R. Stern,
    "Power-normalized cepstral coefficients", 2012), whose sums the model was trained on.
    """
    smooth, noise, floor = powers[0], powers[0] / _MOST_GAIN, powers[0] / _MOST_GAIN
    peak = np.zeros(_MELS)
    gains = np.empty_like(powers)
    for at, power in enumerate(powers):
        smooth = _SMOOTHING * smooth + (1 - _SMOOTHING) * power
        noise = _lower_envelope(noise, smooth)
        signal = np.maximum(smooth - noise, 1.0)
        floor = _lower_envelope(floor, signal)
        peak = peak * _MASKING
        audible = np.where(signal < _MASKING * peak, peak * _MASKED, signal)
        peak = np.maximum(peak, signal)
        gains[at] = np.maximum(audible, floor) / np.maximum(smooth, _LEAST_POWER)
    return np.asarray(powers * (np.clip(gains, 1 / _MOST_GAIN, _MOST_GAIN) @ _MEAN_OF_NEIGHBOURS))


def _lower_envelope(envelope: Float, power: Float) -> Float:
    kept = np.where(power >= envelope, _RISE, _FALL)
    return np.asarray(kept * envelope + (1 - kept) * power)


# ---- tables ---------------------------------------------------------------------------------------------------------


def _filters() -> Float:
    """From each frequency of the transform to each band: triangles of equal area, their corners on its frequencies."""
    step = EAR_RATE_HZ / _FFT
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    corners = 700 * (10 ** (np.linspace(lowest, highest, _MELS + 2) / 2595) - 1)
    corners = np.floor(corners / step + 0.5) * step
    hz = np.arange(_FFT // 2 + 1)[:, None] * step
    below, middle, above = corners[:-2], corners[1:-1], corners[2:]
    triangles = np.minimum((hz - below) / (middle - below), (above - hz) / (above - middle))
    return np.asarray(np.maximum(triangles, 0.0) * 2 / (above - below))


def _cosines() -> Float:
    """From the logarithms of the bands to the cepstra, and what makes the higher ones count more."""
    numbers = np.arange(CEPSTRA)
    cosines = np.cos(np.outer(np.arange(_MELS) + 0.5, numbers) * np.pi / _MELS) * np.sqrt(2 / _MELS)
    cosines[:, 0] = np.sqrt(1 / _MELS)
    return np.asarray(cosines * (1 + _LIFTER / 2 * np.sin(numbers * np.pi / _LIFTER)))


def _mean_of_neighbours() -> Float:
    bands = np.arange(_MELS)
    near = (np.abs(bands[:, None] - bands) <= _NEIGHBOURS).astype(np.float64)
    return np.asarray(near / near.sum(axis=0))


_HAMMING = np.hamming(_WINDOW)
_FILTERS = _filters()
_COSINES = _cosines()
_MEAN_OF_NEIGHBOURS = _mean_of_neighbours()
