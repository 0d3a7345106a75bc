"""A sound card made of files: a WAV is the learner's voice, and the tutor's is written into another.

For tests and demonstrations. Blocks run by the clock, through the same microphone and speaker as real sound.
"""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tutor_tui.audio.sound_card import BaseSoundCard
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, Which
from tutor_tui.core.ports import Device
from tutor_tui.core.problems import ExitCode, Problem

_NO_LATENCY = {"output_buffer_dac_time": 0.0, "current_time": 0.0}


def write_wav(path: Path, sound: bytes, rate_hz: int = pcm.RATE_HZ) -> None:
    """Write mono s16 samples. Raises `Problem`."""
    try:
        with path.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(pcm.SAMPLE_BYTES)
            file.setframerate(rate_hz)
            file.writeframes(sound)
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.", "", ExitCode.USAGE) from error


class WavSoundCard(BaseSoundCard):
    """A `SoundCard` that hears `voice` once, then silence, and writes what the tutor said to `reply` when it closes."""

    def __init__(self, voice: Path | None = None, reply: Path | None = None) -> None:
        super().__init__(pcm.FRAME_MS)
        self._voice, self._rate_hz, self._channels = read_wav(voice) if voice else (b"", pcm.RATE_HZ, 1)
        self._names: dict[Which, str] = {
            "microphone": voice.name if voice else "silence",
            "speaker": reply.name if reply else "nowhere",
        }
        self._reply = reply
        self._said: list[bytes] = []
        self._clockwork: asyncio.Task[None] | None = None

    async def __aenter__(self) -> WavSoundCard:
        self._microphone.renew(self._rate_hz, self._channels)
        self._speaker.attach(asyncio.get_running_loop())
        self._speaker.renew(pcm.RATE_HZ, 1, 0.0)
        self._speaker.present()
        for which in self._names:
            self._report_opened(which)
        self._clockwork = asyncio.create_task(self._run(), name="sound card of files")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._clockwork is not None:
            self._clockwork.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._clockwork
        self._events.put_nowait(None)
        if self._reply is not None:
            write_wav(self._reply, b"".join(self._said))

    async def devices(self) -> Sequence[Device]:
        hears, says = self._names["microphone"], self._names["speaker"]
        return (
            Device(0, hears, "WAV", inputs=self._channels, outputs=0, rate_hz=self._rate_hz, default_input=True),
            Device(1, says, "WAV", inputs=0, outputs=1, rate_hz=pcm.RATE_HZ, default_output=True),
        )

    async def choose(self, which: Which, device: str) -> None:
        """Files are not changed in mid-lesson: the one in use is reported again, any other refused."""
        if device in ("", self._names[which]):
            self._report_opened(which)
        else:
            self._events.put_nowait(DeviceLost(which, f"There is no {which} called “{device}”."))

    def _report_opened(self, which: Which) -> None:
        rate_hz = self._rate_hz if which == "microphone" else pcm.RATE_HZ
        self._events.put_nowait(DeviceOpened(which, self._names[which], rate_hz))

    async def _run(self) -> None:
        frames = self._rate_hz * pcm.FRAME_MS // 1000
        block_bytes = frames * self._channels * pcm.SAMPLE_BYTES
        loop = asyncio.get_running_loop()
        next_s, at = loop.time(), 0
        while True:
            block = self._voice[at : at + block_bytes].ljust(block_bytes, b"\0")
            at += block_bytes if self._microphone.listening else 0
            self._microphone.callback(block, frames, {}, 0)
            said, _ = self._speaker.callback(None, pcm.FRAME_SAMPLES, _NO_LATENCY, 0)
            if self._reply is not None:
                self._said.append(said)
            next_s += pcm.FRAME_MS / 1000
            await asyncio.sleep(max(0.0, next_s - loop.time()))
