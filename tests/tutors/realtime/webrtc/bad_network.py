"""A network that loses and delays: laid under aioice, so that RTP, DTLS, SCTP and STUN all suffer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aioice.ice import StunProtocol

LOSS = 0.05
JITTER_S = 0.03


@dataclass
class Weather:
    """What has happened to the datagrams so far."""

    sent: int = 0
    lost: int = 0


@contextmanager
def bad_network(loss: float = LOSS, jitter_s: float = JITTER_S, seed: int = 7) -> Iterator[Weather]:
    """Inside the block, each datagram that leaves is lost with probability `loss`, or up to `jitter_s` late."""
    chance = random.Random(seed)
    weather = Weather()
    send_well = StunProtocol.send_data

    async def send_data(self: StunProtocol, data: bytes, addr: tuple[str, int]) -> None:
        weather.sent += 1
        if chance.random() < loss:
            weather.lost += 1
            return
        asyncio.get_running_loop().call_later(chance.uniform(0, jitter_s), _deliver, self, data, addr)

    def _deliver(protocol: StunProtocol, data: bytes, addr: tuple[str, int]) -> None:
        if not protocol.transport.is_closing():
            protocol.transport.sendto(data, addr)

    StunProtocol.send_data = send_data  # type: ignore[method-assign] # that is what this is for
    try:
        yield weather
    finally:
        StunProtocol.send_data = send_well  # type: ignore[method-assign]
