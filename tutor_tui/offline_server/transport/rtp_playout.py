"""What the tutor's side of a call says: sound waits here until its time, and how much was sent is known exactly."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime.wire import Json, event

CUSHION_BYTES = pcm.bytes_of(200)
"""A response begins with so much made, and goes on so after it has run dry: a voice that is held up for a moment, on a
busy machine, must not stutter."""


@dataclass(slots=True)
class _Spoken:
    """A response's sound that is not sent yet."""

    response_id: str
    item_id: str
    sound: bytearray = field(default_factory=bytearray)
    sent_bytes: int = 0
    complete: bool = False
    flowing: bool = False
    """It has begun, and has not run dry since."""

    @property
    def is_held_up(self) -> bool:
        """Whether the voice has to make more before it can be heard."""
        enough = pcm.FRAME_BYTES if self.flowing else CUSHION_BYTES
        return len(self.sound) < enough and not self.complete


@dataclass(frozen=True, slots=True)
class Cut:
    """An item that was not sent to its end."""

    item_id: str
    sent_ms: int


class RtpPlayout:
    """Gives 20 ms at a time, and tells of `output_audio_buffer.started`, `.stopped` and `.cleared`."""

    def __init__(self, tell: Callable[[Json], None]) -> None:
        self._tell = tell
        self._queue: deque[_Spoken] = deque()
        self._sounding = ""
        """Id of the response that is being sent."""
        self._silenced: set[str] = set()
        """Responses that were cleared: what still comes of them is not sent."""

    def add(self, response_id: str, item_id: str, sound: bytes) -> None:
        """More of a response."""
        if response_id in self._silenced:
            return
        if not self._queue or self._queue[-1].item_id != item_id:
            self._queue.append(_Spoken(response_id, item_id))
        self._queue[-1].sound += sound

    def complete(self, item_id: str) -> None:
        """No more will come of this item."""
        for spoken in self._queue:
            if spoken.item_id == item_id:
                spoken.complete = True

    def pull(self) -> bytes:
        """The next `pcm.FRAME_BYTES` for the track: sound, or silence."""
        while self._queue:
            spoken = self._queue[0]
            spoken.flowing = not spoken.is_held_up
            if not spoken.flowing:
                break
            piece = bytes(spoken.sound[: pcm.FRAME_BYTES])
            if not piece:
                self._queue.popleft()
                self._stop_unless_more()
                continue
            if self._sounding != spoken.response_id:
                self._sounding = spoken.response_id
                self._tell(event("output_audio_buffer.started", response_id=spoken.response_id))
            del spoken.sound[: pcm.FRAME_BYTES]
            spoken.sent_bytes += len(piece)
            return piece.ljust(pcm.FRAME_BYTES, b"\0")
        return pcm.silence(pcm.FRAME_MS)

    def _stop_unless_more(self) -> None:
        """A response may have several items: it stops after the last."""
        if self._sounding and not any(spoken.response_id == self._sounding for spoken in self._queue):
            self._tell(event("output_audio_buffer.stopped", response_id=self._sounding))
            self._sounding = ""

    def clear(self) -> list[Cut]:
        """Fall silent; tells of what was being said, returns everything that was not sent to its end."""
        cut = list(self._queue)
        self._queue.clear()
        self._silenced.update(spoken.response_id for spoken in cut)
        self._sounding = ""
        for response_id in dict.fromkeys(spoken.response_id for spoken in cut):
            self._tell(event("output_audio_buffer.cleared", response_id=response_id))
        return [Cut(spoken.item_id, pcm.ms_of(spoken.sent_bytes)) for spoken in cut]
