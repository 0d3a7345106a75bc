"""What we change in aiortc: that it fits the version there is, that it is in force, and what it does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import tomllib
from importlib.metadata import version

import pytest
from aioice import ice
from aiortc import RTCSctpTransport, rtcsctptransport

from tests.support.paths import ROOT
from tests.support.virtual_time import in_virtual_time
from tutor_tui.webrtc import aiortc_patches
from tutor_tui.webrtc.peer import new_peer

HANDSHAKE = b"\x16\xfe\xfd"
SOUND = b"\x80\x6f"


@pytest.mark.parametrize(("library", "minor"), aiortc_patches.WRITTEN_FOR.items())
def test_the_patches_are_for_the_version_that_is_installed(library: str, minor: str) -> None:
    installed = version(library)
    assert installed.startswith(f"{minor}."), (
        f"{library} {installed} is installed, but tutor_tui/webrtc/aiortc_patches.py was written for {minor}: "
        "look at each patch again, then raise WRITTEN_FOR and the pins in pyproject.toml."
    )


@pytest.mark.parametrize("extra", ["webrtc", "dev"])
@pytest.mark.parametrize(("library", "minor"), aiortc_patches.WRITTEN_FOR.items())
def test_only_that_version_is_ever_installed(extra: str, library: str, minor: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (pin,) = [each for each in extras[extra] if each.startswith(library)]
    major, number = map(int, minor.split("."))
    assert pin == f"{library}>={minor},<{major}.{number + 1}"


@pytest.mark.parametrize(
    "module",
    ["tutor_tui.webrtc.peer", "tutor_tui.tutors.realtime.webrtc.call", "tutor_tui.offline_server.transport.webrtc"],
)
def test_no_call_is_made_without_them(module: str) -> None:
    asked = f"import sys, {module}; print('tutor_tui.webrtc.aiortc_patches' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, bytes]]:
    """What really goes out, and when."""
    datagrams: list[tuple[float, bytes]] = []

    async def note(_: ice.Connection, data: bytes) -> None:
        datagrams.append((round(asyncio.get_running_loop().time(), 3), data))

    monkeypatch.setattr(aiortc_patches, "_send_once", note)
    return datagrams


def test_keys_and_events_go_out_twice_while_the_call_is_young(sent: list[tuple[float, bytes]]) -> None:
    async def call() -> None:
        connection = ice.Connection(ice_controlling=True)
        began_s = asyncio.get_running_loop().time()
        for _ in range(5):
            await connection.send(HANDSHAKE)
            await asyncio.sleep(1)
        times = [round(at - began_s, 3) for at, _ in sent]
        assert times == [0, 0.1, 1, 1.1, 2, 2.1, 3, 4]

    in_virtual_time(call())


def test_sound_has_its_own_ways(sent: list[tuple[float, bytes]]) -> None:
    async def call() -> None:
        connection = ice.Connection(ice_controlling=True)
        await connection.send(SOUND)
        await asyncio.sleep(1)
        assert [data for _, data in sent] == [SOUND]

    in_virtual_time(call())


def test_a_call_that_has_ended_meanwhile_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = False

    async def fail(_: ice.Connection, data: bytes) -> None:
        if ended:
            raise ConnectionError

    monkeypatch.setattr(aiortc_patches, "_send_once", fail)

    async def call() -> None:
        nonlocal ended
        faults: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
        await ice.Connection(ice_controlling=True).send(HANDSHAKE)
        ended = True
        await asyncio.sleep(1)
        assert (faults, aiortc_patches._again) == ([], set())

    in_virtual_time(call())


async def test_events_are_sent_again_sooner() -> None:
    peer = new_peer()
    peer.createDataChannel("events")
    assert peer.sctp is not None
    assert peer.sctp._rto == 0.5
    peer.sctp._update_rto(0.001)
    assert peer.sctp._rto == rtcsctptransport.SCTP_RTO_MIN == 0.4
    await peer.close()


@pytest.mark.parametrize("set_by_s", [3_600, -3_600])
async def test_a_clock_that_is_set_makes_no_event_s_way_longer(
    set_by_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is lost next would be sent again after a minute otherwise."""

    async def send(_: rtcsctptransport.Chunk) -> None:
        pass

    peer = new_peer()
    peer.createDataChannel("events")
    channel = peer.sctp
    assert channel is not None
    monkeypatch.setattr(channel, "_send_chunk", send)
    await channel._send(0, 51, b"{}")
    later_s = time.time() + set_by_s
    monkeypatch.setattr(time, "time", lambda: later_s)
    heard = rtcsctptransport.SackChunk()
    heard.cumulative_tsn, heard.advertised_rwnd = channel._sent_queue[-1].tsn, 100_000
    await channel._receive_sack_chunk(heard)
    assert channel._rto <= 0.5
    await peer.close()


async def test_a_late_request_to_open_the_channel_does_not_begin_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[rtcsctptransport.Chunk] = []

    async def take(_: RTCSctpTransport, chunk: rtcsctptransport.Chunk) -> None:
        taken.append(chunk)

    monkeypatch.setattr(aiortc_patches, "_receive_chunk", take)
    peer = new_peer()
    peer.createDataChannel("events")
    channel = peer.sctp
    assert channel is not None
    begin, cookie = rtcsctptransport.InitChunk(), rtcsctptransport.CookieEchoChunk()
    await channel._receive_chunk(begin)
    assert taken == [begin]
    channel._set_state(RTCSctpTransport.State.ESTABLISHED)
    await channel._receive_chunk(begin)
    await channel._receive_chunk(cookie)
    assert taken == [begin, cookie]
    channel._set_state(RTCSctpTransport.State.CLOSED)
    await peer.close()
