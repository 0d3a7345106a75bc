"""What is said in the tests of echo cancellation."""

from __future__ import annotations

from functools import cache

import numpy

from tests.support.echo_room import Sound
from tests.support.paths import SAMPLES
from tutor_tui.audio.resample import Inward
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm

SECOND = pcm.RATE_HZ
LATE = 223
"""All that comes out of the canceller is so many samples late."""


@cache
def speech() -> Sound:
    """Six seconds of somebody who reads aloud, as loud as a tutor."""
    read = recorded("austen-0870")[: 6 * SECOND]
    return read * (2_500 / level(read))


@cache
def first_word() -> Sound:
    """Somebody says "seven", louder than the echo of `speech` is."""
    read = recorded("cards-003")
    begin = int(numpy.flatnonzero(numpy.abs(read) > 500)[0])
    return read[begin : begin + SECOND // 2] * (2_200 / level(read[begin : begin + SECOND // 2]))


def recorded(name: str) -> Sound:
    """A recording of ours at our rate."""
    sound, rate_hz, channels = read_wav(SAMPLES / f"{name}.wav")
    return numpy.frombuffer(Inward(rate_hz, channels).convert(sound), numpy.int16).astype(numpy.float32)


def level(sound: Sound) -> float:
    """RMS."""
    return float(numpy.sqrt((sound.astype(numpy.float64) ** 2).mean()))
