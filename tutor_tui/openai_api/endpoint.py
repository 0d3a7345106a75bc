"""Where a server with OpenAI's API is, and how to be let in: URL, key, and whether the way there is safe."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tutor_tui.core.offline_settings import OLLAMA_PORT
from tutor_tui.core.own_keys import keep_secret
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL

_PLACEHOLDER = re.compile(r"\{[^}]*\}?|<[^>]*>?")
"""What documentation puts where a name of one's own belongs."""
_LABEL = re.compile(r"(?i)(?!-)[a-z0-9_-]{1,63}(?<!-)")
_HOST_AND_PORT = re.compile(r"(?:\[[^\[\]]+\]|[^\[\]:]*)(?::[0-9]*)?")
_NEVER_IN_A_URL = re.compile(r"[\s\\<>\"{}|^`]")
HTTP_SCHEME = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
"""Scheme of an address → the scheme of HTTP requests to the same server."""


@dataclass(frozen=True, slots=True)
class AuthStyle:
    """How one kind of server is addressed and takes the key; the defaults are OpenAI's."""

    url_end: str = "/v1"
    """How the base URL has to end."""
    example_url: str = "https://api.openai.com/v1 or ws://127.0.0.1:8000/v1"
    """How the base URL is written, for hints."""
    key_header: str = "Authorization"
    key_scheme: str = "Bearer "
    """What stands before the key in that header."""
    more_headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Sent with every request and handshake."""

    def headers(self, key: str) -> dict[str, str]:
        """What lets us in; an empty key is not sent."""
        return {**self.more_headers, **({self.key_header: f"{self.key_scheme}{key}"} if key else {})}


BEARER = AuthStyle()
"""OpenAI's own way, which nearly all servers follow."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server with OpenAI's API. Raises `Problem` when the URL or the key cannot be right."""

    base_url: str = OPENAI_BASE_URL
    """http(s) or ws(s), ending in /v1, as OPENAI_BASE_URL has it."""
    key: str = field(default="", repr=False)
    """Empty sends none. Never shown."""
    insecure: bool = False
    """Allows an unencrypted connection beyond this machine."""

    def __post_init__(self) -> None:
        if self.is_unencrypted and not self.insecure:
            raise Problem(
                f"{self._parts.hostname} would hear the lesson unencrypted.",
                "Use https:// or wss://, or pass --insecure if the network is yours alone.",
                ExitCode.USAGE,
            )
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            raise Problem(
                "The API key holds characters that no key has.",
                "Copy it again, without spaces or quotation marks, into OPENAI_API_KEY.",
                ExitCode.USAGE,
            )
        keep_secret(self.key)

    @property
    def auth(self) -> AuthStyle:
        """How this server wants to be addressed and sent the key."""
        return BEARER

    @property
    def host(self) -> str:
        """Host and port, for sentences."""
        return self._parts.netloc

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(self._parts.hostname or "")

    @property
    def is_unencrypted(self) -> bool:
        """Whether all that is sent there can be read on the way."""
        return HTTP_SCHEME[self._parts.scheme] == "http" and not self.is_local

    @property
    def is_ollama(self) -> bool:
        """Whether it is probably Ollama, whose commands are then the way out."""
        return self.is_local and self.host.endswith(f":{OLLAMA_PORT}")

    def http_url(self, path: str) -> str:
        """The address of one of its requests, also where the base URL is a WebSocket's."""
        parts = self._parts
        return urlunsplit((HTTP_SCHEME[parts.scheme], parts.netloc, f"{parts.path.rstrip('/')}/{path}", "", ""))

    def headers(self) -> dict[str, str]:
        """What to send along with a request or a handshake: the key, and what else this server asks for."""
        return self.auth.headers(self.key)

    @property
    def _parts(self) -> SplitResult:
        return url_parts(self.base_url, self.auth)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its own name, without asking a name server."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hostname_of(url: str) -> str:
    """The host in `url`, without its port; empty where there is none, or no URL."""
    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""


def is_openai(base_url: str) -> bool:
    """Whether this is OpenAI itself, in one of its regions."""
    host = hostname_of(base_url)
    return host == "api.openai.com" or host.endswith(".api.openai.com")


def check_host(host: str) -> None:
    """Raises `ValueError` for a host that neither a name server nor the libraries that we dial with would take."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if not host.isascii() or "xn--" in host:
            import idna  # 20 ms; nearly every host does without

            host = idna.encode(idna.decode(idna.encode(host.lower()))).decode()
        if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split(".")):
            raise ValueError from None
    else:
        if "%" in host:  # the zone of a link-local address: no URL of a service has one
            raise ValueError


def url_parts(base_url: str, auth: AuthStyle) -> SplitResult:
    """The URL in pieces, or a `Problem` that names what is wrong with it."""
    hint = f"Write it like {auth.example_url}."
    if gap := _PLACEHOLDER.search(base_url):
        title = f"The base URL still holds a placeholder: {gap[0]}."
        raise Problem(title, f"Put your own in its place with --base-url or tutor.base_url. {hint}", ExitCode.USAGE)
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port
        if parts.hostname:
            check_host(parts.hostname)
        odd = not base_url.strip().isprintable() or _NEVER_IN_A_URL.search(base_url.strip())
        if odd or not _HOST_AND_PORT.fullmatch(parts.netloc.rpartition("@")[2]):
            raise ValueError
    except ValueError:
        raise Problem("The base URL is not a URL.", hint, ExitCode.USAGE) from None
    if parts.scheme not in HTTP_SCHEME or not parts.hostname or port == 0:
        raise Problem("The base URL is not an http(s) or ws(s) address.", hint, ExitCode.USAGE)
    if "@" in parts.netloc:
        raise Problem("The base URL holds a password.", "Put the key into OPENAI_API_KEY instead.", ExitCode.USAGE)
    if not parts.path.rstrip("/").endswith(auth.url_end) or parts.query or parts.fragment:
        raise Problem(f"The base URL does not end in {auth.url_end}.", hint, ExitCode.USAGE)
    return parts
