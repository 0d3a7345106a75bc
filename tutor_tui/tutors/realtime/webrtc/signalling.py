"""How a call is set up: our SDP offer goes out over HTTP, the server's answer comes back.

See OpenAI's guide "Realtime API with WebRTC".
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
from websockets.exceptions import ProxyError

from tutor_tui import __version__
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.error_body import read_error
from tutor_tui.openai_api.realtime import errors

ANSWER_WAIT_S = 10.0
LARGEST_ANSWER_BYTES = 2**20
_BY_SOCKET = "Use --tutor openai: it talks to the same server over a WebSocket."
_NO_CALLS = (404, 405, 501)


async def answer_to(offer: str, endpoint: Endpoint, model: str, *, query: Mapping[str, str]) -> str:
    """The server's SDP answer to our `offer`. Raises `LinkLost`."""
    session = {"type": "realtime", "model": model}
    try:
        async with http_client.client(ANSWER_WAIT_S, headers={"User-Agent": f"tutor-tui/{__version__}"}) as http:
            calls = endpoint.http_url("realtime/calls")
            parts = {
                "sdp": (None, offer, "application/sdp"),
                "session": (None, json.dumps(session), "application/json"),
            }
            return await _sdp(http, endpoint, calls, files=parts, headers=endpoint.headers(), params=dict(query))
    except httpx.HTTPError as failure:
        raise _unreached(failure, endpoint.host) from None


async def _sdp(http: httpx.AsyncClient, endpoint: Endpoint, url: str, **request: Any) -> str:
    answer = (await _posted(http, endpoint, url, **request)).decode(errors="replace")
    if not answer.startswith("v=0"):
        raise LinkLost(f"{endpoint.host} answers the call with something that is no SDP.", _BY_SOCKET, retry=False)
    return answer


async def _posted(http: httpx.AsyncClient, endpoint: Endpoint, url: str, **request: Any) -> bytes:
    """The body of a successful answer, up to what an answer may have."""
    async with http.stream("POST", url, **request) as response:
        try:
            body = await http_client.body_within(response, LARGEST_ANSWER_BYTES)
        except http_client.TooLong:
            raise LinkLost(f"{endpoint.host} answers the call without end.", _BY_SOCKET, retry=False) from None
    if response.status_code not in (200, 201):
        raise _refused(response, body, endpoint.host)
    return body


def _refused(response: httpx.Response, body: bytes, host: str) -> LinkLost:
    status, message = response.status_code, read_error(body).message
    lost = errors.refused(status, host, body, response.headers.multi_items())
    if lost.final:
        return lost
    if status in _NO_CALLS:
        return LinkLost(
            f"{host} takes no WebRTC calls (HTTP {status}).", f"{message} {_BY_SOCKET}".strip(), retry=False
        )
    if status == 400:
        return LinkLost(f"{host} refuses the call (HTTP 400).", f"{message} {_BY_SOCKET}".strip(), retry=False)
    return lost


def _unreached(failure: httpx.HTTPError, host: str) -> LinkLost:
    """httpx wraps what went wrong; what it wrapped says more."""
    match failure:
        case failures.UnusableProxy():
            return errors.unusable_proxy()
        case httpx.DecodingError():
            title = f"{host} answers the call in an encoding that we did not ask for."
            return LinkLost(title, _BY_SOCKET, retry=False)
        case httpx.TimeoutException():
            return errors.unreached(TimeoutError(), host)
        case httpx.ProxyError():
            return errors.unreached(ProxyError(), host)
        case httpx.RemoteProtocolError():
            return errors.unreached(EOFError(), host)
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, ssl.SSLError | socket.gaierror | ConnectionError):
            return errors.unreached(cause, host)
        cause = cause.__cause__ or cause.__context__
    return errors.unreached(OSError(), host)
