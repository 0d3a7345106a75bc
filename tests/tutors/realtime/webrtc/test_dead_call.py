"""A call whose network dies without a word is found dead in time, and one that stands is left alone. On loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aioice.ice import StunProtocol
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from tutor_tui.core.machine_sleep import Machine
from tutor_tui.core.problems import LinkLost
from tutor_tui.tutors.realtime.webrtc.call import Sound, WebRtcCall
from tutor_tui.webrtc import peer as peers
from tutor_tui.webrtc.aiortc_patches import datagrams_of, offering
from tutor_tui.webrtc.peer import hang_up, new_peer

pytestmark = pytest.mark.real_time
FOUND_S = 15.0


@asynccontextmanager
async def standing_call() -> AsyncIterator[tuple[WebRtcCall, RTCPeerConnection]]:
    """Both ends of one."""
    other = new_peer()
    other.addTrack(AudioStreamTrack())

    async def answer(offer: str) -> str:
        await other.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        with offering(loopback=True):
            await other.setLocalDescription(await other.createAnswer())
        return other.localDescription.sdp

    call = WebRtcCall("here", loopback=True)
    try:
        await call.dial(answer)
        yield call, other
    finally:
        await call.close()
        await hang_up(other)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called on, nothing goes through, either way: sound, events, checks."""

    async def lose(*_: object) -> None:
        pass

    def cut() -> None:
        monkeypatch.setattr(StunProtocol, "send_data", lose)
        monkeypatch.setattr(StunProtocol, "send_stun", lambda *_: None)

    return cut


async def ended(call: WebRtcCall) -> object:
    """What the call ends with."""
    async with asyncio.timeout(30):
        while not isinstance(came := await call.inbox.get(), BaseException):
            pass
    return came


async def wake_again_and_again(slept: list[float]) -> None:
    """Once might be while the last datagram is on its way."""
    while True:
        slept[0] += 3_600
        await asyncio.sleep(0.5)


async def test_a_call_that_goes_silent_is_found_dead_soon(
    cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the checks of consent alone it would be found after half a minute."""
    monkeypatch.setattr(peers, "LOOK_S", 0.1)
    async with standing_call() as (call, _):
        cut()
        lost = await ended(call)
    assert isinstance(lost, LinkLost)
    assert (lost.title, lost.retry) == ("The call to the tutor broke.", True)


async def test_a_machine_that_wakes_finds_it_sooner(cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    slept = [0.0]
    monkeypatch.setattr(peers, "Machine", lambda: Machine(lambda: slept[0]))
    monkeypatch.setattr(peers, "LOOK_S", 0.1)
    monkeypatch.setattr(peers, "SILENT_LOOKS", 1_000_000)
    async with standing_call() as (call, _):
        cut()
        waking = asyncio.create_task(wake_again_and_again(slept))
        lost = await ended(call)
        waking.cancel()
    assert isinstance(lost, LinkLost)


async def test_a_call_that_is_alive_is_left_alone() -> None:
    async with standing_call() as (call, _):
        before, heard = datagrams_of(call._peer), 0
        while heard < 10:
            heard += isinstance(await call.inbox.get(), Sound)
        assert datagrams_of(call._peer) >= before + heard
        assert call.lost is None


def test_the_real_looks_are_in_time() -> None:
    """It takes one look more than is counted; and a check that is answered every 6 s is enough."""
    assert (peers.SILENT_LOOKS + 1) * peers.LOOK_S < FOUND_S
    assert peers.WOKEN_LOOKS * peers.LOOK_S > 6
