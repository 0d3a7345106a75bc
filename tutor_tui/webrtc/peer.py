"""One end of a call: where it may listen, and how it is taken apart."""

from __future__ import annotations

import asyncio
import contextlib

from aiortc import RTCConfiguration, RTCPeerConnection

from tutor_tui.webrtc.jitter_buffer import steady
from tutor_tui.webrtc.redundancy import send_twice

EVENTS_CHANNEL = "oai-events"
"""Label of the data channel with the protocol's events."""
LARGEST_EVENT_BYTES = 65_536
"""What every WebRTC implementation takes as one message."""
CLOSE_S = 1.0


def new_peer() -> RTCPeerConnection:
    """One end, without servers that help to get through: each of them would learn who calls whom."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def steady_sound(peer: RTCPeerConnection) -> None:
    """Arm the sound, both ways, against packet loss; see `jitter_buffer` and `redundancy`."""
    for transceiver in peer.getTransceivers():
        steady(transceiver.receiver)
        send_twice(transceiver.sender)


async def hang_up(peer: RTCPeerConnection) -> None:
    """End the call, within `CLOSE_S`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await peer.close()
