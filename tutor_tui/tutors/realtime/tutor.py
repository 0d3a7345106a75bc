"""What the tutors that speak Realtime have in common, whatever carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict

from tutor_tui.core import model_catalog
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.conversation.state import ConversationState

READY_WAIT_S = 5.0
"""How long a server may take to confirm its settings before the lesson goes on without."""


class Options(TypedDict, total=False):
    """What may be said of a tutor besides its server and model."""

    transcriber: str
    """The model that writes down what the learner says."""
    name: str
    """For the header; the model's by default."""
    capabilities: Capabilities
    """Those of OpenAI's service by default."""
    query: Mapping[str, str]
    """Added to the address."""
    ready_wait_s: float


class RealtimeTutor:
    """A tutor with `model` at `endpoint`; its subclasses connect to it. `Options` documents the other arguments."""

    def __init__(
        self,
        endpoint: RealtimeEndpoint,
        model: str = model_catalog.DEFAULT_MODEL,
        *,
        transcriber: str = model_catalog.DEFAULT_TRANSCRIBER,
        name: str = "",
        capabilities: Capabilities | None = None,
        query: Mapping[str, str] | None = None,
        ready_wait_s: float = READY_WAIT_S,
    ) -> None:
        self._endpoint = endpoint
        self._model = model = endpoint.model(model)
        self._transcriber = transcriber
        self._name = name or model
        self._capabilities = capabilities or _capabilities(endpoint, model)
        self._query = dict(query or {})
        self._ready_wait_s = ready_wait_s

    @property
    def name(self) -> str:
        """The model, as the header shows it."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._capabilities

    def _new_conversation(self, plan: LessonPlan, queue: Callable[[ClientEvent], None]) -> ConversationState:
        """The state of a new conversation, whose client events go into `queue`."""
        return ConversationState(
            self._model,
            plan,
            queue,
            self._transcriber,
            costs_money=self._capabilities.costs_money and self._capabilities.price_known,
            dialect=self._endpoint.dialect,
            is_ours=self._capabilities.ours,
        )

    async def close(self) -> None:
        """Nothing outlives a conversation here."""


def _capabilities(endpoint: RealtimeEndpoint, model: str) -> Capabilities:
    """What a server of this kind can do. Other vendors have prices of their own, also for OpenAI's models."""
    known = model_catalog.has_price(model) and not endpoint.dialect.base_url
    able = Capabilities(
        costs_money=not endpoint.is_ones_own,
        price_known=known,
        tools=True,
        takes_calls=endpoint.dialect.takes_calls,
        leaves_interrupting=endpoint.dialect.leaves_interrupting,
        asides=endpoint.dialect.takes_asides,
    )
    return without(able, endpoint.dialect.lacks)
