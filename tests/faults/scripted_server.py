"""A Realtime server in memory that goes by the ladder, behind a line on which the test's faults happen.

It takes and gives raw frames, as a socket does, so that all of ours is real: the link, the decoder, the conversation.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias, cast

from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.protocol import State

from tests.faults import ladder
from tests.faults.evidence import Came, Evidence, Frame, Sent
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.websocket.link import WebSocketLink
from tutor_tui.tutors.realtime.websocket.send_queue import SendQueue
from tutor_tui.tutors.realtime.websocket.watched_connection import WatchedConnection

GAP_S = 0.02
"""Between two rungs of an answer."""
TURN_S = 0.3
"""How long the learner speaks."""
CALLS_A_TOOL = "look it up"
"""What is answered by calling a tool first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What the line delivers: a frame, or the end of the connection."""

    what: str | bytes | ConnectionClosed
    delay_s: float = 0.0
    overtaken: bool = False
    """What is sent later does not wait for it."""


Fault: TypeAlias = Callable[[int, Frame], Iterable[Piece]]
"""What becomes of a frame, by its number in the lesson."""


def delivered(_number: int, frame: Frame) -> Iterable[Piece]:
    """A good line."""
    yield Piece(json.dumps(frame))


class ScriptedServer:
    """All connections of a lesson; also the tutor that makes them, for want of a network."""

    name = "scripted"
    capabilities = Capabilities(tools=True)

    def __init__(self, evidence: Evidence, fault: Fault = delivered) -> None:
        self.evidence = evidence
        self.fault = fault
        self.deaf = False
        """Nothing is answered but settings: for frames that are played whatever the learner does."""
        self.said: list[Frame] = []
        """All frames of all connections."""
        self.connections: list[Connection] = []
        self.answers = self.turns = 0

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        connection = Connection(self, len(self.connections))
        self.connections.append(connection)
        queue = SendQueue()
        conversation = ConversationState("gpt-realtime-2.1-mini", plan, queue.put)
        link = WebSocketLink(cast(WatchedConnection, connection), conversation, queue, 5.0)
        connection.say(*ladder.created())
        try:
            yield link
        finally:
            await link.close()

    async def close(self) -> None:
        """Nothing to give back."""

    async def hear(self, words: str) -> None:
        """The learner speaks; without a connection nobody hears it."""
        if self.connections:
            await self.connections[-1].hear(words)

    def say(self, *frames: Frame) -> None:
        """Say anything, if anybody listens."""
        if self.connections:
            self.connections[-1].say(*frames)

    @property
    def silent_until_s(self) -> float:
        """When the last of what was said will have been delivered, on the loop's clock."""
        return max((each.busy_until_s for each in self.connections), default=0.0)


