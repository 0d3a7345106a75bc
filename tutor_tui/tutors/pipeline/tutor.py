"""The turn-based tutor: three services in a row behind the one `Tutor` interface."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from tutor_tui.core import models
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.speech.voice_activity import Probability
from tutor_tui.tutors.pipeline import calls
from tutor_tui.tutors.pipeline.link import PipelineLink
from tutor_tui.tutors.pipeline.services import Service

PATIENCE_S = 30.0
"""How long a service may be silent before we give it up."""


class PipelineTutor:
    """Holds lessons by transcribing, chatting and speaking over HTTP."""

    def __init__(
        self,
        transcribe: Service,
        chat: Service,
        speak: Service,
        *,
        name: str = "",
        record_seconds: float = 0.0,
        patience_s: float = PATIENCE_S,
        probability: Probability | None = None,
    ) -> None:
        """`record_seconds` ends a pressed turn by itself, 0 leaves that to the key. `probability` judges windows of
        sound instead of Silero.
        """
        self._transcribe, self._chat, self._speak = transcribe, chat, speak
        self._name = name or chat.model
        self._record_ms = round(record_seconds * 1000)
        self._patience_s = patience_s
        self._probability = probability
        services = (transcribe, chat, speak)
        self._capabilities = Capabilities(
            semantic_vad=False,
            way="pipeline",
            learner_deltas=False,
            tools=True,
            costs_money=any(service.model in _PRICED and not service.is_local for service in services),
        )

    @property
    def name(self) -> str:
        """The chat model, as the header shows it."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do: everything but telling whether a sentence sounds finished."""
        return self._capabilities

    def warnings(self, today: date) -> list[str]:
        """A sentence for each model that is going or gone."""
        names = dict.fromkeys(service.model for service in (self._transcribe, self._chat, self._speak))
        return [warning for name in names if (warning := models.shutdown_warning(name, today))]

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        """See `core.ports.Tutor.connect`. There is nothing to dial: the services are met when they are needed."""
        probability = await asyncio.to_thread(_silero) if self._probability is None else self._probability
        http = calls.client(self._patience_s)
        link = PipelineLink(
            plan,
            http=http,
            transcribe=self._transcribe,
            chat=self._chat,
            speak=self._speak,
            probability=probability,
            record_ms=self._record_ms,
        )
        try:
            yield link
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5):
                    await link.close()
                    await http.aclose()

    async def close(self) -> None:
        """Nothing outlives a conversation."""


_PRICED = {**models.TRANSCRIBERS, **models.CHAT_MODELS, **models.SPEECH_MODELS}


def _silero() -> Probability:
    from tutor_tui.speech.silero import SileroProbability

    return SileroProbability()
