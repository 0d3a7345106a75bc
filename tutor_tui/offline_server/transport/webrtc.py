"""WebRTC calls to the offline tutor: the same session as over a socket, with the sound on tracks
(OpenAI's guide "Realtime API with WebRTC").

Imported only when somebody calls: aiortc is an extra.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any

from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.realtime.schema.client_events import parsed
from tutor_tui.offline_server.realtime.session import RealtimeSession
from tutor_tui.offline_server.realtime.session_config import Moment, judge_session, updated
from tutor_tui.offline_server.realtime.turn_rules import TurnRules, turn_rules
from tutor_tui.offline_server.realtime.wire import Json, Refusal, decoded, event, new_id
from tutor_tui.offline_server.transport.rtp_playout import RtpPlayout
from tutor_tui.openai_api.private_extensions import WantedLesson
from tutor_tui.speech.silero import SileroProbability
from tutor_tui.supervision import watched
from tutor_tui.webrtc.aiortc_patches import offering
from tutor_tui.webrtc.media import PacedTrack, pieces
from tutor_tui.webrtc.peer import (
    EVENTS_CHANNEL,
    LARGEST_EVENT_BYTES,
    hang_up,
    new_peer,
    on_broken,
    reachable,
    steady_sound,
)

OPEN_S = 30.0
"""A caller that has not opened the events channel by then is not waited for."""
CLEAR = "output_audio_buffer.clear"


class CallOutlet:
    """Events go to the channel, sound to the track."""

    def __init__(self) -> None:
        self.playback = RtpPlayout(self.emit)
        self._channel: RTCDataChannel | None = None

    def open(self, channel: RTCDataChannel) -> None:
        """Events can be sent from now on."""
        self._channel = channel

    def emit(self, message: Json) -> None:
        """Send an event, or its sound."""
        match message["type"]:
            case "response.output_audio.delta":
                if message["delta"]:
                    sound = decoded(message["delta"], "delta")
                    self.playback.add(message["response_id"], message["item_id"], sound)
                return
            case "response.output_audio.done":
                self.playback.complete(message["item_id"])
        text = json.dumps(message)
        if len(text) > LARGEST_EVENT_BYTES:
            text = json.dumps(Refusal("server_error", f"'{message['type']}' is too large for a call.").event())
        if self._channel is not None and self._channel.readyState == "open":
            self._channel.send(text)

    async def drained(self) -> None:
        """The track takes what it needs when it needs it."""


class CallSession(RealtimeSession):
    """A session whose sound is sent by us: so we know what was heard, and forget the rest ourselves."""

    def __init__(self, outlet: CallOutlet, tutoring: Backend, pool: Executor, **fields: object) -> None:
        super().__init__(outlet, tutoring, pool, SileroProbability(), **fields)  # type: ignore[arg-type] # passed on
        self._playback = outlet.playback

    def adopt(self, session: Json) -> None:
        """The session as the caller's offer wants it. Raises `Refusal`."""
        wanted = {key: value for key, value in session.items() if key != "model"}
        judge_session(wanted)
        self._session = updated(self._session, wanted, Moment())

    async def hear(self, sound: bytes) -> None:
        """More of the learner's voice."""
        try:
            await self._listening.append(sound, turn_rules(self._session))
        except Refusal:
            self._listening.clear()  # ten minutes without a turn: on a track there is nobody to tell

    async def take(self, frame: str | bytes) -> None:
        """Also understands `output_audio_buffer.clear`."""
        try:
            message = parsed(frame)
        except Refusal:
            message = {}
        if message.get("type") == CLEAR:
            self._fall_silent()
        else:
            await super().take(frame)

    def learner_started(self, rules: TurnRules) -> None:
        """Barge-in: also what is made already is not said any more."""
        super().learner_started(rules)
        if rules.interrupt_response:
            self._fall_silent()

    def _fall_silent(self) -> None:
        """Stop the sound, and remember only what was sent of it."""
        for cut in self._playback.clear():
            item = self._conversation.find(cut.item_id)
            if item is None or item.cut:
                continue
            self._conversation.truncate(cut.item_id, 0, cut.sent_ms)
            where = {"item_id": cut.item_id, "content_index": 0, "audio_end_ms": cut.sent_ms}
            self.emit(event("conversation.item.truncated", **where))
            if not cut.sent_ms:
                self._lesson.take_back(cut.item_id)


