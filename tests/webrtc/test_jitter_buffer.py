"""Packets lost, late, doubled and shuffled; and sound through the tracks of a call."""

from __future__ import annotations

import random
from typing import Any

import pytest
from aiortc import RTCPeerConnection
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket

from tutor_tui.webrtc.jitter_buffer import DEEPEST, DEPTH, SteadyBuffer, steady


def packet(number: int) -> RtpPacket:
    made = RtpPacket(sequence_number=number % 65_536, timestamp=(number * 960) % 2**32)
    made._data = str(number).encode()  # type: ignore[attr-defined] # as aiortc's receiver does
    return made


def let_through(buffer: Any, numbers: list[int]) -> list[int]:
    """What comes out of the buffer, packet by packet."""
    frames = [buffer.add(packet(number))[1] for number in numbers]
    return [int(frame.data) for frame in frames if frame is not None]


@pytest.mark.parametrize("first", [0, 50, 32_000, 65_530])
def test_in_order_they_pass_with_a_fixed_delay(first: int) -> None:
    numbers = list(range(first, first + 200))
    assert let_through(SteadyBuffer(), numbers) == numbers[:-DEPTH]


def test_the_shuffled_are_put_into_order() -> None:
    numbers = [0, 2, 1, 3, 5, 6, 4, 7, 8, 9, 10, 11, 12]
    assert let_through(SteadyBuffer(), numbers) == list(range(13 - DEPTH))


def test_the_lost_are_not_waited_for_and_cost_nobody_else() -> None:
    chance = random.Random(5)
    numbers = [number for number in range(1_000) if chance.random() > 0.05]
    assert let_through(SteadyBuffer(), numbers) == numbers[:-DEPTH]


def test_the_librarys_own_buffer_would_lose_four_times_as_much() -> None:
    """If this fails, aiortc has become better, and `SteadyBuffer` may go."""
    chance = random.Random(5)
    numbers = [number for number in range(1_000) if chance.random() > 0.05]
    assert len(let_through(JitterBuffer(capacity=16, prefetch=4), numbers)) < 0.88 * len(numbers)


def test_the_late_and_the_doubled_are_left_out() -> None:
    assert let_through(SteadyBuffer(), [0, 1, 1, 2, 3, 4, 5, 0, 1, 6, 7, 6, 8]) == list(range(9 - DEPTH))


def test_where_packets_come_later_more_are_let_wait() -> None:
    chance = random.Random(9)
    numbers = sorted(range(1_000), key=lambda number: number + chance.uniform(0, 5.5))
    buffer = SteadyBuffer()
    out = let_through(buffer, numbers)
    assert out == sorted(out)
    assert DEPTH < buffer.depth <= 5
    assert len(out) > 0.98 * len(numbers)
    assert len(let_through(buffer, [number + 1_000 for number in numbers])) > 0.999 * len(numbers)


def test_for_what_comes_far_too_late_nobody_waits() -> None:
    buffer = SteadyBuffer()
    let_through(buffer, [*range(50), *range(51, 51 + DEEPEST + 1), 50])
    assert buffer.depth == DEPTH
    let_through(buffer, [60, 61, 62, 63, 60, 61])  # doubled
    assert buffer.depth == DEPTH


def test_a_new_beginning_is_followed() -> None:
    out = let_through(SteadyBuffer(), [*range(100), *range(40_000, 40_100)])
    assert out == [*range(100 - DEPTH), *range(40_000, 40_100 - DEPTH)]


async def test_this_aiortc_has_the_place_where_our_buffer_goes() -> None:
    offering, answering = RTCPeerConnection(), RTCPeerConnection()
    offering.addTransceiver("audio")
    await answering.setRemoteDescription(await offering.createOffer())
    receiver = answering.getTransceivers()[0].receiver
    assert steady(receiver)
    assert isinstance(receiver._RTCRtpReceiver__jitter_buffer, SteadyBuffer)  # type: ignore[attr-defined] # aiortc's own
    await offering.close()
    await answering.close()
