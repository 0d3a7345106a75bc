"""A session over the real links in virtual time: the network alone is a stand-in, and says what the test puts in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal, cast

from websockets.exceptions import ConnectionClosedError
from websockets.protocol import State

from tests.support.fakes import FakeSoundCard
from tests.tutors.helpers import PLAN
from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Toolbox, TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.session.session import Session
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.webrtc.call import Sound, WebRtcCall
from tutor_tui.tutors.realtime.webrtc.link import WebRtcLink
from tutor_tui.tutors.realtime.webrtc.mic_queue import MicQueue
from tutor_tui.tutors.realtime.websocket.link import WebSocketLink
from tutor_tui.tutors.realtime.websocket.send_queue import SendQueue
from tutor_tui.tutors.realtime.websocket.watched_connection import WatchedConnection

Way = Literal["openai", "webrtc"]
WAYS: tuple[Way, ...] = ("openai", "webrtc")


class _Transport:
    def __init__(self, came: asyncio.Queue[str | bytes | None]) -> None:
        self._came = came

    def abort(self) -> None:
        """Whoever reads learns of it."""
        self._came.put_nowait(None)


class Wire:
    """What goes over the network: a socket to one kind of link, a call to the other."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self.inbox: asyncio.Queue[str | bytes | Sound | BaseException] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.mic_queue = MicQueue()
        self.pulled_bytes = 0
        self.lost: LinkLost | None = None
        self.state = State.OPEN
        self.is_late = False
        self.transport = _Transport(self.came)

    def say(self, *frames: dict[str, Any]) -> None:
        """The server says this."""
        for frame in frames:
            self.came.put_nowait(json.dumps(frame))
            self.inbox.put_nowait(json.dumps(frame))

    def sound(self, ms: int) -> None:
        """The server's voice on the track of a call."""
        loud = b"\x00\x20" * (pcm.FRAME_BYTES // 2)
        for _ in range(ms // pcm.FRAME_MS):
            self.inbox.put_nowait(Sound(loud))

    async def recv(self) -> str | bytes:
        frame = await self.came.get()
        if frame is None:
            raise ConnectionClosedError(None, None)
        return frame

    def send(self, text: str) -> Any:
        """To a socket one waits to send; on a call not."""
        frame = json.loads(text)
        self.sent.append(frame)
        if frame["type"] == "session.update":
            self.say({"type": "session.updated", "session": {}})
        return _done()

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def heard_bytes(self) -> int:
        """How much of the learner's voice has gone out."""
        appended = [frame for frame in self.sent if frame["type"] == "input_audio_buffer.append"]
        return sum(len(frame["audio"]) for frame in appended) + self.pulled_bytes

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.sent]


class _Done:
    def __await__(self) -> Iterator[None]:
        return iter(())


def _done() -> _Done:
    return _Done()


async def _send_voice(wire: Wire) -> None:
    """A call's track asks for a frame every 20 ms."""
    while True:
        frame = wire.mic_queue.pull() or b""
        wire.pulled_bytes += len(frame) if any(frame) else 0
        await asyncio.sleep(pcm.FRAME_MS / 1000)


class WireTutor:
    """Talks over `Wire`s, one a conversation."""

    name = "wire"
    wire_type = Wire

    def __init__(self, way: Way) -> None:
        self.way = way
        self.capabilities = Capabilities(tools=True, needs_truncation=way == "openai", way=way)
        self.wires: list[Wire] = []

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        wire = self.wire_type()
        self.wires.append(wire)
        wire.say({"type": "session.created", "session": {}})
        if self.way == "openai":
            queue = SendQueue()
            conversation = ConversationState("gpt-realtime-2.1-mini", plan, queue.put)
            socket = WebSocketLink(cast(WatchedConnection, wire), conversation, queue, 5.0)
            try:
                yield socket
            finally:
                await socket.close()
        else:
            outgoing: asyncio.Queue[ClientEvent] = asyncio.Queue()
            conversation = ConversationState("gpt-realtime-2.1-mini", plan, outgoing.put_nowait)
            call = WebRtcLink(cast(WebRtcCall, wire), conversation, outgoing, 5.0)
            track = asyncio.create_task(_send_voice(wire))
            try:
                yield call
            finally:
                track.cancel()
                call.hang_up()

    async def close(self) -> None:
        """Nothing to give back."""

    @property
    def wire(self) -> Wire:
        return self.wires[-1]


class WireRoom:
    """A learner, a session, and what its link sends and is told."""

    def __init__(self, way: Way, plan: LessonPlan = PLAN, toolbox: Toolbox | None = None) -> None:
        self.tutor = WireTutor(way)
        self.card = FakeSoundCard()
        self.session = Session(tutor=self.tutor, sound=self.card, plan=plan, toolbox=toolbox)

    @property
    def wire(self) -> Wire:
        return self.tutor.wire

    @property
    def lesson(self) -> Lesson:
        return self.session.lesson

    @asynccontextmanager
    async def lesson_under_way(self) -> AsyncIterator[None]:
        """Connected, the greeting asked for and not begun."""
        running = asyncio.create_task(self.session.run())
        await asyncio.sleep(0.01)
        assert self.lesson.linked
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def phase(self) -> Phase:
        return self.lesson.phase

    async def say(self, *frames: dict[str, Any]) -> None:
        self.wire.say(*frames)
        await asyncio.sleep(0.01)
