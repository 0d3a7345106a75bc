"""How calls come about on a line that loses packets; in force as soon as it is imported.

When the last datagram of the handshake is lost, one side takes the call for established and the other does not; with
aiortc and OpenSSL, that took 14 s and more to mend itself. And an event that was not confirmed was sent again after
3 s. So each datagram with keys or events goes out a second time while a call is young, and events are sent again
sooner, as browsers do. Who has got the first copy throws the other away, which encryption demands.

And a request to open the channel that comes late is left unanswered: aiortc would take it for a new beginning, and wait
for ever for what it has received already.
"""

from __future__ import annotations

import asyncio
import contextlib
from weakref import WeakKeyDictionary

from aioice import ice
from aiortc import RTCSctpTransport, rtcsctptransport

YOUNG_S = 3.0
AGAIN_S = 0.1
_KEYS_AND_EVENTS = range(20, 64)
"""First bytes of DTLS records; sound has others (RFC 9443)."""

rtcsctptransport.SCTP_RTO_INITIAL = 0.5
rtcsctptransport.SCTP_RTO_MIN = 0.4  # type: ignore[assignment] # aiortc's own is a whole number of seconds
rtcsctptransport.SCTP_MAX_INIT_RETRANS = 20
# Seconds, as in Chrome's dcSCTP; and for as long as a call may take to open, instead of 8 times.

_receive_chunk = RTCSctpTransport._receive_chunk


async def receive_chunk(channel: RTCSctpTransport, chunk: rtcsctptransport.Chunk) -> None:
    """In place of `RTCSctpTransport._receive_chunk`."""
    is_open = channel._association_state is RTCSctpTransport.State.ESTABLISHED
    if not (is_open and isinstance(chunk, rtcsctptransport.InitChunk)):
        await _receive_chunk(channel, chunk)


RTCSctpTransport._receive_chunk = receive_chunk  # type: ignore[assignment,method-assign] # it becomes a method here

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
