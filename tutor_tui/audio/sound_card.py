"""What every sound card has in common: a microphone, a speaker and the events about both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tutor_tui.audio.microphone import PyAudioMicrophone
from tutor_tui.audio.speaker import PyAudioSpeaker
from tutor_tui.core.events import LocalEvent
from tutor_tui.core.ports import SoundCounters


class BaseSoundCard:
    """Half of a `SoundCard`: whatever calls the callbacks of its two ends (a device's thread, a clock) is the other."""

    def __init__(self, block_ms: int) -> None:
        self._events: asyncio.Queue[LocalEvent | None] = asyncio.Queue()
        self._microphone = PyAudioMicrophone(block_ms)
        self._speaker = PyAudioSpeaker(self._events.put_nowait)
        self._reopened = 0

    @property
    def microphone(self) -> PyAudioMicrophone:
        return self._microphone

    @property
    def speaker(self) -> PyAudioSpeaker:
        return self._speaker

    @property
    def counters(self) -> SoundCounters:
        return SoundCounters(
            overflows=self._microphone.overflows,
            underflows=self._speaker.underflows,
            dropped_frames=self._microphone.dropped,
            reopened=self._reopened,
        )

    async def pause(self, seconds: float) -> None:
        """Wait at least so long, until the microphone's next block."""
        await self._microphone.block_clock.pause(seconds)

    async def events(self) -> AsyncIterator[LocalEvent]:
        """`DeviceOpened`, `DeviceLost`, `SpeechFinished`, until the card is closed. For one reader."""
        while (event := await self._events.get()) is not None:
            yield event
