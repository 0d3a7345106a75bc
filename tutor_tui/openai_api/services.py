"""Three HTTP services, each with its own address, model and key, and what each provider calls things."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from tutor_tui.core import model_catalog
from tutor_tui.core.actions import key
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL
from tutor_tui.openai_api.endpoint import AuthStyle, Endpoint

MAX_ANSWER_TOKENS = 1_024
"""Some minutes of speech: a runaway answer ends there."""


_ANY_PATH = AuthStyle(url_end="")


@dataclass(frozen=True, slots=True)
class ServiceEndpoint(Endpoint):
    """Where an HTTP service is: not all of them end in /v1 (Gemini: `/v1beta/openai`, DeepSeek: the bare host)."""

    @property
    def auth(self) -> AuthStyle:
        return _ANY_PATH


@dataclass(frozen=True, slots=True)
class Service:
    """One HTTP service, from the settings to its client. Raises `Problem` when the URL or the key cannot be right."""

    base_url: str = OPENAI_BASE_URL
    """http(s), ending in /v1 as a rule."""
    model: str = ""
    api_key: str = field(default="", repr=False)
    """Sent as `Authorization: Bearer`; empty sends none. Never shown."""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Fields to add to each request, over our own; None takes one away (`{"max_tokens": None}`)."""
    insecure: bool = False
    """Allows unencrypted http:// beyond this machine."""
    is_ours: bool = False
    """Whether it is our own offline server."""
    is_realtime: bool = False
    """Whether it reads aloud in a Realtime conversation, over a WebSocket, instead of over HTTP."""
    voice: str = ""
    """The voice that reads aloud, in place of the lesson's own."""

    def __post_init__(self) -> None:
        self.endpoint  # noqa: B018 - raises where it cannot be
        if not self.is_realtime and not self.base_url.strip().startswith("http"):
            raise Problem(
                "This service speaks HTTP, not WebSocket.",
                f"Write its address like {OPENAI_BASE_URL}.",
                ExitCode.USAGE,
            )
        if self.is_realtime:
            return
        import httpx  # 60 ms: only where there is a service to talk to

        try:
            httpx.URL(self.base_url.strip())
        except httpx.InvalidURL:
            raise Problem("The base URL is not a URL.", f"Write it like {OPENAI_BASE_URL}.", ExitCode.USAGE) from None
        try:
            json.dumps(dict(self.options), ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError):
            title = f"The extra fields for {self.model or 'a service'} hold something that JSON cannot."
            raise Problem(title, "They take text, numbers, true, false, lists and tables.", ExitCode.USAGE) from None

    @property
    def endpoint(self) -> Endpoint:
        """Where it is, and the key to it."""
        made = Endpoint if self.is_realtime else ServiceEndpoint
        return made(self.base_url, self.api_key, self.insecure)

    @property
    def host(self) -> str:
        """Host and port, for sentences."""
        return self.endpoint.host

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return self.endpoint.is_local

    @property
    def has_known_price(self) -> bool:
        """Whether we know what it costs: nothing on this machine, and OpenAI's price at OpenAI's own address."""
        return self.is_local or (self.host in PROVIDERS and model_catalog.has_price(self.model))

    @property
    def is_ollama(self) -> bool:
        """Whether it is probably Ollama, whose commands are then the way out."""
        return self.endpoint.is_ollama

    def voice_of(self, wanted: str) -> str:
        """The voice to ask it for where the lesson's is `wanted`."""
        return model_catalog.voice_for(self.model, self.voice or wanted)

    @property
    def provider(self) -> Provider:
        """How its owner calls things."""
        return OURS if self.is_ours else PROVIDERS.get(self.host, ANY_PROVIDER)

    def url(self, path: str) -> str:
        """The address of one of its calls."""
        base = self.base_url.strip().rstrip("/")
        return base if base.endswith(f"/{path}") else f"{base}/{path}"  # some name the whole address

    def headers(self) -> dict[str, str]:
        """What to send along."""
        return {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}

    def with_options(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """`body` with the service's own options over it, and without what they take away."""
        return {name: value for name, value in {**body, **self.options}.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider wants in a chat request."""

    chat: Mapping[str, Any]
    """Fields of every chat request."""
    note_role: Literal["system", "user"]
    """Who speaks our notes ("greet the learner"). Many local models' templates take one system message, at the top."""
    reasoning: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    """Model → fields that keep it from thinking aloud before it speaks."""

    def chat_fields(self, model: str) -> dict[str, Any]:
        """The fields for `model`."""
        return {**self.chat, **self.reasoning.get(model, {})}


PROVIDERS: Mapping[str, Provider] = {
    "api.openai.com": Provider(
        chat={"max_completion_tokens": MAX_ANSWER_TOKENS, "stream_options": {"include_usage": True}},
        note_role="system",
        reasoning={"gpt-6-luna": {"reasoning_effort": "none"}},  # default medium: seconds before the first word
    ),
}
"""By host."""
ANY_PROVIDER = Provider(chat={"max_tokens": MAX_ANSWER_TOKENS}, note_role="user")
"""Ollama, llama.cpp, vLLM: the smallest request that all of them take."""
OURS = Provider(chat={}, note_role="system")
"""Our own offline server: its guide must not take a note for an answer."""

CHAT_ROLE: Mapping[str, str] = {"learner": "user", "tutor": "assistant"}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the loop's three steps, in words for sentences to the learner."""

    name: str
    """As in "The chat service"."""
    path: str
    setting: str
    """Where its address, model and key are set: `…_url`, `…_model`, `…_key`."""
    meanwhile: str
    """What still works without it."""


TRANSCRIBE = Part("transcription service", "audio/transcriptions", "pipeline.transcribe", "You can go on by typing.")
CHAT = Part("chat service", "chat/completions", "pipeline.chat", f"{key('repeat')} asks again.")
OFFLINE_CHAT = Part(
    "chat server",
    "chat/completions",
    "offline.chat",
    f"{key('repeat')} asks again; offline.conversation = guide does without it.",
)
SPEAK = Part("speech service", "audio/speech", "pipeline.speak", "Answers are shown as text meanwhile.")
