"""Which proxy the environment names for an address: for HTTP and WebSockets alike, in every spelling that is about.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are no standard. httpx refuses entries of `NO_PROXY` that it
cannot read (encode/httpx#3221), others know no networks: here an entry that makes no sense names nobody.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.request
from urllib.parse import urlsplit

from tutor_tui.openai_api.endpoint import HTTP_SCHEME, is_loopback

CANNOT_BE_USED = "The proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used."
HOW_TO_MEND = "Write it like http://host:port, or take the variable out of the environment."
_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})
_USUAL_PORT = {"http": 80, "https": 443}


class UnusableProxy(Exception):
    """The environment names a proxy that nobody can talk to."""


def proxy_for(url: str) -> str | None:
    """The URL of the proxy to ask for `url`; None where there is none to ask. This machine needs none.

    Raises `UnusableProxy` for what is no address of a proxy.
    """
    parts = urlsplit(url)
    scheme, host = HTTP_SCHEME.get(parts.scheme, parts.scheme), parts.hostname or ""
    proxies = urllib.request.getproxies()
    proxy = (proxies.get(scheme) or proxies.get("all") or "").strip()
    if not proxy or is_loopback(host) or _is_excepted(host, parts.port or _USUAL_PORT.get(scheme, 0), proxies):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        found = urlsplit(proxy)
        usable = found.scheme in _SCHEMES and found.hostname and found.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UnusableProxy(CANNOT_BE_USED)
    return proxy


def _is_excepted(host: str, port: int, proxies: dict[str, str]) -> bool:
    if any(_names(entry, host, port) for entry in re.split(r"[,;\s]+", proxies.get("no", ""))):
        return True
    if urllib.request.getproxies_environment():
        return False
    try:
        return bool(urllib.request.proxy_bypass(host))  # the system's own settings, on macOS and Windows
    except (OSError, ValueError):
        return False


def _names(entry: str, host: str, port: int) -> bool:
    """Whether an entry of `NO_PROXY` is about this host: a name, the end of one, an address, a network, with a port."""
    if entry == "*":
        return True
    entry = entry.rpartition("://")[2].lower().rstrip("/.") if "://" in entry else entry.lower().rstrip(".")
    if found := re.fullmatch(r"(\[.*\]|[^:]*):(\d+)", entry):
        entry, wanted_port = found.groups()
        if int(wanted_port) != port:
            return False
    entry, host = entry.strip("[]"), host.lower().rstrip(".")
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except (ValueError, TypeError):
        pass
    name = entry.removeprefix("*").removeprefix(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
