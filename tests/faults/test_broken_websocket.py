"""Where the transport itself matters: a real WebSocket whose other end breaks its rules, or takes for ever."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.hostile import REASONS
from tests.support.door import Door, door
from tests.support.fakes import FakeSoundCard
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import PLAN
from tests.tutors.realtime.lesson_room import Room
from tutor_tui.core import reconnect_backoff
from tutor_tui.core.lesson import Phase
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.session.session import Session
from tutor_tui.tutors.realtime.websocket import link
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnect_backoff, "FIRST_WAIT_S", 0.01)


@asynccontextmanager
async def lesson() -> AsyncIterator[tuple[Room, Door]]:
    """One that has begun, behind a door."""
    replies = [Reply(f"Answer {number}.", tone(20)) for number in range(9)]
    async with StrictServer(Behaviour(replies=replies)) as server, door(server.port) as entry:
        tutor = WebSocketTutor(RealtimeEndpoint(f"ws://127.0.0.1:{entry.port}/v1", "sk-test"), "gpt-realtime-2.1-mini")
        session = Session(tutor=tutor, sound=FakeSoundCard(), plan=PLAN)
        running = asyncio.create_task(session.run())
        there = Room(server, session, FakeSoundCard())
        try:
            await there.until(lambda now: now.replies == 1 and now.phase is Phase.LISTENING)
            yield there, entry
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def goes_on(there: Room, connections: int) -> None:
    """Another connection is there, and what is typed is answered."""
    await there.until(lambda now: len(there.server.sessions) == connections and now.linked)
    there.session.say("still there?")
    await there.until(lambda now: [turn.role for turn in now.turns][-2:] == ["learner", "tutor"])
    await there.until(lambda now: now.phase is Phase.LISTENING)
    assert there.lesson.turns[-1].text.startswith("Answer")
    told = [*there.lesson.earlier, there.lesson.notice]
    assert not any("fault of ours" in notice.title for notice in told if notice)
    assert all((notice.title + notice.hint).isprintable() for notice in told if notice)


@pytest.mark.parametrize("answer", ["HTTP/1.1 101 Switching Protocols\r\nX-Padding: ", "HTTP/1.1 1", ""])
async def test_a_handshake_that_comes_byte_by_byte_and_never_ends(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drips: set[asyncio.Task[None]] = set()
    async with lesson() as (there, entry):

        async def drip(writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                for byte in answer.encode():
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(0.001)
                while not writer.is_closing():
                    writer.write(b"x" if answer.endswith(" ") else b"")
                    await asyncio.sleep(0.01)

        entry.answer = lambda writer: drips.add(asyncio.create_task(drip(writer)))
        with monkeypatch.context() as impatient:
            impatient.setitem(link._OPTIONS, "open_timeout", 0.3)
            entry.cut()
            await there.until(lambda now: now.notice is not None and "in time" in now.notice.title)
        assert there.lesson.phase is Phase.CONNECTING
        entry.answer = None
        await goes_on(there, connections=2)
        for task in drips:
            task.cancel()


FRAMES = {
    "an opcode that there is not": b"\x83\x00",
    "a bit that means nothing": b"\xc1\x01x",
    "a frame with a mask": b"\x81\x81\x00\x00\x00\x00x",
    "a ping of 126 bytes": b"\x89\x7e" + struct.pack("!H", 126) + bytes(126),
    "half a ping": b"\x09\x00",
    "a continuation of nothing": b"\x80\x01x",
    "a message within another": b"\x01\x01a\x81\x01b",
    "a frame of 2^63 bytes": b"\x81\x7f" + struct.pack("!Q", 2**63),
    "a frame of 2^40 bytes": b"\x81\x7f" + struct.pack("!Q", 2**40),
    "text that is no UTF-8": b"\x81\x02\xff\xfe",
    "a close code of one byte": b"\x88\x01\x03",
    "a close code that nobody may send": b"\x88\x02" + struct.pack("!H", 1005),
    "a close code out of range": b"\x88\x02" + struct.pack("!H", 999),
    "a reason that is no UTF-8": b"\x88\x04" + struct.pack("!H", 1011) + b"\xff\xfe",
    "no WebSocket at all": b"HTTP/1.1 200 OK\r\n\r\n" + bytes(200),
}


@pytest.mark.parametrize("raw", FRAMES.values(), ids=FRAMES.keys())
async def test_a_frame_that_breaks_the_rules_ends_the_line_and_not_the_lesson(raw: bytes) -> None:
    async with lesson() as (there, _):
        there.server.sessions[-1].connection.transport.write(raw)
        await goes_on(there, connections=2)


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS.keys())
@pytest.mark.parametrize("code", [1001, 1011, 4999])
async def test_a_reason_is_never_shown_as_it_comes(code: int, reason: str) -> None:
    async with lesson() as (there, _):
        await there.server.close(code, reason)
        await goes_on(there, connections=2)


async def test_a_message_that_comes_byte_by_byte_is_heard() -> None:
    """Frames may be cut anywhere, with pings between them."""
    async with lesson() as (there, _):
        transport = there.server.sessions[-1].connection.transport
        event = b'{"type": "response.brand_new"}'
        for number, byte in enumerate(event):
            opcode = 0x01 if number == 0 else 0x00
            transport.write(bytes([opcode | (0x80 if number == len(event) - 1 else 0), 1, byte]) + b"\x89\x00")
            await asyncio.sleep(0)
        await there.until(lambda now: now.unknown_events == 1)
        await goes_on(there, connections=1)
