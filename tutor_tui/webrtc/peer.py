"""One end of a call: where it may listen, and how it is taken apart."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aioice import ice
from aiortc import RTCConfiguration, RTCPeerConnection

from tutor_tui.webrtc.jitter_buffer import steady
from tutor_tui.webrtc.redundancy import send_twice

EVENTS_CHANNEL = "oai-events"
"""Label of the data channel with the protocol's events (protocol.md §2.4)."""
LARGEST_EVENT_BYTES = 65_536
"""What every WebRTC implementation takes as one message."""
CLOSE_S = 1.0
LOOPBACK = "127.0.0.1"

_only: ContextVar[list[str] | None] = ContextVar("addresses offered", default=None)
_all_addresses = ice.get_host_addresses


def _offered(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    only = _only.get()
    return _all_addresses(use_ipv4, use_ipv6) if only is None else only


ice.get_host_addresses = _offered
# aioice leaves loopback out, and has no setting for it. Without this a call within this machine would go through the
# network card, where others could reach it, and could not be held at all on a machine without a network.


@contextmanager
def offering(*, loopback: bool) -> Iterator[None]:
    """Inside the block, calls are prepared for this machine alone (`loopback`), or for all its networks."""
    token = _only.set([LOOPBACK] if loopback else None)
    try:
        yield
    finally:
        _only.reset(token)


def new_peer() -> RTCPeerConnection:
    """One end, without servers that help to get through: each of them would learn who calls whom."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def steady_sound(peer: RTCPeerConnection) -> None:
    """Arm the sound, both ways, against a bad line; see `jitter` and `send_twice`."""
    for transceiver in peer.getTransceivers():
        steady(transceiver.receiver)
        send_twice(transceiver.sender)


async def hang_up(peer: RTCPeerConnection) -> None:
    """End the call, within `CLOSE_S`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await peer.close()
