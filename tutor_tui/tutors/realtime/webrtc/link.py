"""A tutor over WebRTC: the same words as over a WebSocket, with the sound on a track of its own (protocol.md §2.4)."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from tutor_tui.core import commands as cmd
from tutor_tui.core import model_catalog
from tutor_tui.core.events import TutorAudio, TutorEvent
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.realtime import frames
from tutor_tui.openai_api.realtime.frames import Frame, Nonsense
from tutor_tui.speech.speaking_rate import SpeakingRate
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.tutor import Options, RealtimeTutor
from tutor_tui.tutors.realtime.webrtc import signalling
from tutor_tui.tutors.realtime.webrtc.playout import Playout

if TYPE_CHECKING:
    from tutor_tui.tutors.realtime.webrtc.call import WebRtcCall

EXTRA = "pip install 'tutor-tui[webrtc]'"
IN_FLIGHT_S = 0.15
"""A turn ended by key is kept when its last sound has arrived: at the other end, too, packets are put into order."""
TICK_S = 0.5
_CLEAR_OUTPUT: Frame = {"type": "output_audio_buffer.clear"}


def require_extra() -> None:
    """Raises `Problem` with the install command when aiortc is not there."""
    if importlib.util.find_spec("aiortc") is None:
        raise Problem("WebRTC needs one more package.", f"Run: {EXTRA}", ExitCode.USAGE)


class WebRtcTutor(RealtimeTutor):
    """Holds lessons with `model` at `endpoint`, by call. Raises `Problem` when the extra is not installed."""

    def __init__(
        self,
        endpoint: Endpoint,
        model: str = model_catalog.DEFAULT_MODEL,
        *,
        ephemeral: bool = False,
        open_wait_s: float | None = None,
        **options: Unpack[Options],
    ) -> None:
        """`ephemeral` calls with a short-lived key, see `signalling.answer_to`."""
        require_extra()
        super().__init__(endpoint, model, **options)
        self._capabilities = replace(self._capabilities, needs_truncation=False, way="webrtc")
        self._ephemeral = ephemeral
        self._open_wait_s = open_wait_s

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        """See `core.ports.Tutor.connect`."""
        from tutor_tui.tutors.realtime.webrtc.call import OPEN_WAIT_S, WebRtcCall

        line = WebRtcCall(self._endpoint.host, loopback=self._endpoint.is_local)
        link: WebRtcLink | None = None
        try:
            await line.dial(self._ask, OPEN_WAIT_S if self._open_wait_s is None else self._open_wait_s)
            link = WebRtcLink(line, self._exchange(plan), self._ready_wait_s)
            yield link
        finally:
            if link is not None:
                link.hang_up()
            await line.close()

    async def _ask(self, offer: str) -> str:
        return await signalling.answer_to(
            offer, self._endpoint, self._model, query=self._query, ephemeral=self._ephemeral
        )


class WebRtcLink:
    """One open conversation: `ConversationState` thinks, `Playout` listens, the line carries."""

    def __init__(self, line: WebRtcCall, exchange: ConversationState, ready_wait_s: float) -> None:
        self._line = line
        self._exchange = exchange
        self._playing = Playout(SpeakingRate(exchange.plan.speed))
        self._loop = asyncio.get_running_loop()
        self._ready_by_s = self._loop.time() + ready_wait_s
        self._lost: LinkLost | None = None
        self._has_spoken = False
        self._outgoing: asyncio.Queue[Frame] = asyncio.Queue()
        exchange.open()
        self._post()
        self._writer = asyncio.create_task(self._write(), name="tutor call: writer")

    @property
    def dropped_ms(self) -> int:
        """Sound that was thrown away because too much was waiting."""
        return self._line.mouth.dropped_ms

    def hear(self, pcm: bytes) -> None:
        """See `core.ports.TutorLink.hear`. Before the tutor is ready, sound is dropped."""
        if self._exchange.ready:
            self._exchange.buffered_ms += self._line.mouth.hear(pcm)

    async def send(self, command: cmd.Command) -> None:
        """See `core.ports.TutorLink.send`."""
        lost = self._lost or self._line.lost
        if lost is not None:
            raise lost
        match command:
            case cmd.Interrupt(by):
                command = replace(command, unheard=())  # the server knows what it has said
                also = [_CLEAR_OUTPUT] if by == "key" else []
            case cmd.Configure(plan):
                self._playing.pace.speed = plan.speed
                also = []
            case _:
                also = []
        self._exchange.command(command)
        self._exchange.outbox.extend(also)
        self._post()

    async def events(self) -> AsyncIterator[TutorEvent]:
        """See `core.ports.TutorLink.events`."""
        while True:
            for event in await self._receive():
                if isinstance(event, TutorAudio) and not self._has_spoken:
                    self._tell_of_sound(event.item_id)
                yield event

    async def _receive(self) -> list[TutorEvent]:
        try:
            return await self._next()
        except LinkLost as lost:
            self._lost = lost
            raise
        finally:
            self._post()

    async def _next(self) -> list[TutorEvent]:
        """What the next thing on the line means, or that nothing came for a while."""
        from tutor_tui.tutors.realtime.webrtc.call import Sound

        exchange = self._exchange
        wait_s = TICK_S if exchange.ready else min(TICK_S, max(0.0, self._ready_by_s - self._loop.time()))
        came: str | bytes | Sound | LinkLost | None = None
        try:
            async with asyncio.timeout(wait_s):
                came = await self._line.inbox.get()
        except TimeoutError:
            pass
        told: list[TutorEvent] = []
        now_s = self._loop.time()
        match came:
            case LinkLost():
                raise came
            case Sound(sound):
                told = self._playing.hear(sound, now_s)
            case str() | bytes():
                told = self._playing.take(_parsed(came), exchange.take(came), now_s)
        if not exchange.ready and now_s >= self._ready_by_s:
            told += exchange.overdue()
        return told + self._playing.tick(now_s)

    def _tell_of_sound(self, item_id: str) -> None:
        """The exchange hears nothing on a call, but has to know that the voice is frozen from now on."""
        self._has_spoken = True
        self._exchange.take(json.dumps({"type": "response.output_audio.delta", "item_id": item_id, "delta": ""}))

    # ---- out --------------------------------------------------------------------------------------------------------

    def _post(self) -> None:
        """Hand over what the exchange wants sent."""
        outbox = self._exchange.outbox
        while outbox:
            self._outgoing.put_nowait(outbox.popleft())

    async def _write(self) -> None:
        while True:
            frame = await self._outgoing.get()
            if frame["type"] == "input_audio_buffer.commit":
                await self._line.mouth.all_said()
                await asyncio.sleep(IN_FLIGHT_S)
            self._line.send(json.dumps(frame, ensure_ascii=False))

    def hang_up(self) -> None:
        """The conversation is over."""
        self._writer.cancel()
        self._lost = self._lost or LinkLost("The call is over.", retry=False)


def _parsed(raw: str | bytes) -> Frame:
    """The frame once more, for `Playout`; what is none has been told of already."""
    try:
        return frames.parse(raw)
    except Nonsense:
        return {}
