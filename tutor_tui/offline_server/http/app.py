"""The HTTP side of the offline server: what clients of OpenAI's API ask for (its reference: Audio, Chat, Realtime).

Imported with the first plain HTTP request, so that a lesson over the socket does not wait for aiohttp.
"""

from __future__ import annotations

import asyncio
import hmac
import importlib.util
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from tutor_tui.core.extras import install_command
from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.http import speech
from tutor_tui.offline_server.http.chat import complete
from tutor_tui.offline_server.http.requests import Rejected, error_body, fields_of, form_of, object_in
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.realtime.wire import Json, Refusal
from tutor_tui.offline_server.transport.same_machine import FOREIGN, is_of_this_machine
from tutor_tui.openai_api.private_extensions import WantedLesson

if TYPE_CHECKING:
    from tutor_tui.offline_server.transport.webrtc import WebRtcCalls

LARGEST_BODY_BYTES = 25 * 2**20 + 2**16
"""The service takes files of 25 MB."""
MODELS = ("guide", "pocketsphinx", "espeak-ng")
"""Chat model, recogniser and voice. Any name is taken for any of them."""
NO_CALLS = f"This server takes no calls. Where it runs: {install_command('webrtc')}; then start it again."
KEY_LASTS_S = (10, 7_200)
DEFAULT_KEY_LASTS_S = 600
MOST_KEYS = 1_000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class _Ephemeral:
    """What a short-lived key opens."""

    ends_s: float
    """By `time.monotonic`: whoever sets the machine's clock does not make it last longer."""
    session: Json


