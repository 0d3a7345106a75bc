"""A connection that is given up soon after the other side falls silent, and that knows when our sound would be late.

A ping goes out every second, past our own sound that waits to be sent: the library's keepalive waits behind it, so that
on a dead line its timeout never begins while the learner speaks. Time is counted in pings. A second in which our own
loop was blocked, or the machine asleep, is one ping at most, and what came meanwhile is read before the next. When the
machine wakes up, the line has mostly gone, and soon has to show that it has not.
"""

from __future__ import annotations

import socket
import struct
import sys
from asyncio import sleep
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Event, State

from tutor_tui.core.machine_sleep import Machine
from tutor_tui.supervision import watched

PING_S = 1.0
DEAD_PINGS = 12
"""So many pings after anything last came, be it part of a message, the line is dead: found within 13 s."""
WOKEN_PINGS = 4
"""The same when the machine has been asleep."""
LATE_PINGS = 4
"""With so many pings unanswered, what is said now would be heard 3 s later or more, as if it were new."""
_PING = struct.Struct("!I")
_LINGER = struct.Struct("hh" if sys.platform == "win32" else "ii")


class WatchedConnection(ClientConnection):
    """See the module's docstring. A dead line ends as if the server had closed it with 1011."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pings = 0
        self._answered = 0
        """The last ping that was."""
        self._heard = 0
        """The last ping before anything came."""

    @property
    def is_late(self) -> bool:
        """Whether what is sent now is not heard in time. Of a server that answers no ping at all, nobody knows."""
        return bool(self._answered) and self._pings - self._answered >= LATE_PINGS

    def start_keepalive(self) -> None:
        """Watch in place of the library, from the end of the handshake until the connection is lost."""
        self.keepalive_task = watched(self._watch(), lambda _: self.transport.abort(), name="tutor line: watch")

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._heard = self._pings
        super().data_received(data)

    def process_event(self, event: Event) -> None:
        """A frame, or the answer to the handshake, has come whole."""
        if isinstance(event, Frame) and event.opcode is Opcode.PONG and len(event.data) == _PING.size:
            (ping,) = _PING.unpack(event.data)
            if self._answered < ping <= self._pings:
                self._answered = ping
        super().process_event(event)

    async def _watch(self) -> None:
        machine = Machine()
        while self._pings - self._heard < DEAD_PINGS:
            await sleep(PING_S)
            if machine.has_woken():
                self._heard = min(self._heard, self._pings - DEAD_PINGS + WOKEN_PINGS)
            if not self.transport.is_reading():
                self._heard = self._pings  # more has come than was asked for so far: it waits to be read
            self._pings += 1
            if self.protocol.state is State.OPEN:
                self.protocol.send_ping(_PING.pack(self._pings))
                self.send_data()  # does not wait for what is before it
        self._give_up()

    def _give_up(self) -> None:
        self.protocol.fail(CloseCode.INTERNAL_ERROR, "keepalive ping timeout")
        # Close with RST: otherwise the system goes on delivering what was said, should the line heal.
        if (plug := self.transport.get_extra_info("socket")) is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER.pack(1, 0))
        self.transport.abort()
