"""Everything that we change in aiortc and aioice, or reach into; in force as soon as this is imported.

All of it was written for `WRITTEN_FOR`, to which pyproject.toml pins both: private names move in minor versions, and a
call goes on without most of this, only worse. A test fails for any other version: look at each patch again, then raise
both numbers. What each one is for, and where upstream talks of it:

* Calls on a connection that loses packets (`send`, `receive_chunk`, the SCTP times). When the last datagram of the
  handshake is lost, one side takes the call for established and the other does not; with aiortc and OpenSSL, that took
  14 s and more to resolve itself. And an event that was not confirmed was sent again after 3 s. So each datagram with
  keys or events goes out a second time while a call is young, and events are sent again sooner, as browsers do. Who has
  the first copy throws the other away, as encryption demands. Not reported upstream.
* A machine's clock that is set (`_STEADY`): aiortc takes the way of an event to be an hour long then, and sends what
  was lost again after a minute. Not reported upstream.
* A request to open the channel that comes late is left unanswered (`receive_chunk`): aiortc would take it for a new
  beginning, and wait for ever for what it has received already. Not reported upstream.
* Calls within this machine (`offering`): aioice leaves loopback out, as RFC 8445 §5.1.1.1 says, and has no setting for
  it. Such a call would go through the network card, where others could reach it, and could not be held at all on a
  machine without a network. https://github.com/aiortc/aioice/issues/2
* Another jitter buffer for sound (`set_jitter_buffer`). https://github.com/aiortc/aiortc/issues/543
* What breaks is not missed (`lasting_tasks`, `decode`): aiortc writes it into its log at most, and goes on without.
  Not reported upstream.
* A call that has gone silent (`datagram_received`): aioice finds it dead after half a minute at the earliest, by the
  checks of consent alone, and RFC 7675 forbids more frequent ones. So what comes is counted, whatever it is, and who
  holds the call looks at that. https://www.rfc-editor.org/rfc/rfc7675#section-5.1
* Packets sent a second time (`set_packet_history`, `reported_loss`, `retransmit`). Not reported upstream.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from operator import attrgetter
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from aioice import ice
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCSctpTransport, rtcrtpreceiver, rtcsctptransport

WRITTEN_FOR = {"aiortc": "1.16", "aioice": "0.13"}
"""Distribution → major and minor version."""
YOUNG_S = 3.0
AGAIN_S = 0.1
LOOPBACK = "127.0.0.1"
_KEYS_AND_EVENTS = range(20, 64)
"""First bytes of DTLS records; sound has others (RFC 9443)."""

# ---- times of the data channel --------------------------------------------------------------------------------------

rtcsctptransport.SCTP_RTO_INITIAL = 0.5
rtcsctptransport.SCTP_RTO_MIN = 0.4  # type: ignore[assignment] # aiortc's own is a whole number of seconds
rtcsctptransport.SCTP_MAX_INIT_RETRANS = 20
# Seconds, as in Chrome's dcSCTP; and for as long as a call may take to open, instead of 8 times.

_STEADY = SimpleNamespace(time=time.monotonic)
"""In place of the module `time`: the data channel only takes differences."""
vars(rtcsctptransport)["time"] = _STEADY

_receive_chunk = RTCSctpTransport._receive_chunk


async def receive_chunk(channel: RTCSctpTransport, chunk: rtcsctptransport.Chunk) -> None:
    """In place of `RTCSctpTransport._receive_chunk`."""
    is_open = channel._association_state is RTCSctpTransport.State.ESTABLISHED
    if not (is_open and isinstance(chunk, rtcsctptransport.InitChunk)):
        await _receive_chunk(channel, chunk)


RTCSctpTransport._receive_chunk = receive_chunk  # type: ignore[assignment,method-assign] # it becomes a method here

# ---- datagrams sent twice -------------------------------------------------------------------------------------------

_born_s: WeakKeyDictionary[ice.Connection, float] = WeakKeyDictionary()
"""When each connection sent its first such datagram."""
_again: set[asyncio.Task[None]] = set()
_send_once = ice.Connection.send


async def send(connection: ice.Connection, data: bytes) -> None:
    """In place of `ice.Connection.send`."""
    await _send_once(connection, data)
    now_s = asyncio.get_running_loop().time()
    if data and data[0] in _KEYS_AND_EVENTS and now_s - _born_s.setdefault(connection, now_s) < YOUNG_S:
        task = asyncio.create_task(_send_again(connection, data), name="call: datagram once more")
        _again.add(task)
        task.add_done_callback(_again.discard)


async def _send_again(connection: ice.Connection, data: bytes) -> None:
    await asyncio.sleep(AGAIN_S)
    with contextlib.suppress(ConnectionError):  # the call has ended
        await _send_once(connection, data)


ice.Connection.send = send  # type: ignore[assignment,method-assign] # it becomes a method here

# ---- datagrams that came --------------------------------------------------------------------------------------------

_came: WeakKeyDictionary[ice.Connection, int] = WeakKeyDictionary()
"""How many datagrams each connection has got."""
_datagram_received = ice.StunProtocol.datagram_received


def datagram_received(protocol: ice.StunProtocol, data: bytes | str, addr: tuple[Any, ...]) -> None:
    """In place of `ice.StunProtocol.datagram_received`."""
    _came[protocol.receiver] = _came.get(protocol.receiver, 0) + 1
    _datagram_received(protocol, data, addr)


ice.StunProtocol.datagram_received = datagram_received  # type: ignore[assignment,method-assign] # it becomes a method


def datagrams_of(peer: RTCPeerConnection) -> int:
    """How many datagrams have come for a call so far: sound, events, checks, answers to ours."""
    connections = {attrgetter(_CONNECTION)(each) for each in peer.getTransceivers()}
    return sum(_came.get(each, 0) for each in connections)


# ---- what breaks ----------------------------------------------------------------------------------------------------

_CONNECTION = "sender.transport.transport._connection"
_TASKS = (
    ("sender", "_RTCRtpSender__rtp_task"),
    ("sender", "_RTCRtpSender__rtcp_task"),
    ("receiver", "_RTCRtpReceiver__rtcp_task"),
    ("sender.transport", "_task"),
    ("sender.transport.transport", "_RTCIceTransport__monitor_task"),
    (_CONNECTION, "_query_consent_task"),
)
"""Where a transceiver and what it goes over keep the tasks that run for as long as a call does."""
_log = logging.getLogger(__name__)
_decode = rtcrtpreceiver.decoder_worker


def lasting_tasks(peer: RTCPeerConnection) -> set[asyncio.Future[None]]:
    """The tasks that a call which stands cannot do without: its sound, reports, keys and consent (RFC 7675)."""
    return {attrgetter(f"{place}.{name}")(each) for each in peer.getTransceivers() for place, name in _TASKS}


def decode(
    loop: asyncio.AbstractEventLoop,
    packets: queue.Queue[Any],
    frames: asyncio.Queue[Any],
    undecoded: threading.Event,
) -> None:
    """In place of `rtcrtpreceiver.decoder_worker`: when it breaks, the track ends, instead of falling silent."""
    try:
        _decode(loop, packets, frames, undecoded)
    except Exception as fault:  # noqa: BLE001 - whatever a decoder raises
        _log.error("a fault in decoding sound", exc_info=fault)
        asyncio.run_coroutine_threadsafe(frames.put(None), loop)


rtcrtpreceiver.decoder_worker = decode  # type: ignore[assignment] # its parameters have other names

# ---- addresses offered ----------------------------------------------------------------------------------------------

_only: ContextVar[list[str] | None] = ContextVar("addresses offered", default=None)
_all_addresses = ice.get_host_addresses


def _offered(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    only = _only.get()
    return _all_addresses(use_ipv4, use_ipv6) if only is None else only


ice.get_host_addresses = _offered


@contextmanager
def offering(*, loopback: bool) -> Iterator[None]:
    """Inside the block, calls are prepared for this machine alone (`loopback`), or for all its networks."""
    token = _only.set([LOOPBACK] if loopback else None)
    try:
        yield
    finally:
        _only.reset(token)


# ---- private attributes ---------------------------------------------------------------------------------------------

_JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_HISTORY = "_RTCRtpSender__rtp_history"
_STATS = "_RTCRtpSender__stats"


def set_jitter_buffer(receiver: RTCRtpReceiver, buffer: object) -> bool:
    """Give `receiver` another jitter buffer; false where this aiortc has no such place."""
    if not hasattr(receiver, _JITTER_BUFFER):
        return False
    setattr(receiver, _JITTER_BUFFER, buffer)
    return True


def set_packet_history(sender: RTCRtpSender, history: object) -> bool:
    """Give `sender` another memory of its last packets; false where this aiortc has no such place."""
    if not all(hasattr(sender, name) for name in (_HISTORY, _STATS, "_retransmit")):
        return False
    setattr(sender, _HISTORY, history)
    return True


def reported_loss(sender: RTCRtpSender) -> int:
    """Packets lost, in 1/256, by the other side's last report; 0 before the first one."""
    report: Any = getattr(sender, _STATS).get(f"remote-inbound-rtp_{id(sender)}")
    return report.fractionLost if report is not None else 0


async def retransmit(sender: RTCRtpSender, sequence_number: int) -> None:
    """Send a packet that `sender` remembers once more. Raises `ConnectionError` when the call has ended."""
    await sender._retransmit(sequence_number)