class HttpApp:
    """Routes, and what they share."""

    def __init__(
        self, token: str, tutoring: Backend, pool: Executor, lesson: str, session_s: float, behaviour: Behaviour
    ) -> None:
        self._token = token.encode()
        self._tutoring = tutoring
        self._pool = pool
        self._lesson = lesson
        self._session_s = session_s
        self._behaviour = behaviour
        self._keys: dict[str, _Ephemeral] = {}
        self._calls: WebRtcCalls | None = None
        self._expected: Sequence[str] = ()
        """What may be said to the newest answer of the chat: the next recording is first listened to with that in
        mind. What a client of another lesson says is understood all the same.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST_BODY_BYTES)
        app.add_routes(
            [
                web.get("/v1/realtime", _needs_upgrade),
                web.post("/v1/realtime/calls", self._call),
                web.post("/v1/realtime/calls/{id}/hangup", self._hang_up),
                web.post("/v1/realtime/client_secrets", self._client_secret),
                web.get("/v1/models", _list_models),
                web.get("/v1/models/{id}", _describe_model),
                web.post("/v1/audio/transcriptions", self._transcribe),
                web.post("/v1/audio/speech", self._speak),
                web.post("/v1/chat/completions", self._chat),
            ]
        )
        self._runner = web.AppRunner(
            app, handle_signals=False, access_log=None, handler_cancellation=True, shutdown_timeout=0.5
        )

    async def start(self) -> None:
        """To be awaited before the first `protocol`."""
        await self._runner.setup()

    def protocol(self) -> asyncio.Protocol:
        """For one connection."""
        server = self._runner.server
        assert server is not None  # `setup` made it
        return server()

    async def close(self) -> None:
        """End all requests and calls."""
        if self._calls is not None:
            await self._calls.close()
        await self._runner.cleanup()

    # ---- the door ---------------------------------------------------------------------------------------------------

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only who knows the token comes in; whatever goes wrong is said in the service's shape."""
        try:
            if not is_of_this_machine(request.headers.getall("Host", []), request.headers.getall("Origin", [])):
                raise Rejected(HTTPStatus.FORBIDDEN, "forbidden", FOREIGN)
            if not self._admits(request):
                raise Rejected(HTTPStatus.UNAUTHORIZED, "invalid_api_key", "The token is missing or wrong.")
            return await handler(request)
        except Rejected as rejected:
            return web.json_response(rejected.body(), status=rejected.status)
        except Refusal as refusal:
            return web.json_response(error_body(refusal.code, refusal.message, refusal.param), status=400)
        except Problem as problem:
            return web.json_response(error_body("server_error", str(problem), kind="server_error"), status=500)
        except web.HTTPException as error:
            message = f"{request.method} {request.path} cannot be had here: {error.reason}."
            return web.json_response(error_body(_code(error.status), message), status=error.status)

    def _admits(self, request: web.Request) -> bool:
        key = _key_of(request)
        return hmac.compare_digest(key.encode(errors="surrogateescape"), self._token) or (
            request.path == "/v1/realtime/calls" and self._opened_by(key) is not None
        )

    def _opened_by(self, key: str) -> _Ephemeral | None:
        known = self._keys.get(key)
        return known if known is not None and known.ends_s > time.monotonic() else None

    # ---- calls ------------------------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.Response:
        """An offer in, an answer out (201)."""
        if importlib.util.find_spec("aiortc") is None:
            raise Rejected(HTTPStatus.NOT_IMPLEMENTED, "not_implemented", NO_CALLS)
        from tutor_tui.offline_server.transport.webrtc import WebRtcCalls

        offer, session = await self._offer(request)
        self._calls = self._calls or WebRtcCalls(self._tutoring, self._pool)
        try:
            behaviour = self._behaviour.on_connection(request.query.getall("fault", []))
        except Problem as problem:
            raise Rejected(HTTPStatus.BAD_REQUEST, "invalid_value", str(problem)) from None
        call_id, answer = await self._calls.begin(
            offer,
            session,
            lesson=WantedLesson.read(request.query, self._lesson),
            lasts_s=behaviour.session_s(self._session_s),
            behaviour=behaviour,
        )
        headers = {"Location": f"/v1/realtime/calls/{call_id}"}
        return web.Response(body=answer.encode(), status=201, content_type="application/sdp", headers=headers)

    async def _offer(self, request: web.Request) -> tuple[str, Json]:
        """The SDP and the session: two parts with the token, or the SDP alone with an ephemeral key."""
        if request.content_type == "application/sdp":
            ephemeral = self._opened_by(_key_of(request))
            session = dict(ephemeral.session) if ephemeral else {"type": "realtime"}
            if "model" in request.query:
                session["model"] = request.query["model"]
            return (await request.read()).decode(errors="replace"), session
        parts = fields_of(await form_of(request))
        if "sdp" not in parts:
            raise Rejected(HTTPStatus.BAD_REQUEST, "missing_required_parameter", "The part 'sdp' is missing.", "sdp")
        session = object_in(parts.get("session", ""), "session")
        return parts["sdp"], session

    async def _hang_up(self, request: web.Request) -> web.Response:
        if self._calls is None or not await self._calls.hang_up(request.match_info["id"]):
            raise Rejected(HTTPStatus.NOT_FOUND, "not_found", "There is no such call.")
        return web.Response()

    async def _client_secret(self, request: web.Request) -> web.Response:
        """A key that starts calls for some minutes."""
        body = object_in(await request.read() or "{}", "")
        session = body.get("session") or {"type": "realtime", "model": MODELS[0]}
        after = body.get("expires_after") or {}
        seconds = after.get("seconds", DEFAULT_KEY_LASTS_S) if isinstance(after, dict) else None
        low, high = KEY_LASTS_S
        if not isinstance(seconds, int) or isinstance(seconds, bool) or not low <= seconds <= high:
            message = f"'expires_after.seconds' is a whole number from {low} to {high}."
            raise Rejected(HTTPStatus.BAD_REQUEST, "invalid_value", message, "expires_after.seconds")
        if not isinstance(session, dict):
            raise Rejected(HTTPStatus.BAD_REQUEST, "invalid_type", "'session' is an object.", "session")
        now_s = time.monotonic()
        self._keys = {key: each for key, each in self._keys.items() if each.ends_s > now_s}
        if len(self._keys) >= MOST_KEYS:
            raise Rejected(HTTPStatus.TOO_MANY_REQUESTS, "rate_limit_exceeded", "Too many keys are valid already.")
        value, expires_at = f"ek_{secrets.token_urlsafe(24)}", int(time.time() + seconds)
        self._keys[value] = _Ephemeral(now_s + seconds, session)
        return web.json_response({"value": value, "expires_at": expires_at, "session": session})

    # ---- the turn-based services ------------------------------------------------------------------------------------

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        return await speech.transcribe(request, self._tutoring, self._pool, self._expected)

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        return await speech.speak(request, self._tutoring, self._pool)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        return await complete(request, self._tutoring, self._pool, self._lesson, self._expect)

    def _expect(self, sentences: Sequence[str]) -> None:
        self._expected = sentences


def _key_of(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _code(status: int) -> str:
    return {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(status, "invalid_request")


async def _needs_upgrade(request: web.Request) -> web.Response:
    message = "Conversations are held over a WebSocket: ask for an upgrade, or call by POST /v1/realtime/calls."
    raise Rejected(HTTPStatus.UPGRADE_REQUIRED, "upgrade_required", message)


async def _list_models(request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [_model(name) for name in MODELS]})


async def _describe_model(request: web.Request) -> web.Response:
    name = request.match_info["id"]
    if name not in MODELS:
        raise Rejected(HTTPStatus.NOT_FOUND, "model_not_found", f"There are: {', '.join(MODELS)}.", "model")
    return web.json_response(_model(name))


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 0, "owned_by": "tutor-tui"}
