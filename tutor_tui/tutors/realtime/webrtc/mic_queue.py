"""The learner's voice on its way into a call: arrives in bursts, goes out 20 ms every 20 ms."""

from __future__ import annotations

import asyncio

from tutor_tui.core import pcm
from tutor_tui.tutors.realtime.sound_room import SoundRoom

MAX_WAITING_BYTES = pcm.bytes_of(2_000)
"""More than this waiting means that we were asleep: what comes now is dropped, or the tutor would hear the past."""
LATE_BYTES = pcm.bytes_of(160)
"""With more than this waiting, pauses are shortened until the voice is in time again."""
MAX_TRIES = 20
"""How often the track asks again, every `webrtc.media.AGAIN_S`, for a voice that is under way."""
PAUSE_PEAK = 300
"""A frame that never gets louder than this (-41 dBFS) may be left out of a pause."""


class MicQueue:
    """A queue between the microphone's clock and the track's.

    While a voice is under way the track waits for the microphone: silence in its place would tear words apart, as
    often as the machine is busy.
    """

    def __init__(self) -> None:
        self.dropped_ms = 0
        """Sound thrown away because too much was waiting."""
        self._waiting = bytearray()
        self._room = SoundRoom(MAX_WAITING_BYTES)
        self._speaking = False
        """The last frame was more than a pause."""
        self._tries = 0
        self._gone_bytes = 0
        self._moved = asyncio.Event()

    def hear(self, sound: bytes, *, kept: bool = False) -> int:
        """Take some of the learner's voice, `kept` from before the call or new. Returns how many ms were taken."""
        if not self._room.takes(sound, len(self._waiting), kept=kept):
            self.dropped_ms += pcm.ms_of(len(sound))
            return 0
        self._waiting += sound
        return pcm.ms_of(len(sound))

    def pull(self) -> bytes | None:
        """The next `pcm.FRAME_BYTES` for the track: silence when there is less, None to ask again soon."""
        while len(self._waiting) > LATE_BYTES and not _is_loud(self._head()):
            self._go()
        if len(self._waiting) >= pcm.FRAME_BYTES:
            head = self._head()
            self._speaking, self._tries = _is_loud(head), 0
            self._go()
            return head
        self._tries += 1
        if self._speaking and self._tries <= MAX_TRIES:
            return None
        self._speaking = False
        return pcm.silence(pcm.FRAME_MS)

    def _head(self) -> bytes:
        return bytes(self._waiting[: pcm.FRAME_BYTES])

    def _go(self) -> None:
        del self._waiting[: pcm.FRAME_BYTES]
        self._gone_bytes += pcm.FRAME_BYTES
        self._room.gone(len(self._waiting))
        self._moved.set()

    async def all_said(self) -> None:
        """Wait until what was heard so far has gone out."""
        self._waiting += bytes(-len(self._waiting) % pcm.FRAME_BYTES)
        until = self._gone_bytes + len(self._waiting)
        while self._gone_bytes < until:
            self._moved.clear()
            await self._moved.wait()
        self._speaking = False  # nothing follows


def _is_loud(frame: bytes) -> bool:
    return pcm.peak(pcm.samples_of(frame)) > PAUSE_PEAK
