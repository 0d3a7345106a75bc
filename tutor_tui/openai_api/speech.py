"""The tutor's voice over HTTP: one request a sentence, sound as it comes.

What a service refuses (a field, a format, a voice) it is asked for once more without, and never again in this lesson.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import httpx

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import SPEAK, Service
from tutor_tui.openai_api.sound_reader import SoundReader, Unplayable
from tutor_tui.openai_api.voices import VoiceChoice, listed_voices

LONGEST_MS = 180_000
"""A piece of text takes seconds to say; a service that sends minutes is out of order."""
_OPTIONAL = ("speed", "instructions")
"""Fields that a service may not take: without them it may."""


class SpeechClient:
    """Reads aloud over HTTP, one request a text. `tell` takes what the learner should know."""

    def __init__(
        self, http: httpx.AsyncClient, service: Service, tell: Callable[[ev.Trouble], None] = lambda trouble: None
    ) -> None:
        self._http = http
        self._service = service
        self._tell = tell
        self._without: dict[str, Any] = {}
        """What this service does not take: fields, each with what is sent instead; None sends nothing."""
        self._voices = VoiceChoice(tell)

    def prepare(self, plan: LessonPlan) -> None:
        """Nothing to open: connections are kept by the HTTP client."""

    async def read(self, text: str, plan: LessonPlan) -> AsyncGenerator[bytes, None]:
        """`text` as 24 kHz mono s16, in pieces of whole samples. Raises `ServiceFailure`, also when no sound comes."""
        before = dict(self._without)
        while True:
            fields = self._fields(text, plan)
            try:
                async with aclosing(self._attempt(fields)) as sound:
                    async for piece in sound:
                        yield piece
                break
            except ServiceFailure as failure:
                if not self._learnt(failure, fields):
                    self._without = before  # it was not for these
                    raise
        if "speed" in self._without and "speed" not in before:
            self._tell(ev.Trouble(f"The {SPEAK.name} takes no pace: it speaks at its own."))

    async def close(self) -> None:
        """Whoever made the HTTP client closes it."""

    def _fields(self, text: str, plan: LessonPlan) -> dict[str, Any]:
        fields = {
            "model": self._service.model,
            "input": text,
            "voice": self._voices.of(self._service.voice_of(plan.voice)),
            "response_format": "pcm",
            "speed": None if plan.speed == 1.0 else plan.speed,
        }
        wanted = {**self._service.with_options(fields), **self._without}
        return {name: value for name, value in wanted.items() if value is not None}

    async def _attempt(self, fields: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        async with http_client.posted(self._http, SPEAK, self._service, json=fields) as response:
            _check_kind(response)
            reader, total = SoundReader(response.headers.get("content-type", "")), 0
            try:
                async for piece in response.aiter_bytes():
                    if sound := reader.feed(piece):
                        total += len(sound)
                        yield sound
                    if pcm.ms_of(total) > LONGEST_MS:
                        raise failures.nonsense(SPEAK, "sound without end")
                if sound := reader.end():
                    total += len(sound)
                    yield sound
            except Unplayable as unplayable:
                raise _Unplayable(unplayable.name) from None
        if not total:
            raise failures.nonsense(SPEAK, "no sound")

    # ---- what a service does not take -------------------------------------------------------------------------------

    def _learnt(self, failure: ServiceFailure, fields: dict[str, Any]) -> bool:
        """Whether another attempt differs in what this one failed for. Each difference is made once."""
        if isinstance(failure, _Unplayable) or _is_of_format(failure):
            return fields["response_format"] != "wav" and self._take("response_format", "wav")
        if (
            not 400 <= failure.status < 600
            or (failure.lasting and failure.status != 404)
            or failure.status == 429
            or failure.asked_wait_s
        ):
            return False
        if listed := listed_voices(failure.said):
            return self._voices.replace(str(fields["voice"]), listed)
        named = [name for name in _OPTIONAL if name in fields and name in failure.said.lower()]
        given = [name for name in _OPTIONAL if name in fields]
        return any(self._take(name, None) for name in named or given)

    def _take(self, field: str, instead: str | None) -> bool:
        if field in self._without:
            return False
        self._without[field] = instead
        return True


class _Unplayable(ServiceFailure):
    """What came is not raw PCM or WAV."""

    def __init__(self, name: str) -> None:
        failure = failures.nonsense(SPEAK, f"{name} instead of raw PCM or WAV")
        super().__init__(failure.title, failure.hint)


def _is_of_format(failure: ServiceFailure) -> bool:
    said = failure.said.lower()
    return 400 <= failure.status < 600 and ("format" in said or "pcm" in said)


def _check_kind(response: httpx.Response) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind.endswith("json"):
        raise failures.nonsense(SPEAK, f"{kind} instead of sound")