class ServerCall:
    """One call, from the offer to the end."""

    def __init__(self, connection: CallSession, outlet: CallOutlet, ended: Callable[[ServerCall], None]) -> None:
        self.id = new_id("rtc")
        self._connection = connection
        self._outlet = outlet
        self._ended = ended
        self._peer: RTCPeerConnection = new_peer()
        self._inbox: asyncio.Queue[str | bytes | _Sound] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._timers: list[asyncio.TimerHandle] = []
        self._opened = False
        self._closed = False

    async def answer(self, offer: str, lasts_s: float) -> str:
        """The SDP answer to the caller's offer. Raises `Refusal` when it is none that we can take."""
        peer = self._peer
        peer.on("track", self._track_came)
        peer.on("datachannel", self._channel_came)
        peer.on("connectionstatechange", self._state_changed)
        try:
            with offering(loopback=True):
                await peer.setRemoteDescription(RTCSessionDescription(reachable(offer, same_machine=True), "offer"))
                if not any(each.kind == "audio" for each in peer.getTransceivers()) or peer.sctp is None:
                    raise Refusal("invalid_offer", "The SDP offer needs an audio track and a data channel.", "sdp")
                peer.addTrack(PacedTrack(self._outlet.playback.pull, lambda _fault: self._end()))
                await peer.setLocalDescription(await peer.createAnswer())
        except Refusal:
            await self.close()
            raise
        except Exception:  # noqa: BLE001 - aiortc's parser and negotiation raise whatever a bad offer leads them to
            await self.close()
            raise Refusal("invalid_offer", "The SDP offer cannot be understood.", "sdp") from None
        steady_sound(peer)
        loop = asyncio.get_running_loop()
        self._timers = [loop.call_later(OPEN_S, self._give_up), loop.call_later(lasts_s, self._expire)]
        self._run(self._serve(), "call: events and sound in order")
        return peer.localDescription.sdp

    def break_after(self, seconds: float) -> None:
        """The fault `drop_after_s`."""
        self._timers.append(asyncio.get_running_loop().call_later(seconds, self._end))

    def _track_came(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._run(self._hear(track), "call: the learner's sound")

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """A fault in `work` ends the call: one that goes on without it would only look alive."""

        self._tasks.append(watched(work, lambda _: self._end(), name=name))

    def _channel_came(self, channel: RTCDataChannel) -> None:
        if channel.label != EVENTS_CHANNEL or self._opened:
            return
        self._opened = True
        channel.on("message", self._inbox.put_nowait)
        channel.on("close", self._end)
        on_broken(self._peer, self._end)
        self._outlet.open(channel)
        self._connection.greet()

    def _state_changed(self) -> None:
        if self._peer.connectionState in ("failed", "closed"):
            self._end()

    async def _hear(self, track: MediaStreamTrack) -> None:
        async for piece in pieces(track):
            if self._opened:
                self._inbox.put_nowait(_Sound(piece))

    async def _serve(self) -> None:
        """Events and sound one after the other: a session is not made for two hands at once."""
        while True:
            match await self._inbox.get():
                case _Sound(piece):
                    await self._connection.hear(piece)
                case frame:
                    await self._connection.take(frame)

    def _give_up(self) -> None:
        if not self._opened:
            self._end()

    def _expire(self) -> None:
        message = "Your session hit the maximum duration of 60 minutes."
        self._outlet.emit(Refusal("session_expired", message).event())
        asyncio.get_running_loop().call_later(0.2, self._end)

    def _end(self) -> None:
        if not self._closed:
            self._closed = True
            self._ended(self)

    async def close(self) -> None:
        """Hang up; at most a second."""
        self._closed = True
        for timer in self._timers:
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        self._connection.close()
        await hang_up(self._peer)


class _Sound:
    """A piece of the learner's voice, in line with the events."""

    __match_args__ = ("piece",)

    def __init__(self, piece: bytes) -> None:
        self.piece = piece


class WebRtcCalls:
    """All calls of a server."""

    def __init__(self, tutoring: Backend, pool: Executor) -> None:
        self._tutoring = tutoring
        self._pool = pool
        self._calls: dict[str, ServerCall] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def begin(
        self, offer: str, session: Json, *, lesson: WantedLesson, lasts_s: float, behaviour: Behaviour
    ) -> tuple[str, str]:
        """Take a call: its id, and the SDP answer. Raises `Refusal`."""
        model = session.get("model")
        if not isinstance(model, str) or not model:
            raise Refusal("missing_model", "Name a model in the session, for example guide.", "session.model")
        try:
            await asyncio.to_thread(self._tutoring.language, lesson.script, "")
        except Problem as problem:
            raise Refusal("invalid_lesson", str(problem), "lesson") from None
        outlet = CallOutlet()
        expires_at = int(time.time() + lasts_s)
        connection = CallSession(
            outlet,
            self._tutoring,
            self._pool,
            model=model,
            lesson=lesson,
            expires_at=expires_at,
            behaviour=behaviour,
        )
        call = ServerCall(connection, outlet, self._end)
        try:
            connection.adopt(session)
        except Refusal:
            await call.close()
            raise
        answer = await call.answer(offer, lasts_s)
        self._calls[call.id] = call
        if (drop_after_s := behaviour.drop_after_s()) is not None:
            call.break_after(drop_after_s)
        return call.id, answer

    async def hang_up(self, call_id: str) -> bool:
        """End a call; false when there is none of that id."""
        call = self._calls.pop(call_id, None)
        if call is not None:
            await call.close()
        return call is not None

    def _end(self, call: ServerCall) -> None:
        if self._calls.pop(call.id, None) is not None:
            task = asyncio.create_task(call.close(), name="call: hanging up")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """End all calls."""
        calls, self._calls = list(self._calls.values()), {}
        await asyncio.gather(*(call.close() for call in calls), *self._closing)
