"""The learner's voice, from the device's thread to the lesson."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from tutor_tui.audio.block_clock import BlockClock
from tutor_tui.audio.echo_alignment import Moment
from tutor_tui.audio.echo_canceller import EchoCanceller
from tutor_tui.audio.portaudio import INPUT_OVERFLOW, LATENCY_LIMIT_S, PA_CONTINUE
from tutor_tui.audio.resample import Inward
from tutor_tui.audio.thread_queue import ThreadQueue
from tutor_tui.core import pcm
from tutor_tui.core.ports import Microphone, Recovery

_INBOX_S = 2
"""How much sound waits for a slow lesson before the oldest is dropped."""
LATE_S = 1.0
"""How much later than its due the sound of a busy machine may come to be measured."""
_AWAY_S = 2.0
"""Nobody took a block for so long: the whole program was stopped (Ctrl+Z). What the sound server has kept meanwhile was
not said to the tutor, and comes all at once."""
_LIVE_BLOCKS = 10
"""When so many take half their length to come, at least, they are new."""


class _Block(NamedTuple):
    sound: bytes
    converter: Inward | None
    """What makes it the lesson's: when the device changes, blocks of the old one still wait."""
    ended_s: float
    """When its last sample was taken."""
    canceller: EchoCanceller | None
    moment: Moment | None
    """When it came, as the canceller tells it."""


