"""Between the lesson's 24 kHz mono and a device that insists on another rate or on two channels.

NumPy and soxr are imported only when such a device is opened: they cost 20 MB and most devices do without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tutor_tui.core import pcm

if TYPE_CHECKING:
    from numpy import int16
    from numpy.typing import NDArray

    Samples = NDArray[int16]

_QUALITY = "LQ"
"""soxr's "low" is clean to 16 bits below 8 kHz, which is all of speech, and holds back 3 to 11 ms; "high" up to 30."""
_STEP_BYTES = pcm.bytes_of(10)


class Inward:
    """A device's sound made into the lesson's, block by block: `rate_hz` and `channels` are the device's."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._channels = channels
        self._stream = _stream(rate_hz, pcm.RATE_HZ)

    def convert(self, block: bytes) -> bytes:
        """24 kHz mono s16 for a device's block; soxr may hold some of it back until the next."""
        import numpy

        samples = numpy.frombuffer(block, numpy.int16)
        if self._channels > 1:
            samples = samples.reshape(-1, self._channels).mean(axis=1).astype(numpy.int16)
        return _converted(self._stream, samples).tobytes()


class Outward:
    """The lesson's sound made into a device's: `rate_hz` and `channels` are the device's."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._channels = channels
        self._stream = _stream(pcm.RATE_HZ, rate_hz)
        self._ready = b""
        self.device_bytes_per_s = rate_hz * channels * pcm.SAMPLE_BYTES

    def fill(self, frames: int, latency_s: float, pull: Callable[[int, float], bytes]) -> bytes:
        """Exactly `frames` of the device's frames, made of as much of the lesson's sound as that takes."""
        import numpy

        wanted = frames * self._channels * pcm.SAMPLE_BYTES
        while len(self._ready) < wanted:
            ahead_s = len(self._ready) / self.device_bytes_per_s
            samples = numpy.frombuffer(pull(_STEP_BYTES, latency_s + ahead_s), numpy.int16)
            made = _converted(self._stream, samples)
            self._ready += made.repeat(self._channels).tobytes()
        block, self._ready = self._ready[:wanted], self._ready[wanted:]
        return block


def _stream(from_hz: int, to_hz: int) -> Any:
    if from_hz == to_hz:
        return None
    import soxr

    return soxr.ResampleStream(from_hz, to_hz, 1, dtype="int16", quality=_QUALITY)


def _converted(stream: Any, samples: Samples) -> Samples:
    if stream is None:
        return samples
    made: Samples = stream.resample_chunk(samples)
    return made
