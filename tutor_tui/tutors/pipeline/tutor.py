"""The turn-based tutor: three services in a row behind the one `Tutor` interface."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date

from tutor_tui.core import model_catalog
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.openai_api import http_client
from tutor_tui.openai_api.chat import LOADING_S
from tutor_tui.openai_api.private_extensions import WantedLesson, request_fields
from tutor_tui.openai_api.services import Service
from tutor_tui.speech.vad import Probability, load_silero
from tutor_tui.tutors.offline.server_process import Child, OfflineServer
from tutor_tui.tutors.pipeline.link import Past, PipelineLink

PATIENCE_S = 30.0
"""How long a service may be silent before we give it up."""


class PipelineTutor:
    """Holds lessons by transcribing, chatting and speaking over HTTP."""

    def __init__(
        self,
        transcribe: Service | None = None,
        chat: Service | None = None,
        speak: Service | None = None,
        *,
        name: str = "",
        record_seconds: float = 0.0,
        ours: OfflineServer | None = None,
        patience_s: float = PATIENCE_S,
        loading_s: float = LOADING_S,
        probability: Probability | None = None,
    ) -> None:
        """A service that is None is our own offline server's part: `ours`, or one with a guide and pocketsphinx.

        `loading_s` is how long a chat server may take to load its model.
        `record_seconds` ends a pressed turn by itself, 0 leaves that to the key. `probability` judges windows of sound
        instead of Silero.
        """
        self._transcribe, self._chat, self._speak = transcribe, chat, speak
        self._elsewhere = [service for service in (transcribe, chat, speak) if service]
        self.server = (ours or OfflineServer()) if len(self._elsewhere) < 3 else None
        """Our offline server, where it has a part; other tutors may share it."""
        self._name = name or (chat.model if chat else "offline")
        self._record_ms = round(record_seconds * 1000)
        self._patience_s = patience_s
        self._loading_s = loading_s
        self._probability = probability
        self._past = Past()
        our_ears = self.server if self.server and not transcribe else None
        hears_freely = our_ears.hears_freely if our_ears else None
        self._capabilities = Capabilities(
            # What to listen for only our own guide says.
            hears=our_ears.hears if our_ears and chat is None else hears_freely,
            hears_freely=hears_freely,
            ears=our_ears.ears if our_ears else "",
            semantic_vad=False,
            way="pipeline",
            ours=self.server is not None,
            scripted=chat is None and self.server is not None and self.server.scripted,
            voices=speak is not None,
            learner_deltas=False,
            # Our guide walks one lesson, and our voice speaks one language, from the first word to the last.
            live_lesson=chat is not None and speak is not None,
            tools=True,
            costs_money=any(not service.is_local for service in self._elsewhere) or self._thinks_elsewhere,
            price_known=all(service.has_known_price for service in self._elsewhere) and not self._thinks_elsewhere,
            answer_wait_s=300.0,  # its services have their own limits, a model that is being loaded too
        )

    @property
    def _thinks_elsewhere(self) -> bool:
        return self._chat is None and self.server is not None and self.server.thinks_elsewhere

    @property
    def name(self) -> str:
        """The chat model, as the header shows it; "offline" where our own guide teaches."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do: everything but telling whether a sentence sounds finished."""
        return self._capabilities

    def warning(self, today: date) -> str:
        """A sentence on the models that are going or gone. Local servers keep theirs, whatever they call them."""
        return model_catalog.shutdown_warnings(
            (service.model for service in self._elsewhere if not service.is_local), today
        )

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        """Our own server is started here, and a Realtime voice dialled; the others are asked when a turn needs them."""
        child = await self.server.running() if self.server else None
        probability = await asyncio.to_thread(load_silero) if self._probability is None else self._probability
        http = http_client.client(self._patience_s)
        link = PipelineLink(
            plan,
            http=http,
            transcribe=self._transcribe or _ours(child, "pocketsphinx", {}),
            chat=self._chat or _ours(child, "guide", request_fields(plan.target_language, WantedLesson.of(plan))),
            speak=self._speak or _ours(child, "espeak-ng", request_fields(plan.target_language)),
            patience_s=self._patience_s,
            loading_s=self._loading_s,
            probability=probability,
            record_ms=self._record_ms,
            past=self._past,
        )
        watching = link.start(_watch(child, link), "pipeline: our server") if child else None
        try:
            yield link
        finally:
            if watching:
                watching.cancel()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5):
                    await link.close()
                    await http.aclose()

    async def close(self) -> None:
        """Stop our own server, if it was needed; at most 2 s."""
        if self.server:
            await self.server.close()


def _ours(child: Child | None, model: str, fields: Mapping[str, str]) -> Service:
    """One part of our own server, with fields that only it knows."""
    assert child is not None  # a service is missing, so it was started
    return Service(f"http://127.0.0.1:{child.port}/v1", model, child.token, fields, is_ours=True)


async def _watch(child: Child, link: PipelineLink) -> None:
    """The lesson learns of our server's end at once, not with its next request, and starts another."""
    link.lose(await child.died())
