"""Whether a request comes from this machine, by its own word: a page of another site can make a browser knock here.

A page elsewhere that knows the port may open a WebSocket (its `Origin` betrays it), or give its own name our address
(DNS rebinding: its `Host` betrays it). The token is in neither's hands, but who needs no door gets none.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from tutor_tui.openai_api.endpoint import is_loopback

FOREIGN = "This server is for programs and pages of this machine: Host and Origin have to name it."


def is_of_this_machine(hosts: Iterable[str], origins: Iterable[str]) -> bool:
    """By the values of a request's `Host` and `Origin` headers; programs send no origin."""
    return all(_is_local(f"//{host}") for host in hosts) and all(_is_local(origin) for origin in origins)


def _is_local(address: str) -> bool:
    """Whether the host of `address` is this machine; the port does not matter, which may be forwarded."""
    try:
        parts = urlsplit(address)
        return not parts.username and is_loopback(parts.hostname or "")
    except ValueError:
        return False
