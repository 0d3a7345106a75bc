"""Sound between the lesson (24 kHz mono s16) and a call's tracks (48 kHz), both ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from typing import Any

import numpy as np
import soxr
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.webrtc.loss_concealment import KEPT_MS, bridged

TRACK_HZ = 48_000
"""Opus knows no other clock."""
_FRAME_SAMPLES = TRACK_HZ * pcm.FRAME_MS // 1000
_FRAME_BYTES = _FRAME_SAMPLES * pcm.SAMPLE_BYTES
_FRAME_S = pcm.FRAME_MS / 1000
_QUALITY = "LQ"
"""As for devices (audio.resample): clean below 8 kHz, and holds back 3 to 11 ms."""
LONGEST_DELAY_S = 2.0
"""A track that is late sends at double speed until it has caught up; one that is later than this goes on from now."""
AGAIN_S = 0.005
"""How often a track asks again for sound that is not there yet."""
LONGEST_GAP_MS = 200
"""A longer hole in the sound is a pause of the other side, not a loss."""


class PacedTrack(MediaStreamTrack):
    """A track that takes 20 ms of the lesson's sound from `pull` every 20 ms, as a microphone would."""

    kind = "audio"

    def __init__(self, pull: Callable[[], bytes | None], on_fault: Callable[[Exception], None] | None = None) -> None:
        """`pull` gives exactly `pcm.FRAME_BYTES`, or None when these will be there soon.

        `on_fault` hears of what broke: aiortc would only stop sending.
        """
        super().__init__()
        self._pull = pull
        self._on_fault = on_fault
        self._stream = soxr.ResampleStream(pcm.RATE_HZ, TRACK_HZ, 1, dtype="int16", quality=_QUALITY)
        self._ready = bytearray()
        self._due_s = 0.0
        self._last_s = 0.0
        self._sent_samples = 0

    async def recv(self) -> AudioFrame:
        """The next frame, when its time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        try:
            return await self._next()
        except Exception as fault:
            if self._on_fault is not None:
                self._on_fault(fault)
            raise

    async def _next(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        if self._due_s < loop.time() - LONGEST_DELAY_S:
            self._due_s = loop.time()
        # Not all at once when it is late: on a network with jitter, they would arrive in any order.
        await asyncio.sleep(max(0.0, self._due_s - loop.time(), self._last_s + _FRAME_S / 2 - loop.time()))
        self._due_s += _FRAME_S
        while len(self._ready) < _FRAME_BYTES:
            if (sound := self._pull()) is None:
                await asyncio.sleep(AGAIN_S)
                continue
            samples = np.frombuffer(sound, np.dtype("<i2")).astype(np.int16)
            self._ready += self._stream.resample_chunk(samples).tobytes()
        self._last_s = loop.time()
        frame = AudioFrame(format="s16", layout="mono", samples=_FRAME_SAMPLES)
        frame.planes[0].update(bytes(self._ready[:_FRAME_BYTES]))
        del self._ready[:_FRAME_BYTES]
        frame.sample_rate = TRACK_HZ
        frame.pts = self._sent_samples
        frame.time_base = Fraction(1, TRACK_HZ)
        self._sent_samples += _FRAME_SAMPLES
        return frame


async def pieces(track: MediaStreamTrack) -> AsyncIterator[bytes]:
    """The lesson's sound out of a track, about 20 ms at a time, lost packets filled in; ends with the track."""
    filler = _GapFiller()
    stream: Any = None
    rate_hz = 0
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:
            return
        if not isinstance(frame, AudioFrame):
            continue
        if frame.sample_rate != rate_hz:
            rate_hz = frame.sample_rate
            stream = soxr.ResampleStream(rate_hz, pcm.RATE_HZ, 1, dtype="int16", quality=_QUALITY)
        samples = filler.whole(_mono(frame), frame.pts, rate_hz)
        yield stream.resample_chunk(samples).astype("<i2").tobytes()


def _mono(frame: AudioFrame) -> NDArray[np.int16]:
    """One channel of s16, of as many as there are."""
    channels = len(frame.layout.channels)
    samples = frame.to_ndarray().reshape(-1, channels)
    return samples.mean(axis=1).astype(np.int16) if channels > 1 else samples[:, 0].astype(np.int16)


class _GapFiller:
    """Fills the holes that lost packets leave, so that what follows stays in time."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._last = np.zeros(0, np.int16)
        """The last `KEPT_MS` that were given out."""

    def whole(self, samples: NDArray[np.int16], at: int | None, rate_hz: int) -> NDArray[np.int16]:
        """`samples`, which begin at `at` (in samples), with what is missing before them."""
        missing = 0 if at is None or self._next is None else at - self._next
        whole = samples
        if 0 < missing <= LONGEST_GAP_MS * rate_hz // 1000 and len(self._last):
            whole = np.concatenate([bridged(self._last, samples, missing, rate_hz), samples])
        self._next = None if at is None else at + len(samples)
        self._last = np.concatenate([self._last, whole])[-KEPT_MS * rate_hz // 1000 :]
        return whole
