"""One HTTP request to one service: opened, tried again where that is worth it, read within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api import failures, tls
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
CONNECT_S = 5.0
_KEPT = httpx.Limits(keepalive_expiry=60.0)
"""Unused connections are kept for a minute: between two turns of a lesson, and its handshakes, lie many seconds."""
_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""How it shows that the server closed a kept connection just as we used it: a new one will do."""


def client(patience_s: float | None, **more: Any) -> httpx.AsyncClient:
    """The one place where HTTP clients are made. It waits at most `patience_s` for more of an answer; None: for ever.

    Redirections are refusals: neither key nor voice goes where nobody sent them. No proxy for this machine. Whom to
    trust is the system's matter, as it is for the WebSocket: a company's own authority counts. `more` goes to httpx.
    Raises `LinkLost` when the proxy that the environment names cannot be used.
    """
    try:
        return httpx.AsyncClient(
            timeout=httpx.Timeout(patience_s, connect=patience_s and min(CONNECT_S, patience_s)),
            limits=_KEPT,
            follow_redirects=False,
            mounts={"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None},
            verify=tls.system_trust(),
            **more,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        title = "The proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used."
        raise LinkLost(title, "Write it like http://host:port, or unset the variable.", retry=False) from None


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
