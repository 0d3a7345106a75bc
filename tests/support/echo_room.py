"""A room in numbers: a loudspeaker, its echo, a learner and a microphone, each device with a clock of its own.

What the tutor says goes in, what the microphone hears comes out, or what is left of it behind our canceller. Ten
minutes take some ten seconds. The blocks come as irregularly as from real devices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy
import soxr
from numpy.typing import NDArray

from tutor_tui.audio.echo_canceller import EchoCanceller
from tutor_tui.core import pcm

Sound = NDArray[numpy.float32]
_RATE = pcm.RATE_HZ
_BLOCK = _RATE // 50
_LATE_S = 0.012
"""A block comes up to so late."""


@dataclass(frozen=True)
class Room:
    """How the tutor's voice gets from the speaker to the microphone."""

    delay_ms: float = 80.0
    echo_db: float = -6.0
    """How loud the echo is at the microphone, beside what the speaker was given."""
    drift_ppm: float = 0.0
    """How much faster the speaker's clock runs."""
    clips_at: float = float("inf")
    """From about this level on (of 32768) the loudspeaker is overdriven."""
    reverberation_ms: float = 200.0
    """Until an echo has fallen by 60 dB."""
    noise_rms: float = 5.0
    """Of the room: 5 is −76 dBFS, a quiet one."""
    seed: int = 1

    def echo(self, said: Sound) -> Sound:
        """What comes to the microphone of what the speaker says, by the microphone's clock, with the room's noise."""
        generator = numpy.random.default_rng(self.seed)
        if numpy.isfinite(self.clips_at):
            said = numpy.tanh(said / self.clips_at) * self.clips_at
        heard = _convolved(said, self._path(generator))
        if self.drift_ppm:
            places = numpy.arange(len(said)) * (1.0 + self.drift_ppm * 1e-6)
            # Four times the rate first: what lies between two samples is then nearly on a straight line.
            finer = soxr.resample(heard, 1, 4)
            heard = numpy.interp(places * 4, numpy.arange(len(finer)), finer)
        noise = generator.standard_normal(len(said)) * self.noise_rms
        return (heard + noise).astype(numpy.float32)

    def _path(self, generator: numpy.random.Generator) -> Sound:
        count = int(self.reverberation_ms * _RATE / 1000)
        decay = numpy.exp(-6.9 * numpy.arange(count) / count)
        tail = generator.standard_normal(count) * decay * 0.15
        tail[0] += 1.0
        tail *= 10 ** (self.echo_db / 20) / numpy.sqrt((tail**2).sum())
        return numpy.concatenate((numpy.zeros(int(self.delay_ms * _RATE / 1000)), tail)).astype(numpy.float32)


def _convolved(sound: Sound, path: Sound) -> Sound:
    size = 1 << (len(sound) + len(path)).bit_length()
    spectrum = numpy.fft.rfft(sound, size) * numpy.fft.rfft(path, size)
    return numpy.fft.irfft(spectrum, size)[: len(sound)].astype(numpy.float32)


@dataclass
class Ears:
    """What a canceller makes of a room: the frames that go on, and after which of them it was known to work."""

    now_s: float = 0.0
    canceller: EchoCanceller = field(init=False)
    works: list[bool] = field(default_factory=list)
    looks_back_after: int | None = None
    """After this frame a learner is known to speak; None for never."""
    anew: bytes = b""
    """What was made anew then."""

    def __post_init__(self) -> None:
        self.canceller = EchoCanceller(lambda: self.now_s)

    def hear(self, said: Sound, heard: Sound, drift_ppm: float = 0.0, seed: int = 2) -> Sound:
        """`said` is given to the speaker block by block, `heard` comes from the microphone; what is left of that."""
        return numpy.concatenate([numpy.zeros(0, numpy.float32), *self._frames(said, heard, drift_ppm, seed)])

    def _frames(self, said: Sound, heard: Sound, drift_ppm: float, seed: int) -> Iterator[Sound]:
        generator = numpy.random.default_rng(seed)
        far, near = _blocks(said), _blocks(heard)
        far_s = _times(len(far), generator, 1.0 + drift_ppm * 1e-6) - 0.02  # the speaker's buffer is filled beforehand
        near_s = _times(len(near), generator, 1.0)
        given = 0
        for at_s, block in zip(near_s, near, strict=True):
            while given < len(far) and far_s[given] <= at_s:
                self.now_s = far_s[given]
                self.canceller.played(far[given])
                given += 1
            self.now_s = at_s
            self.canceller.arrived(len(block) // pcm.SAMPLE_BYTES, self.canceller.moment)
            yield numpy.frombuffer(self.canceller.clean(block), numpy.int16).astype(numpy.float32)
            self.works.append(self.canceller.works)
            if len(self.works) - 1 == self.looks_back_after:
                self.anew = self.canceller.recovery()()()


def _times(count: int, generator: numpy.random.Generator, speed: float) -> NDArray[numpy.float64]:
    """When each block comes: on time at the earliest, and never before the one before it."""
    due = (numpy.arange(count) + 1) * _BLOCK / _RATE / speed
    return numpy.maximum.accumulate(due + generator.random(count) * _LATE_S)


def _blocks(sound: Sound) -> list[bytes]:
    whole = sound.clip(-32768, 32767).astype(numpy.int16)
    return [whole[at : at + _BLOCK].tobytes() for at in range(0, len(whole) - _BLOCK + 1, _BLOCK)]
