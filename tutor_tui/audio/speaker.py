"""The tutor's voice, from the lesson to the device's thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from tutor_tui.audio.echo_canceller import EchoCanceller
from tutor_tui.audio.playback import Playback
from tutor_tui.audio.playback_items import Item
from tutor_tui.audio.portaudio import LATENCY_LIMIT_S, OUTPUT_UNDERFLOW, PA_CONTINUE
from tutor_tui.audio.resample import Outward
from tutor_tui.core import pcm
from tutor_tui.core.events import SpeechFinished
from tutor_tui.core.ports import Heard, Tap


class PyAudioSpeaker:
    """A `Speaker` that lives as long as the sound card, while devices come and go behind it."""

    def __init__(self, announce: Callable[[SpeechFinished], None]) -> None:
        self._announce = announce
        """Called on the loop when an item has been heard to its end."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._playback = Playback(self._ended)
        self._converter: Outward | None = None
        self._present = True
        """False once it is known that nothing can be heard. Until then sound waits for the first device to open: the
        tutor's greeting may come before it."""
        self.canceller: EchoCanceller | None = None
        """Is told of what goes to the device, where the tutor's voice is to be taken out of the microphone's sound."""
        self._usual_latency_s = 0.0
        self._late = 0
        self.blocks = 0
        """Blocks that devices asked for so far: a stream that lives makes it grow."""

    # ---- for the lesson, on the event loop ---------------------------------------------------------------------------

    def play(self, item_id: str, pcm: bytes) -> None:
        """Queue a piece of any size. While there is no device it is dropped."""
        self._playback.play(item_id, pcm, silent=not self._present)

    def finish(self, item_id: str) -> None:
        """Say that no more pieces will come. While there is no device, that is the item's end."""
        item = self._playback.finish(item_id)
        if item is not None and not self._present:
            self._finish_at(item, 0.0)

    def stop(self) -> tuple[Heard, ...]:
        """Fall silent within 10 ms; return each item not heard to its end."""
        return self._playback.stop()

    def duck(self) -> None:
        """Be quieter within 10 ms, for now."""
        self._playback.duck()

    def pause(self) -> None:
        """Fall silent within 10 ms, for now."""
        self._playback.pause()

    def resume(self) -> None:
        """Go on where the voice paused, as loud as ever."""
        self._playback.resume()

    def replay(self, item_id: str, piece: bytes) -> None:
        """Play this at once, ahead of the queue. Without a device its end is announced when it is finished."""
        self._playback.replay(item_id, piece)

    def finish_replay(self) -> None:
        """No more of it will come."""
        self._playback.finish_replay()
        if not self._present:
            self.abandon()

    def stop_replay(self) -> None:
        """End it within 10 ms; nothing is announced."""
        self._playback.stop_replay()

    def hold(self, on: bool) -> None:
        """Let what is queued wait, or no longer; what is replayed is heard."""
        self._playback.hold(on)

    def progress(self, item_id: str) -> Heard | None:
        """How much of an item was heard so far, to a block; None where nothing of it came."""
        return self._playback.progress(item_id)

    @property
    def tap(self) -> Tap | None:
        """Who hears along; None where nobody does."""
        return self._playback.tap

    @tap.setter
    def tap(self, tap: Tap | None) -> None:
        self._playback.tap = tap

    @property
    def sounding(self) -> bool:
        """Whether the learner hears the tutor now, the device's latency included."""
        return self._playback.sounding

    @property
    def underflows(self) -> int:
        """Blocks that the system had to invent, or we left empty, while the tutor was speaking."""
        return self._late + self._playback.holes

    @property
    def hole_ms(self) -> int:
        """Silence in the middle of items, because their next sound came too late."""
        return self._playback.jitter.hole_ms

    # ---- for the sound card ------------------------------------------------------------------------------------------

    def renew(self, rate_hz: int, channels: int, latency_s: float) -> None:
        """Another device will be filled, in this format; what is queued goes on there.

        Called by the worker between two streams, when no device's thread is pulling.
        """
        plain = rate_hz == pcm.RATE_HZ and channels == 1
        self._converter = None if plain else Outward(rate_hz, channels)
        self._usual_latency_s = latency_s
        self._playback.renew()
        if self.canceller is not None:
            self.canceller.renew()

    def present(self) -> None:
        """A device is open: pieces are played from now on."""
        self._present = True

    def abandon(self) -> None:
        """No device is left: drop what is queued, and let the lesson go on as if it had been heard."""
        self._present = False
        for item in self._playback.abandon():
            self._finish_at(item, 0.0)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Announce to `loop` from now on."""
        self._loop = loop

    def _finish_at(self, item: Item, time_s: float) -> None:
        if item.ending or item.cut:
            return
        item.ending = True
        wait_s = time_s - time.monotonic()
        if self._loop is None or wait_s <= 0:
            self._announce(SpeechFinished(item.id))
        else:
            self._loop.call_later(wait_s, self._announce, SpeechFinished(item.id))

    # ---- the device's thread -----------------------------------------------------------------------------------------

    def callback(self, sound: bytes | None, frames: int, times: Mapping[str, float], status: int) -> tuple[bytes, int]:
        """Give the device its next block."""
        self.blocks += 1
        if self._playback.dry or (status & OUTPUT_UNDERFLOW and self._playback.sounding):
            self._late += 1
        latency_s = times["output_buffer_dac_time"] - times["current_time"]
        if not 0.0 < latency_s < LATENCY_LIMIT_S:
            latency_s = self._usual_latency_s
        if self._converter is None:
            return self._pull(frames * pcm.SAMPLE_BYTES, latency_s), PA_CONTINUE
        return self._converter.fill(frames, latency_s, self._pull), PA_CONTINUE

    def _pull(self, byte_count: int, latency_s: float) -> bytes:
        block = self._playback.pull(byte_count, latency_s)
        if (canceller := self.canceller) is not None:
            canceller.played(block)
        return block

    def _ended(self, item: Item, audible_until_s: float) -> None:
        """An item's last sound went to the device."""
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._finish_at, item, audible_until_s)
        except RuntimeError:
            self._loop = None  # the loop is closed: the lesson is over, the device not yet
