"""Between the lesson's 24 kHz and a Realtime server that hears or speaks at another rate.

NumPy and soxr are imported only for such a server: they cost 20 MB, and most servers do without.
"""

from __future__ import annotations

from typing import Any

from tutor_tui.core import pcm

_QUALITY = "LQ"
"""As for devices (audio.resample): clean to 16 bits below 8 kHz or the lower rate's band, and holds back 3 to 11 ms."""


def load() -> None:
    """Import what resampling takes, ahead of its first use: that is work for a thread."""
    import numpy  # noqa: F401
    import soxr  # noqa: F401


class _Stream:
    """Sound on its way from one rate to another. Samples cut in two wait for their other half."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self.rates_hz = (from_hz, to_hz)
        self._rest = b""
        self._stream: Any = None
        if from_hz != to_hz:
            import soxr

            self._stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="int16", quality=_QUALITY)

    def convert(self, sound: bytes, *, last: bool = False) -> bytes:
        """What `sound` makes; the last of it also brings what was held back."""
        if self._stream is None:
            return sound
        import numpy

        sound = self._rest + sound
        whole = len(sound) & ~1
        self._rest = sound[whole:]
        samples = numpy.frombuffer(sound[:whole], "<i2").astype(numpy.int16)
        made: bytes = self._stream.resample_chunk(samples, last=last).astype("<i2").tobytes()
        return made


class AudioRates:
    """Both ways of one conversation."""

    def __init__(self, hears_hz: int, speaks_hz: int) -> None:
        self.speaks_hz = speaks_hz
        self._to_server = _Stream(pcm.RATE_HZ, hears_hz)
        self._speech: dict[str, _Stream] = {}
        """By item whose sound is not complete yet."""

    def told(self, hears_hz: int | None, speaks_hz: int | None) -> None:
        """What the server says of its rates; None leaves one as it is."""
        if hears_hz and hears_hz != self._to_server.rates_hz[1]:
            self._to_server = _Stream(pcm.RATE_HZ, hears_hz)
        self.speaks_hz = speaks_hz or self.speaks_hz

    def to_server(self, sound: bytes) -> bytes:
        """The learner's voice, from 24 kHz."""
        return self._to_server.convert(sound)

    def from_server(self, item_id: str, sound: bytes, rate_hz: int = 0) -> bytes:
        """A piece of the tutor's voice, to 24 kHz; `rate_hz` where the server has said it of this very piece."""
        rate_hz = rate_hz or self.speaks_hz
        if rate_hz == pcm.RATE_HZ:
            return sound
        stream = self._speech.get(item_id)
        if stream is None or stream.rates_hz[0] != rate_hz:
            stream = self._speech[item_id] = _Stream(rate_hz, pcm.RATE_HZ)
        return stream.convert(sound)

    def rest_of(self, item_id: str) -> bytes:
        """What was held back of an item's sound, now that it is complete."""
        stream = self._speech.pop(item_id, None)
        return stream.convert(b"", last=True) if stream else b""
