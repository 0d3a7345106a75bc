"""Speech as a microphone on a desk hears it: a little room, a little noise, any level."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ

Sound = NDArray[np.int16]
"""Mono at `EAR_RATE_HZ`."""
ECHO_S = 0.25
"""How long a room with carpets and curtains rings (to −60 dB)."""
ECHO_SHARE = 0.15
"""Of the sound's energy: a microphone an arm's length away."""
NOISE_DB = (-35.0, -25.0)
"""Beside the speech: a quiet room, and one with a computer's fan."""
LEVELS_DB = (-20.0, -6.0)
"""The loudest sample, beside the loudest there can be."""
BEFORE_S, AFTER_S = (0.1, 0.4), (0.3, 0.6)


def in_a_room(speech: NDArray[np.float64], seed: int) -> Sound:
    """`speech` as it comes to a microphone; the same for the same seed."""
    random = np.random.default_rng(seed)
    before, after = (round(random.uniform(*span) * EAR_RATE_HZ) for span in (BEFORE_S, AFTER_S))
    sound = np.concatenate([np.zeros(before), speech, np.zeros(after)])
    length = round(ECHO_S * EAR_RATE_HZ)
    echo = random.normal(size=length) * 10 ** (-3 * np.arange(length) / length)
    echo *= np.sqrt(ECHO_SHARE / np.sum(echo**2))
    sound = sound + np.convolve(sound, echo)[: len(sound)]
    loudness = np.sqrt(np.mean(sound[before : len(sound) - after] ** 2))
    hiss = np.convolve(random.normal(size=len(sound)), np.hanning(8), mode="same")  # fans hum more than they hiss
    hiss *= loudness * 10 ** (random.uniform(*NOISE_DB) / 20) / np.sqrt(np.mean(hiss**2))
    sound = sound + hiss
    sound *= 10 ** (random.uniform(*LEVELS_DB) / 20) / np.max(np.abs(sound))
    return np.asarray(sound * 32_767, dtype=np.int16)


def read(path: Path) -> Sound:
    """A WAV file: mono, 16 bits, `EAR_RATE_HZ`."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (EAR_RATE_HZ, 1, 2), path
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def write(path: Path, sound: Sound) -> None:
    """`sound` as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(EAR_RATE_HZ)
        file.writeframes(sound.astype("<i2").tobytes())


def for_a_lesson(sound: Sound) -> bytes:
    """At the rate at which a lesson hears: 24 kHz."""
    return bytes(soxr.resample(sound, EAR_RATE_HZ, pcm.RATE_HZ).astype("<i2").tobytes())
