"""The tutor's voice from a Realtime model: one connection, opened before it is needed, and again when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.failures import BrokeOff, ServiceFailure
from tutor_tui.openai_api.http_client import CONNECT_S
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.services import SPEAK, Service
from tutor_tui.openai_api.voices import VoiceChoice
from tutor_tui.supervision import cancelled
from tutor_tui.tutors.pipeline.voice_connection import VoiceConnection, failure_of
from tutor_tui.tutors.realtime.websocket.link import dial


class RealtimeVoice:
    """See `voice.Voice`. `emit` gets bills and counts; `fault` a fault of ours."""

    def __init__(
        self,
        service: Service,
        *,
        patience_s: float,
        emit: Callable[[ev.TutorEvent], None],
        fault: Callable[[BaseException], None],
    ) -> None:
        self._service = service
        self._endpoint = RealtimeEndpoint(service.base_url, service.api_key, service.insecure)
        self._patience_s = patience_s
        self._emit = emit
        self._fault = fault
        self._voices = VoiceChoice(emit)
        self._voice = ""
        """The one that the newest attempt is for."""
        self._attempt: asyncio.Task[VoiceConnection] | None = None
        """The newest; its result is the connection in use."""
        self._retired: list[asyncio.Task[VoiceConnection]] = []
        """Earlier ones; they still read what was begun."""

    def prepare(self, plan: LessonPlan) -> None:
        """Dial, unless there is a connection for this voice, or an attempt under way."""
        voice = self._service.voice_of(plan.voice)
        if self._attempt is not None:
            if voice == self._voice and not _is_over(self._attempt):
                return
            self._retired.append(self._attempt)
        self._voice = voice
        self._attempt = asyncio.create_task(self._dial(voice, plan.target_language), name="voice: dialling")
        self._attempt.add_done_callback(_is_over)  # an attempt that failed is told when something is to be read

    async def read(self, text: str, plan: LessonPlan) -> AsyncGenerator[bytes, None]:
        """A connection that turns out to be gone before the first sound is replaced, once."""
        sounded = False
        for last_attempt in (False, True):
            try:
                connection = await self._connected(plan)
                async with aclosing(connection.read(text, plan.speed, self._patience_s)) as sound:
                    async for piece in sound:
                        sounded = True
                        yield piece
                return
            except BrokeOff:
                if sounded or last_attempt:
                    raise

    async def _connected(self, plan: LessonPlan) -> VoiceConnection:
        """The connection for this voice. Raises `ServiceFailure`."""
        self.prepare(plan)
        attempt = self._attempt
        assert attempt is not None  # `prepare` made one
        await asyncio.wait([attempt])  # who stops waiting must not end the attempt for the others
        if attempt.cancelled():
            raise BrokeOff(f"The {SPEAK.name} broke off.", SPEAK.meanwhile)
        return attempt.result()

    async def _dial(self, voice: str, language: str) -> VoiceConnection:
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await dial(self._endpoint, self._service.model)
        except LinkLost as lost:
            raise failure_of(lost) from None
        except TimeoutError:
            title = f"The {SPEAK.name} at {self._endpoint.host} cannot be reached in time."
            raise ServiceFailure(title, f"Check {SPEAK.setting}_url. {SPEAK.meanwhile}") from None
        opened = VoiceConnection(
            socket,
            self._service.model,
            voice,
            language=language,
            voices=self._voices,
            emit=self._emit,
            fault=self._fault,
        )
        await self._hang_up(lambda connection: connection.is_idle)
        return opened

    async def _hang_up(self, which: Callable[[VoiceConnection], bool]) -> None:
        """Close earlier connections that are not needed any more."""
        self._retired = [each for each in self._retired if not each.done() or _opened(each)]
        for each in [each for each in self._retired if each.done() and which(each.result())]:
            self._retired.remove(each)
            await each.result().close()

    async def close(self) -> None:
        """Hang up."""
        attempts = [*self._retired, *([self._attempt] if self._attempt else [])]
        await cancelled(*attempts)
        await asyncio.gather(*(each.result().close() for each in attempts if _opened(each)), return_exceptions=True)


def _opened(attempt: asyncio.Task[VoiceConnection]) -> bool:
    return attempt.done() and not attempt.cancelled() and attempt.exception() is None


def _is_over(attempt: asyncio.Task[VoiceConnection]) -> bool:
    """Whether another attempt is needed: this one failed, or its connection is gone. What lasts is not tried again."""
    if not attempt.done():
        return False
    if attempt.cancelled():
        return True
    failure = attempt.exception()
    if failure is not None:
        return not (isinstance(failure, ServiceFailure) and failure.lasting)
    return not attempt.result().is_fresh
