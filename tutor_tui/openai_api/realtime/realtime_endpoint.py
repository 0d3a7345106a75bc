"""Where a Realtime server is, and which dialect of Realtime it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from tutor_tui.openai_api.endpoint import AuthStyle, Endpoint
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect


@dataclass(frozen=True, slots=True)
class RealtimeEndpoint(Endpoint):
    """A server that speaks Realtime. Raises `Problem` when the URL or the key cannot be right."""

    dialect: ServerDialect = GA
    """How the server wants to be spoken to, and to be sent the key."""

    @property
    def auth(self) -> AuthStyle:
        return self.dialect.auth

    def conversation_url(self, model: str, **query: str) -> str:
        """The WebSocket URL of a conversation with `model`."""
        address = self.http_url("realtime").removeprefix("http")
        return f"ws{address}?{urlencode({'model': model, **query})}"
