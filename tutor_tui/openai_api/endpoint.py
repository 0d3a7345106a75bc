"""Where a Realtime server is, and how to be let in: URL, key, and whether the way there is safe."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OLLAMA_PORT, OPENAI_BASE_URL
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect

_WEBSOCKET_SCHEME = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that speaks Realtime. Raises `Problem` when the URL or the key cannot be right."""

    base_url: str = OPENAI_BASE_URL
    """http(s) or ws(s), ending in /v1, as OPENAI_BASE_URL has it."""
    key: str = field(default="", repr=False)
    """Sent in the header that the dialect has for it; empty sends none. Never shown."""
    insecure: bool = False
    """Allows unencrypted ws:// beyond this machine."""
    dialect: ServerDialect = GA
    """How the server wants to be spoken to."""

    def __post_init__(self) -> None:
        parts = _parts(self.base_url, self.dialect)
        if _WEBSOCKET_SCHEME[parts.scheme] == "ws" and not self.insecure and not is_loopback(parts.hostname or ""):
            raise Problem(
                f"{parts.hostname} would hear the lesson unencrypted.",
                "Use https:// or wss://, or pass --insecure if the network is yours alone.",
                ExitCode.USAGE,
            )
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            raise Problem(
                "The API key holds characters that no key has.",
                "Copy it again, without spaces or quotation marks, into OPENAI_API_KEY.",
                ExitCode.USAGE,
            )

    @property
    def host(self) -> str:
        """Host and port, for sentences."""
        return _parts(self.base_url, self.dialect).netloc

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(_parts(self.base_url, self.dialect).hostname or "")

    @property
    def is_ollama(self) -> bool:
        """Whether it is probably Ollama, whose commands are then the way out."""
        return self.is_local and self.host.endswith(f":{OLLAMA_PORT}")

    def url(self, model: str, **query: str) -> str:
        """The WebSocket URL of a conversation with `model`."""
        parts = _parts(self.base_url, self.dialect)
        wanted = urlencode({"model": model, **query})
        path = parts.path.rstrip("/") + "/realtime"
        return urlunsplit((_WEBSOCKET_SCHEME[parts.scheme], parts.netloc, path, wanted, ""))

    def headers(self) -> dict[str, str]:
        """What to send along with a request or a handshake: the key, and what the dialect adds to it."""
        return self.dialect.headers(self.key)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its own name, without asking a name server."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(base_url: str, dialect: ServerDialect) -> SplitResult:
    """The URL in pieces, or a `Problem` that names what is wrong with it."""
    hint = f"Write it like {dialect.example_url}."
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:  # UnicodeError, of a host that no name server could be asked for, is one too
        raise Problem("The base URL is not a URL.", hint, ExitCode.USAGE) from None
    if parts.scheme not in _WEBSOCKET_SCHEME or not parts.hostname or port == 0:
        raise Problem("The base URL is not an http(s) or ws(s) address.", hint, ExitCode.USAGE)
    if parts.username or parts.password:
        raise Problem("The base URL holds a password.", "Put the key into OPENAI_API_KEY instead.", ExitCode.USAGE)
    if not parts.path.rstrip("/").endswith(dialect.url_end) or parts.query or parts.fragment:
        raise Problem(f"The base URL does not end in {dialect.url_end}.", hint, ExitCode.USAGE)
    return parts
