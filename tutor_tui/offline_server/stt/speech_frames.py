"""Where in an utterance something is heard, in frames of 10 ms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EAR_RATE_HZ = 16_000
FRAME = EAR_RATE_HZ // 100
"""Samples."""
QUIET_SHARE = 0.1
"""Quieter than this share (−20 dB) of the utterance's loudest piece is quiet."""
CLOSE_FRAMES = 10
"""A sentence ends with a pause; sound that is cut closer than this is given one."""
LEAD_FRAMES = 25
TAIL_FRAMES = 50
"""Quiet frames kept before and after the speech: the last syllable may be among them."""
_WINDOW_FRAMES = 25


def cut_to_speech(sound: NDArray[np.int16]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """An utterance without the silence around it, and which of its frames are loud; both empty where none is."""
    loud = loud_frames(sound)
    if not loud.any():
        return sound[:0], loud[:0]
    first, last = np.flatnonzero(loud)[[0, -1]]
    begin, end = max(0, first - LEAD_FRAMES), last + 1 + TAIL_FRAMES
    close = max(0, (last + 1 + CLOSE_FRAMES) * FRAME - len(sound))
    return np.pad(sound[begin * FRAME : end * FRAME], (0, close)), loud[begin:end]


def loud_frames(sound: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which frames are not quiet."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return np.zeros(0, dtype=np.bool_)
    loudness = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    fifth_loudest = np.sort(loudness)[-5:][0]  # a click does not count
    return np.asarray(loudness > QUIET_SHARE * fifth_loudest)


def most_within_250_ms(frames: NDArray[np.bool_]) -> int:
    """How many of these frames there are at most in any such time."""
    return int(np.max(np.convolve(frames, np.ones(_WINDOW_FRAMES)), initial=0))