class PyAudioMicrophone:
    """A `Microphone` that lives as long as the sound card, while devices come and go behind it."""

    def __init__(self, block_ms: int, *, clock: Callable[[], float] = monotonic) -> None:
        self.block_clock = BlockClock(block_ms)
        self._now_s = clock
        self._inbox: ThreadQueue[_Block] = ThreadQueue(_INBOX_S * 1000 // block_ms)
        self.canceller: EchoCanceller | None = None
        """Takes the tutor's voice out, where that is wanted."""
        self.gain_db = 0.0
        """So much louder is what is heard, behind that."""
        self._converter: Inward | None = None
        self.overflows = 0
        """Blocks that the system lost before we saw them."""
        self.blocks = 0
        """Blocks that came from devices so far: a stream that lives makes it grow."""
        self._first_block = 0
        self._has_sound = False
        self._block_ms = block_ms
        self._came_s = float("inf")
        """When the last block came, by `monotonic`."""
        self._stale_since_s: float | None = None
        """Since when blocks are old, and dropped; None while they are not."""
        self._stale_blocks = 0
        self.captured_s = 0.0
        """When the first sample of the frame that came last was taken (`monotonic`)."""

    @property
    def listening(self) -> bool:
        """Whether the lesson has begun to take frames."""
        return self._inbox.listening

    @property
    def dropped(self) -> int:
        """Blocks thrown away because the lesson was too slow."""
        return self._inbox.dropped

    def renew(self, rate_hz: int, channels: int) -> None:
        """Another device will speak, in this format. Called between streams."""
        plain = rate_hz == pcm.RATE_HZ and channels == 1
        self._converter = None if plain else Inward(rate_hz, channels)
        self._first_block, self._has_sound = self.blocks, False
        if self.canceller is not None:
            self.canceller.renew()

    @property
    def echo_cancelled(self) -> bool:
        """Whether the tutor's voice is known to be taken out of the frames."""
        return self.canceller is not None and self.canceller.works

    def recovery(self) -> Recovery | None:
        if self.canceller is None:
            return None
        recover, gain_db = self.canceller.recovery(), self.gain_db

        def louder() -> Callable[[], bytes]:
            anew = recover()
            return lambda: pcm.amplified(anew(), gain_db)

        return louder if gain_db else recover

    @property
    def zeros_s(self) -> float:
        """How long the device has sent nothing but zeros since it was opened; 0 once a sound has come.

        A live microphone is never so still: its noise is some bits high. A filter against noise can be, so that zeros
        after a first sound mean nothing.
        """
        return 0.0 if self._has_sound else (self.blocks - self._first_block) * self._block_ms / 1000

    def callback(self, sound: bytes | None, frames: int, times: Mapping[str, float], status: int) -> tuple[None, int]:
        """Take a block from the device's thread: nothing but keeping it happens here."""
        self.blocks += 1
        if status & INPUT_OVERFLOW:
            self.overflows += 1
        now_s = self._now_s()
        if sound and not self._is_stale(now_s):
            self._has_sound = self._has_sound or sound.count(0) < len(sound)  # fifty times as quick as any()
            canceller = self.canceller
            moment = None if canceller is None else canceller.moment
            self._inbox.put(_Block(sound, self._converter, self._ended_s(times, now_s), canceller, moment))
        return None, PA_CONTINUE

    def _is_stale(self, now_s: float) -> bool:
        """Whether this block is from a time in which the program was stopped."""
        came_s, self._came_s = self._came_s, now_s
        if now_s - came_s > _AWAY_S:
            self._stale_since_s, self._stale_blocks = now_s, 0
        if self._stale_since_s is None:
            return False
        self._stale_blocks += 1
        if self._stale_blocks >= _LIVE_BLOCKS:
            live = now_s - self._stale_since_s >= _LIVE_BLOCKS * self._block_ms / 1000 / 2
            self._stale_since_s, self._stale_blocks = None if live else now_s, 0
        return True

    def _ended_s(self, times: Mapping[str, float], now_s: float) -> float:
        """When the last sample of a block was taken that has just come."""
        block_s = self._block_ms / 1000
        ago_s = times.get("current_time", 0.0) - times.get("input_buffer_adc_time", 0.0) - block_s
        return now_s - ago_s if 0.0 < ago_s < LATENCY_LIMIT_S else now_s

    async def frames(self) -> AsyncIterator[bytes]:
        """20 ms frames of 24 kHz mono s16, from now on; for one reader at a time."""
        self._inbox.open(asyncio.get_running_loop())
        waiting = b""
        while True:
            sound, converter, ended_s, canceller, moment = await self._inbox.take()
            self.block_clock.beat()
            new = sound if converter is None else converter.convert(sound)
            waiting += new
            if canceller is not None and moment is not None:
                canceller.arrived(len(new) // pcm.SAMPLE_BYTES, moment)
            while len(waiting) >= pcm.FRAME_BYTES:
                self.captured_s = ended_s - len(waiting) / pcm.BYTES_PER_MS / 1000
                frame = waiting[: pcm.FRAME_BYTES]
                cleaned = frame if canceller is None else canceller.clean(frame)
                yield pcm.amplified(cleaned, self.gain_db) if self.gain_db else cleaned
                waiting = waiting[pcm.FRAME_BYTES :]


@dataclass(frozen=True, slots=True)
class MicrophoneLevel:
    """How loud a microphone was over a while."""

    seconds: float
    """How much sound came; 0 when none did."""
    dbfs: float
    """The mean loudness."""
    peak_dbfs: float
    """The loudest 20 ms."""
    clipped: bool
    """Whether it was ever too loud for 16 bits."""


async def measure_level(microphone: Microphone, seconds: float = 2.0) -> MicrophoneLevel:
    """Listen until so much sound has come, for `doctor`; `LATE_S` after that was due, of what has come by then."""
    heard: list[bytes] = []
    wanted = round(seconds * 1000 / pcm.FRAME_MS)

    async def listen() -> None:
        async for frame in microphone.frames():
            heard.append(frame)
            if len(heard) == wanted:
                return

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(listen(), seconds + LATE_S)
    samples = [pcm.samples_of(frame) for frame in heard]
    return MicrophoneLevel(
        seconds=len(heard) * pcm.FRAME_MS / 1000,
        dbfs=pcm.dbfs(pcm.samples_of(b"".join(heard))),
        peak_dbfs=max(map(pcm.dbfs, samples), default=pcm.FLOOR_DBFS),
        clipped=any(pcm.peak(frame) >= pcm.CLIP_LEVEL for frame in samples),
    )
