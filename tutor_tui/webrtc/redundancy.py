"""Packets of sound sent a second time, once the other side has told of losses.

A packet that is lost cannot be asked for again: the answer would come when its time has passed. So each goes out once
more, with the next one. Every receiver knows the second copy by its number and throws it away when it has the first
(encryption demands that, against replayed packets), so nothing has to be agreed on, and one lost packet in twenty
becomes one in four hundred.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from aiortc import RTCRtpSender
from aiortc.rtp import RtpPacket

_HISTORY = "_RTCRtpSender__rtp_history"
_STATS = "_RTCRtpSender__stats"


class RedundantSender(dict[int, RtpPacket]):
    """A sender's memory of its last packets: aiortc puts each into it, and sends it."""

    def __init__(self, sender: Any) -> None:
        super().__init__()
        self._sender = sender
        self._last: int | None = None
        """Sequence number of the packet before this one."""
        self._is_lossy = False
        self._sending: set[asyncio.Task[None]] = set()

    def __setitem__(self, key: int, packet: RtpPacket) -> None:
        super().__setitem__(key, packet)
        last, self._last = self._last, packet.sequence_number
        self._is_lossy = self._is_lossy or self._losses_are_told
        if self._is_lossy and last is not None:
            task = asyncio.get_running_loop().create_task(self._again(last))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    @property
    def _losses_are_told(self) -> bool:
        """Whether the other side's last report says that packets were lost. A line that lost some will lose more."""
        report = getattr(self._sender, _STATS).get(f"remote-inbound-rtp_{id(self._sender)}")
        return report is not None and report.fractionLost > 0

    async def _again(self, sequence_number: int) -> None:
        with contextlib.suppress(ConnectionError):  # the call has ended
            await self._sender._retransmit(sequence_number)


def send_twice(sender: RTCRtpSender) -> bool:
    """Let `sender` send twice where that is needed; false where this aiortc has no such place."""
    if sender.kind != "audio" or not all(hasattr(sender, name) for name in (_HISTORY, _STATS, "_retransmit")):
        return False
    setattr(sender, _HISTORY, RedundantSender(sender))
    return True
