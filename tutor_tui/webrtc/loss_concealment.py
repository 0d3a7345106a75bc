"""Sound that was lost on the way, made up from what came before and behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

KEPT_MS = 40
"""How much of what came before is needed to find the pitch of a deep voice in it."""
_TEMPLATE_MS = 10
"""What is looked for again, earlier on, to find the period of a voice."""
_HIGHEST_HZ = 400
_LOWEST_HZ = 66
_SURE_MS = 20
"""Up to this far from the nearest sound that came, a voice hardly changes; farther away, what is made up fades out."""
_SINK_MS = 60
_BEGINS = 1.5
"""Where the sound behind a gap is this many times as loud as before it, a voice begins rather than goes on."""
_JOINT_MS = 2.5
"""Over this length it is blended into what comes behind it, so that the joint does not click."""


def bridged(before: Samples, behind: Samples, length: int, rate_hz: int) -> Samples:
    """`length` samples that lead from `before` to `behind`.

    What came before is repeated period by period, and its loudness brought to that of what comes behind: a lost vowel
    sounds on, and a lost ending does not hang over the silence behind it. Where a voice begins behind the hole, it is
    the other way round.
    """
    near = rate_hz * _TEMPLATE_MS // 1000
    level, level_behind = _loudness(before[-near:]), _loudness(behind[:near])
    if _BEGINS * level < level_behind:
        return bridged(behind[::-1], before[::-1], length, rate_hz)[::-1]
    if not level:
        return np.zeros(length, np.int16)
    sound = np.resize(before[-_period(before, rate_hz) :], length) * np.linspace(1.0, level_behind / level, length)
    _blend(sound, behind, round(rate_hz * _JOINT_MS / 1000))
    return (sound * _depth(length, rate_hz)).astype(np.int16)


def _loudness(samples: Samples) -> float:
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean())) if len(samples) else 0.0


def _period(samples: Samples, rate_hz: int) -> int:
    """The shift at which the end of `samples` looks most like itself: of a voice, the length of one vibration."""
    size = rate_hz * _TEMPLATE_MS // 1000
    shortest, longest = rate_hz // _HIGHEST_HZ, min(rate_hz // _LOWEST_HZ, len(samples) - size)
    if longest <= shortest:
        return len(samples)
    sound = samples.astype(np.float64)
    places = np.lib.stride_tricks.sliding_window_view(sound[-size - longest : -shortest], size)
    alike = places @ sound[-size:] / np.sqrt((places**2).sum(axis=1) + 1.0)
    return longest - int(np.argmax(alike))


def _blend(sound: NDArray[np.float64], behind: Samples, length: int) -> None:
    """Let the end of `sound` turn into the beginning of `behind`, mirrored."""
    length = min(length, len(sound), len(behind) - 1)
    if length > 0:
        share = np.linspace(0.0, 1.0, length)
        sound[-length:] = sound[-length:] * (1 - share) + behind[length:0:-1] * share


def _depth(length: int, rate_hz: int) -> NDArray[np.float64]:
    """How much is left of the loudness, the farther from both ends the less."""
    at = np.arange(length)
    distance_ms = np.minimum(at, length - 1 - at) * 1000 / rate_hz
    return np.clip(1 - (distance_ms - _SURE_MS) / _SINK_MS, 0.0, 1.0)
