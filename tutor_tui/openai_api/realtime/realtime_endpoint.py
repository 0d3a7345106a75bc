"""Where a Realtime server is, and which dialect of Realtime it speaks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import SplitResult, quote_plus, urlencode, urlunsplit

from tutor_tui.core.model_catalog import DEFAULT_MODEL
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import KEY_VARIABLES, OPENAI_BASE_URL
from tutor_tui.openai_api.endpoint import AuthStyle, Endpoint, hostname_of, is_loopback, url_parts
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import owner_of


def address_meant(base_url: str, dialect: ServerDialect) -> str:
    """Where a server is, as addresses are compared: the vendor's own where the settings name none, or OpenAI's."""
    given = base_url.strip().rstrip("/") or OPENAI_BASE_URL
    return dialect.base_url or given if given == OPENAI_BASE_URL else given


@dataclass(frozen=True, slots=True)
class RealtimeEndpoint(Endpoint):
    """A server that speaks Realtime. Raises `Problem` when the URL or the key cannot be right.

    OpenAI's address, which is also that of settings which name none, means the vendor's own with a vendor's dialect.
    """

    dialect: ServerDialect = GA
    """How the server wants to be spoken to, and to be sent the key."""

    def __post_init__(self) -> None:
        Endpoint.__post_init__(self)
        owner = owner_of(self._parts.hostname or "")
        if self.key and owner is not None and owner is not self.dialect:
            raise Problem(
                f"{self.host} is {owner.vendor}'s, and takes neither another's key nor another's Realtime.",
                f"Set tutor.dialect to {owner.name}, or pass --dialect {owner.name}; "
                f"its key belongs into {KEY_VARIABLES[owner.name][0]}.",
                ExitCode.USAGE,
            )

    @property
    def address(self) -> str:
        """The base URL in use, without a slash at its end."""
        return urlunsplit(self._parts).rstrip("/")

    @property
    def is_ones_own(self) -> bool:
        """Whether it is a program that people run themselves, on this machine: it has no key, and nobody is billed."""
        return self.is_local and is_loopback(hostname_of(self.dialect.base_url))

    @property
    def auth(self) -> AuthStyle:
        return self.dialect.auth

    def model(self, wanted: str) -> str:
        """The model to talk with: the recommended one of OpenAI's is not to be had from others."""
        return self.dialect.model if self.dialect.model and wanted == DEFAULT_MODEL else wanted

    def conversation_url(self, model: str, **query: str) -> str:
        """The WebSocket URL of a conversation with `model`."""
        names = {"model": quote_plus(model), "session_id": f"tutor-tui-{os.urandom(12).hex()}"}
        path, _, fixed = self.dialect.url.format_map(names).partition("?")
        return f"ws{self.http_url(path).removeprefix('http')}?{fixed}{'&' if query else ''}{urlencode(query)}"

    @property
    def _parts(self) -> SplitResult:
        return url_parts(address_meant(self.base_url, self.dialect), self.auth)
