"""Packets of sound sent a second time, once the other side has reported losses.

A packet that is lost cannot be asked for again: the answer would come when its time has passed. So each goes out once
more, with the next one. Every receiver knows the second copy by its number and throws it away when it has the first
(encryption demands that, against replayed packets), so nothing has to be agreed on, and one lost packet in twenty
becomes one in four hundred.
"""

from __future__ import annotations

import asyncio
import contextlib

from aiortc import RTCRtpSender
from aiortc.rtp import RtpPacket

from tutor_tui.webrtc.aiortc_patches import reported_loss, retransmit, set_packet_history


class RedundantSender(dict[int, RtpPacket]):
    """A sender's memory of its last packets: aiortc puts each into it, and sends it."""

    def __init__(self, sender: RTCRtpSender) -> None:
        super().__init__()
        self._sender = sender
        self._last: int | None = None
        """Sequence number of the packet before this one."""
        self._is_lossy = False
        self._sending: set[asyncio.Task[None]] = set()

    def __setitem__(self, key: int, packet: RtpPacket) -> None:
        super().__setitem__(key, packet)
        last, self._last = self._last, packet.sequence_number
        self._is_lossy = self._is_lossy or reported_loss(self._sender) > 0  # what lost some will lose more
        if self._is_lossy and last is not None:
            task = asyncio.get_running_loop().create_task(self._again(last), name="call: sound once more")
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _again(self, sequence_number: int) -> None:
        with contextlib.suppress(ConnectionError):  # the call has ended
            await retransmit(self._sender, sequence_number)


def send_twice(sender: RTCRtpSender) -> bool:
    """Let `sender` send twice where that is needed; false for pictures, and where this aiortc has no place for it."""
    return sender.kind == "audio" and set_packet_history(sender, RedundantSender(sender))
