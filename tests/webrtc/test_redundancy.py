"""Packets sent a second time, once losses are reported."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from aiortc.rtp import RtpPacket

from tutor_tui.webrtc.peer import new_peer
from tutor_tui.webrtc.redundancy import RedundantSender, send_twice


@dataclass
class Sender:
    """What `RedundantSender` needs of one."""

    again: list[int] = field(default_factory=list)
    gone: bool = False

    def __post_init__(self) -> None:
        self._RTCRtpSender__stats: dict[str, Any] = {}

    def report(self, fraction_lost: int) -> None:
        self._RTCRtpSender__stats[f"remote-inbound-rtp_{id(self)}"] = SimpleNamespace(fractionLost=fraction_lost)

    async def _retransmit(self, sequence_number: int) -> None:
        if self.gone:
            raise ConnectionError
        self.again.append(sequence_number)


async def send(history: RedundantSender, *numbers: int) -> None:
    for number in numbers:
        history[number % 128] = RtpPacket(sequence_number=number)
        await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_on_a_good_line_each_packet_goes_out_once() -> None:
    sender: Any = Sender()
    history = RedundantSender(sender)
    await send(history, 1, 2, 3)
    sender.report(0)
    await send(history, 4, 5)
    assert sender.again == []
    assert [history[number].sequence_number for number in range(1, 6)] == [1, 2, 3, 4, 5]


async def test_after_a_loss_each_goes_out_again_with_the_next_one_for_the_rest_of_the_call() -> None:
    sender: Any = Sender()
    history = RedundantSender(sender)
    await send(history, 65_534, 65_535)
    sender.report(3)
    await send(history, 0, 1)
    sender.report(0)
    await send(history, 2)
    assert sender.again == [65_535, 0, 1]


async def test_a_call_that_has_ended_is_no_fault() -> None:
    sender: Any = Sender(gone=True)
    sender.report(1)
    faults: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    await send(RedundantSender(sender), 1, 2, 3)
    assert faults == []


async def test_this_aiortc_has_the_places_it_needs() -> None:
    peer = new_peer()
    sound, picture = peer.addTrack(AudioStreamTrack()), peer.addTrack(VideoStreamTrack())
    assert send_twice(sound)
    assert isinstance(sound._RTCRtpSender__rtp_history, RedundantSender)  # type: ignore[attr-defined] # aiortc's own
    assert not send_twice(picture)
    await peer.close()
