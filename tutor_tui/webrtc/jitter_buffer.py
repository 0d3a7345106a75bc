"""Packets of sound put back into order.

aiortc's own buffer waits up to 320 ms for a packet that was lost, throws the good ones before it away meanwhile, and
stays 320 ms late for the rest of the call: of 5 % lost packets it makes about 20 % lost sound. This one lets `DEPTH`
packets wait, and gives up what has not come by then. Where packets turn out to come later than that, it lets more wait
from then on.
"""

from __future__ import annotations

from collections import deque

from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtpPacket

from tutor_tui.webrtc.aiortc_patches import set_jitter_buffer

DEPTH = 2
"""Packets of 20 ms that wait: one may come 40 ms late and still take its place."""
DEEPEST = 8
"""More than 160 ms would be felt in the conversation, more than some lost packets."""
_HALF = 1 << 15
_FAR = 100
"""A sequence number so far off is a new beginning."""


class SteadyBuffer:
    """For sound, where each packet is a frame."""

    def __init__(self) -> None:
        self.depth = DEPTH
        """So many packets wait."""
        self._waiting: dict[int, RtpPacket] = {}
        """By position: sequence numbers that do not wrap."""
        self._newest = 0
        self._given: int | None = None
        """Position of the last packet that was let through."""
        self._missed: deque[int] = deque(maxlen=DEEPEST)
        """Positions that were given up."""

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """One packet in, at most one out: the oldest of those that wait."""
        position = self._position(packet.sequence_number)
        if self._given is not None and position <= self._given:
            self._learn_from(position)
            return False, None
        self._waiting[position] = packet
        if len(self._waiting) <= self.depth:
            return False, None
        first = min(self._waiting)
        self._missed += range(first if self._given is None else self._given + 1, first)
        self._given = first
        oldest = self._waiting.pop(first)
        return False, JitterFrame(data=oldest._data, timestamp=oldest.timestamp)  # type: ignore[attr-defined] # aiortc sets it

    def _learn_from(self, position: int) -> None:
        """A packet came too late (or a second time): let more wait, so that the next such one is in time."""
        late = self._newest - position
        if position in self._missed and self.depth < late <= DEEPEST:
            self.depth = late

    def _position(self, sequence_number: int) -> int:
        step = (sequence_number - self._newest + _HALF) % (2 * _HALF) - _HALF
        if abs(step) > _FAR:
            self._waiting.clear()
            self._missed.clear()
            self._given = None
            self._newest = sequence_number
            return sequence_number
        position = self._newest + step
        self._newest = max(self._newest, position)
        return position


def steady(receiver: RTCRtpReceiver) -> bool:
    """Give `receiver` a `SteadyBuffer`; false for pictures, and where this aiortc has no place for one."""
    if receiver.track is None or receiver.track.kind != "audio":
        return False
    return set_jitter_buffer(receiver, SteadyBuffer())
