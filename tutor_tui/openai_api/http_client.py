"""One HTTP request to one service: opened, tried again where that is worth it, read within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tutor_tui.openai_api import failures, proxies, tls
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.retry_after import asked_wait_s
from tutor_tui.openai_api.services import Part, Service

ATTEMPTS = 3
"""How often a busy service is asked before the learner hears of it."""
FIRST_PAUSE_S = 0.4
LONGEST_PAUSE_S = 5.0
"""A service that wants a longer pause (`Retry-After`) gets it from the learner, who is told."""
MOST_ERROR_BYTES = 64 * 1024
"""As much of an error's text is read."""
CONNECT_S = 10.0
"""On a line that loses packets, the fourth request for a connection leaves after 7 s (RFC 6298, 1 s doubled)."""
_KEPT = httpx.Limits(keepalive_expiry=60.0)
"""Unused connections are kept for a minute: between two turns of a lesson, and its handshakes, lie many seconds."""
_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""How it shows that the server closed a kept connection just as we used it: a new one will do."""


def client(patience_s: float | None, *, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """The one place where HTTP clients are made. It waits at most `patience_s` for more of an answer; None: for ever.

    Redirections are refusals: neither key nor voice goes where nobody sent them. Whom to trust is the system's matter,
    as it is for the WebSocket: a company's own authority counts. Answers come as they are: an encoded one is refused,
    since a few bytes of it may decode to gigabytes.
    """
    return httpx.AsyncClient(
        timeout=httpx.Timeout(patience_s, connect=patience_s and min(CONNECT_S, patience_s)),
        follow_redirects=False,
        transport=_ThroughTheRightProxy(),
        trust_env=False,
        headers={"Accept-Encoding": "identity", **(headers or {})},
        event_hooks={"response": [_refuse_encoded]},
    )


class _ThroughTheRightProxy(httpx.AsyncBaseTransport):
    """Sends each request through the proxy that the environment names for it, most often none."""

    def __init__(self) -> None:
        self._trust = tls.system_trust()
        self._ways: dict[str | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            proxy = proxies.proxy_for(str(request.url))
            if proxy not in self._ways:
                self._ways[proxy] = httpx.AsyncHTTPTransport(verify=self._trust, limits=_KEPT, proxy=proxy)
        except (proxies.UnusableProxy, ImportError, ValueError, httpx.InvalidURL):  # ImportError: a SOCKS proxy
            raise failures.UnusableProxy(proxies.CANNOT_BE_USED, request=request) from None
        return await self._ways[proxy].handle_async_request(request)

    async def aclose(self) -> None:
        for way in self._ways.values():
            await way.aclose()


async def _refuse_encoded(response: httpx.Response) -> None:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return
    if response.is_success:
        raise httpx.DecodingError(encoding, request=response.request)
    del response.headers["content-encoding"]  # the status says enough


@asynccontextmanager
async def posted(
    http: httpx.AsyncClient, part: Part, service: Service, **content: Any
) -> AsyncIterator[httpx.Response]:
    """The answer to a POST, its body still to be read. Raises `ServiceFailure`, also for what happens in the block."""
    async with _asked(http, "POST", part, service, **content) as response:
        yield response


@asynccontextmanager
async def got(http: httpx.AsyncClient, part: Part, service: Service) -> AsyncIterator[httpx.Response]:
    """The same for a GET."""
    async with _asked(http, "GET", part, service) as response:
        yield response


@asynccontextmanager
async def _asked(
    http: httpx.AsyncClient, method: str, part: Part, service: Service, **content: Any
) -> AsyncIterator[httpx.Response]:
    request = http.build_request(method, service.url(part.path), headers=service.headers(), **content)
    try:
        response = await _answered(http, part, service, request)
        try:
            yield response
        finally:
            await response.aclose()
    except httpx.HTTPError as failure:
        raise failures.broken(part, service, failure) from None


async def _answered(http: httpx.AsyncClient, part: Part, service: Service, request: httpx.Request) -> httpx.Response:
    pause_s = FIRST_PAUSE_S
    for attempt in range(1, ATTEMPTS + 1):
        try:
            response = await http.send(request, stream=True)
        except _DROPPED:
            if attempt == ATTEMPTS:
                raise
            continue
        if response.is_success:
            return response
        try:
            body = await read(part, response, MOST_ERROR_BYTES)
        except ServiceFailure:
            body = b""
        finally:
            await response.aclose()
        asked_s = asked_wait_s(response.headers.multi_items())
        too_long_s = asked_s if asked_s > LONGEST_PAUSE_S else 0.0
        failure = failures.refused(part, service, response.status_code, body, too_long_s)
        if not failure.again or attempt == ATTEMPTS:
            raise failure
        await asyncio.sleep(asked_s or pause_s)
        pause_s *= 2
    raise AssertionError("unreachable: the last attempt returns or raises")


async def read(part: Part, response: httpx.Response, most_bytes: int) -> bytes:
    """The whole body. Raises `ServiceFailure` when it is longer than `most_bytes`."""
    try:
        return await body_within(response, most_bytes)
    except TooLong:
        raise failures.nonsense(part, "an answer without end") from None


class TooLong(ValueError):
    """An answer is longer than we are willing to read."""


async def body_within(response: httpx.Response, most_bytes: int) -> bytes:
    """The whole body. Raises `TooLong`."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > most_bytes:
            raise TooLong
    return bytes(body)
