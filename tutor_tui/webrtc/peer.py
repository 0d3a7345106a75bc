"""One end of a call: where it may listen, and how it is taken apart."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Callable

from aiortc import RTCConfiguration, RTCPeerConnection

from tutor_tui.core.machine_sleep import Machine
from tutor_tui.webrtc.aiortc_patches import datagrams_of, lasting_tasks
from tutor_tui.webrtc.jitter_buffer import steady
from tutor_tui.webrtc.redundancy import send_twice

EVENTS_CHANNEL = "oai-events"
"""Label of the data channel with the protocol's events."""
LARGEST_EVENT_BYTES = 65_536
"""What every WebRTC implementation takes as one message."""
CLOSE_S = 1.0
LOOK_S = 1.0
SILENT_LOOKS = 12
"""So many looks after anything last came, the call is dead: found within 13 s. Every 6 s a check of consent is
answered, and reports on the sound come in between."""
WOKEN_LOOKS = 7
"""The same when the machine has been asleep."""


def new_peer() -> RTCPeerConnection:
    """One end, without servers that help to get through: each of them would learn who calls whom."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def reachable(sdp: str, *, same_machine: bool = False) -> str:
    """`sdp` without the candidates that are named (`abcd.local`) and not numbered.

    Browsers hide their addresses behind such names, which only multicast DNS knows (aiortc/aioice#81). The other end
    is found all the same, from where its own checks come; but aioice gives up at once when no candidate is left, so
    one on the `same_machine` is looked for there.
    """
    lines = (_numbered(line, same_machine) if line.startswith("a=candidate:") else line for line in sdp.splitlines())
    return "".join(f"{line}\r\n" for line in lines if line)


def _numbered(candidate: str, same_machine: bool) -> str:
    """The line of a candidate; empty where its address is a name that we cannot ask for."""
    words = candidate.split(" ")
    try:
        ipaddress.ip_address(words[4])
    except IndexError:
        return ""
    except ValueError:
        return " ".join([*words[:4], "127.0.0.1", *words[5:]]) if same_machine else ""
    return candidate


def steady_sound(peer: RTCPeerConnection) -> None:
    """Arm the sound, both ways, against packet loss; see `jitter_buffer` and `redundancy`."""
    for transceiver in peer.getTransceivers():
        steady(transceiver.receiver)
        send_twice(transceiver.sender)


def on_broken(peer: RTCPeerConnection, tell: Callable[[], object]) -> None:
    """Call `tell` when a part of a call that stands has ended: aiortc would go on without it, and only look alive.

    Also after `hang_up`, and once for each part.
    """
    for task in lasting_tasks(peer):
        task.add_done_callback(lambda _: tell())


async def silence(peer: RTCPeerConnection) -> None:
    """Wait until nothing has come from the other side of a call that stands, for too long.

    Time is counted in looks: one in which our own loop was blocked is one, and what came meanwhile is read before the
    next.
    """
    machine, came, silent = Machine(), datagrams_of(peer), 0
    while silent < SILENT_LOOKS:
        await asyncio.sleep(LOOK_S)
        before, came = came, datagrams_of(peer)
        silent = silent + 1 if came == before else 0
        if machine.has_woken():
            silent = max(silent, SILENT_LOOKS - WOKEN_LOOKS)


async def hang_up(peer: RTCPeerConnection) -> None:
    """End the call, within `CLOSE_S` and half of that again."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await peer.close()
    except TimeoutError:
        # aiortc waits in vain for what has broken, and goes on answering the other side meanwhile.
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(CLOSE_S / 2):
                for keys in {each.sender.transport for each in peer.getTransceivers()}:
                    await keys.stop()
                    await keys.transport.stop()
