"""A tutor over WebRTC: the same words as over a WebSocket, with the sound on a track of its own."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from tutor_tui.core import model_catalog
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.events import TutorAudio, TutorEvent
from tutor_tui.core.extras import install_command
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_events import InputSpeechStarted
from tutor_tui.speech.speaking_rate import SpeakingRate
from tutor_tui.supervision import watched
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.tutor import Options, RealtimeTutor
from tutor_tui.tutors.realtime.webrtc.playout import Playout

if TYPE_CHECKING:
    from tutor_tui.tutors.realtime.webrtc.call import WebRtcCall

IN_FLIGHT_S = 0.15
"""A turn ended by key is kept when its last sound has arrived: at the other end, too, packets are put into order."""
TICK_S = 0.5


def require_extra() -> None:
    """Raises `Problem` with the install command when aiortc is not there."""
    if importlib.util.find_spec("aiortc") is None:
        raise Problem("WebRTC needs one more package.", f"Run: {install_command('webrtc')}", ExitCode.USAGE)


class WebRtcTutor(RealtimeTutor):
    """Holds lessons with `model` at `endpoint`, by call. Raises `Problem` when the extra is not installed."""

    def __init__(
        self,
        endpoint: RealtimeEndpoint,
        model: str = model_catalog.DEFAULT_MODEL,
        *,
        open_wait_s: float | None = None,
        **options: Unpack[Options],
    ) -> None:
        require_extra()
        super().__init__(endpoint, model, **options)
        self._capabilities = replace(self._capabilities, needs_truncation=False, reads_asides=False, way="webrtc")
        # The sound is the server's there, until it is heard: it stops it sooner than we could have it do so.
        self._capabilities = replace(self._capabilities, leaves_interrupting=False)
        self._open_wait_s = open_wait_s

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        from tutor_tui.tutors.realtime.webrtc.call import OPEN_WAIT_S, WebRtcCall

        call = WebRtcCall(self._endpoint.host, loopback=self._endpoint.is_local)
        link: WebRtcLink | None = None
        try:
            await call.dial(self._ask, OPEN_WAIT_S if self._open_wait_s is None else self._open_wait_s)
            outgoing: asyncio.Queue[ClientEvent] = asyncio.Queue()
            conversation = self._new_conversation(plan, outgoing.put_nowait)
            link = WebRtcLink(call, conversation, outgoing, self._ready_wait_s)
            yield link
        finally:
            if link is not None:
                link.hang_up()
            await call.close()

    async def _ask(self, offer: str) -> str:
        from tutor_tui.tutors.realtime.webrtc import signalling  # httpx: 0.2 s that other tutors do without

        return await signalling.answer_to(offer, self._endpoint, self._model, query=self._query)


class WebRtcLink:
    """One open conversation: `ConversationState` thinks, `Playout` says what is heard when, the call carries."""

    def __init__(
        self,
        call: WebRtcCall,
        conversation: ConversationState,
        outgoing: asyncio.Queue[ClientEvent],
        ready_wait_s: float,
    ) -> None:
        self._call = call
        self._conversation = conversation
        self._playout = Playout(SpeakingRate(conversation.setup.plan.speed))
        self._loop = asyncio.get_running_loop()
        self._ready_by_s = self._loop.time() + ready_wait_s
        self._lost: LinkLost | None = None
        self._outgoing = outgoing
        self._own: list[TutorEvent] = []
        """What came of commands without a word from the server, as of the voice that was stopped: not told yet."""
        conversation.open()
        self._writer = watched(self._write(), call.inbox.put_nowait, name="tutor call: writer")

    @property
    def dropped_ms(self) -> int:
        """Sound that was thrown away because too much was waiting."""
        return self._call.mic_queue.dropped_ms

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        """Before the tutor is ready, sound is dropped."""
        if self._conversation.ready:
            self._conversation.buffered_ms += self._call.mic_queue.hear(pcm, kept=kept)

    async def send(self, command: cmd.Command) -> None:
        lost = self._lost or self._call.lost
        if lost is not None:
            raise lost
        # The server knows itself what it has said.
        asked = replace(command, unheard=()) if isinstance(command, cmd.Interrupt) else command
        self._own += self._conversation.command(asked)
        match command:
            case cmd.Interrupt(by):
                if by == "key":
                    self._outgoing.put_nowait(client_events.CLEAR_OUTPUT)
                self._own += self._playout.stop(self._loop.time())
            case cmd.GiveUp(stopped_only=False):
                self._own += self._playout.stop(self._loop.time())
            case cmd.Configure(plan):
                self._playout.pace.speed = plan.speed
            case _:
                pass

    async def events(self) -> AsyncIterator[TutorEvent]:
        while True:
            for event in await self._receive():
                if isinstance(event, TutorAudio):
                    self._conversation.setup.voice_is_frozen = True
                yield event

    async def _receive(self) -> list[TutorEvent]:
        try:
            return await self._next()
        except LinkLost as lost:
            self._lost = lost
            raise

    async def _next(self) -> list[TutorEvent]:
        """What the next thing on the call means, or that nothing came for a while."""
        from tutor_tui.tutors.realtime.webrtc.call import Sound

        conversation = self._conversation
        wait_s = TICK_S if conversation.ready else min(TICK_S, max(0.0, self._ready_by_s - self._loop.time()))
        came: str | bytes | Sound | BaseException | None = None
        try:
            async with asyncio.timeout(wait_s):
                came = await self._call.inbox.get()
        except TimeoutError:
            pass
        events, self._own = self._own, []
        now_s = self._loop.time()
        match came:
            case BaseException():
                raise came
            case Sound(sound):
                events += self._playout.hear(sound, now_s)
            case str() | bytes():
                event = decode(came)
                told = conversation.receive(event)
                response_id = getattr(event, "response_id", "")
                if response_id and conversation.is_stopped(response_id):
                    events += self._playout.drop(response_id, now_s)
                events += self._playout.receive(event, told, now_s)
                if isinstance(event, InputSpeechStarted):
                    events += self._playout.stop(now_s)
        if not conversation.ready and now_s >= self._ready_by_s:
            events += conversation.overdue()
        return events + self._playout.tick(now_s)

    async def _write(self) -> None:
        while True:
            event = await self._outgoing.get()
            if event["type"] == "input_audio_buffer.commit":
                await self._call.mic_queue.all_said()
                await asyncio.sleep(IN_FLIGHT_S)
            self._call.send(client_events.encode(event))

    def hang_up(self) -> None:
        """The conversation is over."""
        self._writer.cancel()
        self._lost = self._lost or LinkLost("The call is over.", retry=False)
