"""What every sound card has in common: a microphone, a speaker and the events about both."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from tutor_tui.audio.echo_canceller import MISSING, MISSING_HINT, EchoCanceller
from tutor_tui.audio.microphone import PyAudioMicrophone
from tutor_tui.audio.speaker import PyAudioSpeaker
from tutor_tui.core.events import EchoCancelled, LocalEvent
from tutor_tui.core.ports import SoundCounters

_log = logging.getLogger(__name__)


class BaseSoundCard:
    """Half of a `SoundCard`: whatever calls the callbacks of its two ends (a device's thread, a clock) is the other."""

    def __init__(self, block_ms: int) -> None:
        self._events: asyncio.Queue[LocalEvent | None] = asyncio.Queue()
        self._microphone = PyAudioMicrophone(block_ms)
        self._speaker = PyAudioSpeaker(self._events.put_nowait)
        self._reopened = 0
        self._echo_wanted = False
        self._loading_canceller: asyncio.Task[None] | None = None

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
            hole_ms=self._speaker.hole_ms,
            dropped_frames=self._microphone.dropped,
            reopened=self._reopened,
        )

    def cancel_echo(self, wanted: bool) -> None:
        """Take the tutor's voice out of what the microphone hears, once what does it is loaded; or leave it in."""
        self._echo_wanted = wanted
        if not wanted:
            self._use(None)
        elif self._loading_canceller is None or self._loading_canceller.done():
            self._loading_canceller = asyncio.create_task(self._load_canceller(), name="sound card: echo canceller")

    async def _load_canceller(self) -> None:
        try:
            canceller = await asyncio.to_thread(EchoCanceller)
        except (ImportError, OSError, RuntimeError) as problem:
            _log.warning("no echo cancellation: %s", type(problem).__name__)
            self._events.put_nowait(EchoCancelled(False, MISSING, MISSING_HINT))
            return
        if self._echo_wanted:
            self._use(canceller)

    def _use(self, canceller: EchoCanceller | None) -> None:
        self._speaker.canceller = self._microphone.canceller = canceller

    async def pause(self, seconds: float) -> None:
        """Wait at least so long, until the microphone's next block."""
        await self._microphone.block_clock.pause(seconds)

    async def events(self) -> AsyncIterator[LocalEvent]:
        """`DeviceOpened`, `DeviceLost`, `SpeechFinished`, until the card is closed. For one reader."""
        while (event := await self._events.get()) is not None:
            yield event