class Connection:
    """One connection: to our link a socket, and behind it the server's side."""

    def __init__(self, server: ScriptedServer, number: int) -> None:
        self.state = State.OPEN
        self.close_code: int | None = None
        self.close_reason = ""
        self.is_late = False
        self.transport = self
        self.busy_until_s = 0.0
        self._server = server
        self._number = number
        self._came: asyncio.Queue[str | bytes | ConnectionClosed] = asyncio.Queue()
        self._is_over = False
        """For the server: nobody is there any more."""
        self._due_s = 0.0
        self._last_item: str | None = None
        self._question = "nothing"
        self._turn: tuple[str, str] | None = None
        """The turn under way and its words, which the server has not kept yet."""
        self._answer: tuple[str, asyncio.Task[None]] | None = None

    # ---- the socket -------------------------------------------------------------------------------------------------

    async def recv(self) -> str | bytes:
        came = await self._came.get()
        if isinstance(came, ConnectionClosed):
            self._came.put_nowait(came)
            self.state = State.CLOSED
            self.close_code, self.close_reason = (came.rcvd.code, came.rcvd.reason) if came.rcvd else (1006, "")
            raise came
        self._server.evidence.happened.append(Came(self._number, came))
        return came

    async def send(self, text: str) -> None:
        if self.state is State.CLOSED:
            raise ConnectionClosedError(None, None)
        frame = json.loads(text)
        if frame["type"] != "input_audio_buffer.append" and not self._is_over:
            self._server.evidence.happened.append(Sent(self._number, frame))
            self._take(frame)

    async def close(self) -> None:
        self._hang_up()
        self.state = State.CLOSED

    def abort(self) -> None:
        """Be one's own transport."""
        self._hang_up()
        self._came.put_nowait(ConnectionClosedError(None, None))

    # ---- the line ---------------------------------------------------------------------------------------------------

    def say(self, *frames: Frame) -> None:
        """The server says this, and the line does with it what it does."""
        for frame in frames:
            if self._is_over:
                return
            number = len(self._server.said)
            self._server.said.append(frame)
            for piece in self._server.fault(number, frame):
                self._carry(piece)

    def _carry(self, piece: Piece) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time() + piece.delay_s
        if not piece.overtaken:
            due_s = self._due_s = max(due_s, self._due_s + 1e-6)
        self.busy_until_s = max(self.busy_until_s, due_s)
        loop.call_at(due_s, self._came.put_nowait, piece.what)
        if isinstance(piece.what, ConnectionClosed):
            self._hang_up()

    def _hang_up(self) -> None:
        self._is_over = True
        if self._answer:
            self._answer[1].cancel()

    # ---- the server -------------------------------------------------------------------------------------------------

    def _take(self, frame: Frame) -> None:
        if self._server.deaf and frame["type"] != "session.update":
            return
        match frame:
            case {"type": "session.update", "session": session}:
                self.say(ladder.updated(session))
            case {"type": "conversation.item.create", "item": item}:
                self._place(item)
            case {"type": "response.create"}:
                self._respond()
            case {"type": "response.cancel"}:
                self._cancel("client_cancelled")
            case {"type": "input_audio_buffer.commit"}:
                self._commit()
            case {"type": "input_audio_buffer.clear"}:
                self._turn = None
                self.say({"type": "input_audio_buffer.cleared"})
            case {"type": "conversation.item.truncate", "item_id": item_id, "audio_end_ms": end_ms}:
                self.say({"type": "conversation.item.truncated", "item_id": item_id, "audio_end_ms": end_ms})
            case {"type": "conversation.item.delete", "item_id": item_id}:
                self.say({"type": "conversation.item.deleted", "item_id": item_id})
            case _:
                raise AssertionError(f"the bench's server does not know {frame['type']}")

    def _place(self, item: Frame) -> None:
        item_id = item.get("id") or f"item_x{len(self._server.said)}"
        match item:
            case {"role": "user", "content": [{"text": words}]}:
                self._question = words
            case {"type": "function_call_output"}:
                self._question = "the tool"
            case _:
                pass
        self.say(*ladder.placed({**item, "id": item_id}, self._last_item))
        self._last_item = item_id

    async def hear(self, words: str) -> None:
        """The learner speaks, and is answered."""
        if self._is_over:
            return
        self._server.turns += 1
        self._turn = (f"item_u{self._server.turns}", words)
        turn = self._turn
        self.say(ladder.speech_started(turn[0]))
        if self._answer:
            self._cancel("turn_detected")
        await asyncio.sleep(TURN_S)
        if self._turn is turn and not self._is_over:
            self.say(ladder.speech_stopped(turn[0]))
            self._keep(turn)
            self._respond()

    def _commit(self) -> None:
        if self._turn is None:
            self.say(ladder.error("input_audio_buffer_commit_empty", "The buffer is empty."))
        else:
            self._keep(self._turn)

    def _keep(self, turn: tuple[str, str]) -> None:
        """A turn of the learner's is there; what it says is written down beside the answer."""
        self._turn = None
        item_id, self._question = turn
        self.say(*ladder.kept(item_id, self._last_item))
        self._last_item = item_id
        asyncio.get_running_loop().call_later(2.5 * GAP_S, self.say, *ladder.understood(*turn))

    def _respond(self) -> None:
        if self._answer:
            self.say(ladder.error("conversation_already_has_active_response", "Wait until it is finished."))
            return
        self._server.answers += 1
        response_id, item_id = f"resp_{self._server.answers}", f"item_a{self._server.answers}"
        if self._question.startswith(CALLS_A_TOOL):
            frames = ladder.tool_call(response_id, item_id, self._last_item, "look")
        else:
            words = f"Answer {self._server.answers} to {self._question}."
            frames = ladder.spoken(response_id, item_id, self._last_item, words)
        self._last_item = item_id
        self._answer = (response_id, asyncio.create_task(self._tell(frames), name=f"bench: {response_id}"))

    async def _tell(self, frames: list[Frame]) -> None:
        for frame in frames[:-1]:
            self.say(frame)
            await asyncio.sleep(GAP_S)
        self._answer = None
        self.say(frames[-1])

    def _cancel(self, reason: str) -> None:
        if self._answer is None:
            self.say(ladder.error("response_cancel_not_active", "There is nothing to cancel."))
            return
        response_id, task = self._answer
        self._answer = None
        task.cancel()
        self.say(ladder.ended(response_id, "cancelled", reason=reason))
