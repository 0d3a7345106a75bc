"""A lesson that has been connected, and then finds another at the door: it goes on dialling, and says so.

A first connection may fail at once on what is plainly wrong. Only what the service itself says of key, model and
account is final in mid-lesson.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.support.door import Answer, Door, door, hang_up, refusal, reset
from tests.support.fakes import FakeSoundCard
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import PLAN
from tests.tutors.realtime.lesson_room import Room
from tutor_tui.core import reconnect_backoff
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Phase
from tutor_tui.core.phase_text import phase_words
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.session.session import Session
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


@pytest.fixture(autouse=True)
def _quick_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnect_backoff, "FIRST_WAIT_S", 0.01)


@asynccontextmanager
async def lesson_behind_a_door(answer: Answer | None = None) -> AsyncIterator[tuple[Room, Door]]:
    async with StrictServer(Behaviour(replies=[Reply("Hello!", tone(20))])) as server, door(server.port) as entry:
        entry.answer = answer
        tutor = WebSocketTutor(RealtimeEndpoint(f"ws://127.0.0.1:{entry.port}/v1", "sk-test"), "gpt-realtime-2.1-mini")
        session = Session(tutor=tutor, sound=FakeSoundCard(), plan=PLAN)
        running = asyncio.create_task(session.run())
        try:
            yield Room(server, session, FakeSoundCard()), entry
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


HTML = "<html><body>Please sign in to the hotel's network. Your key card opens the door.</body></html>"
PASSING: dict[str, Answer] = {
    "accept and close": hang_up,
    "reset": reset,
    "200": refusal(200, "hi"),
    "a captive portal": refusal(302, HTML, "Location: http://portal.example/"),
    "a bare 401": refusal(401),
    "a proxy's 401": refusal(401, HTML),
    "a proxy's 403": refusal(403, HTML, "Content-Type: text/html"),
    "403 of a rule": refusal(403, json.dumps({"error": "blocked by policy"})),
    "404": refusal(404, "no such page"),
    "407": refusal(407),
    "408": refusal(408),
    "425": refusal(425),
    "500": refusal(500),
    "502": refusal(502, HTML),
    "503": refusal(503),
    "no web server": b"SSH-2.0-OpenSSH_9.6\r\n",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\nhi",
}


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING.keys())
async def test_a_lesson_that_was_connected_goes_on_dialling(answer: Answer) -> None:
    async with lesson_behind_a_door() as (there, entry):
        await there.until(lambda lesson: lesson.replies == 1)
        entry.answer = answer
        entry.cut()
        await there.until(lambda lesson: lesson.dialling >= 4)
        assert there.lesson.phase is Phase.CONNECTING
        assert there.lesson.failed is None
        assert there.lesson.notice is not None
        assert there.lesson.notice.severity == "warning"
        assert phase_words(there.lesson, Capabilities()).startswith("connecting, attempt ")
        entry.answer = None
        await there.until(lambda lesson: lesson.linked)


@pytest.mark.parametrize("code", [1003, 1008, 3003, 4000])
async def test_a_server_that_lets_us_in_and_shows_us_out_is_dialled_again(code: int) -> None:
    turned_away = 0

    async def turn_away(connection: ServerConnection) -> None:
        nonlocal turned_away
        turned_away += 1
        await connection.close(code)

    async with lesson_behind_a_door() as (there, entry), serve(turn_away, "127.0.0.1", 0) as other:
        await there.until(lambda lesson: lesson.replies == 1)
        good, entry._behind = entry._behind, next(iter(other.sockets)).getsockname()[1]
        entry.cut()
        await there.until(lambda lesson: turned_away >= 3)
        assert there.lesson.phase is not Phase.FAILED
        entry._behind = good
        await there.until(lambda lesson: lesson.linked)


def told(status: int, code: str | None, message: str = "No.", kind: str = "invalid_request_error") -> bytes:
    return refusal(status, json.dumps({"error": {"message": message, "type": kind, "code": code}}))


FINAL = {
    "a refused key": (told(401, "invalid_api_key"), "refuses the API key"),
    "a refused key without a code": (told(401, None, "Incorrect API key provided."), "refuses the API key"),
    "FastAPI's refused key": (refusal(403, '{"detail": "Invalid API key"}'), "refuses the API key"),
    "no credit": (told(429, "insufficient_quota"), "no credit left"),
    "no credit, by type": (told(429, None, kind="insufficient_quota"), "no credit left"),
    "no credit, in a pause": (
        refusal(429, json.dumps({"error": {"code": "insufficient_quota", "message": "No."}}), "Retry-After: 1"),
        "no credit left",
    ),
    "the limit": (told(402, "billing_hard_limit_reached"), "spending limit"),
    "no such model": (told(404, "model_not_found"), "does not have this model"),
}


@pytest.mark.parametrize(("answer", "title"), FINAL.values(), ids=FINAL.keys())
async def test_what_the_service_itself_says_of_key_model_and_account_is_final(answer: bytes, title: str) -> None:
    async with lesson_behind_a_door() as (there, entry):
        await there.until(lambda lesson: lesson.replies == 1)
        came, entry.answer = entry.came, answer
        entry.cut()
        await there.until(lambda lesson: lesson.failed is not None)
        assert there.lesson.failed is not None
        assert title in there.lesson.failed.title
        assert entry.came == came + 1


@pytest.mark.parametrize("name", ["404", "a proxy's 403", "no web server"])
async def test_a_first_connection_fails_at_once_on_what_is_plainly_wrong(name: str) -> None:
    async with lesson_behind_a_door(PASSING[name]) as (there, entry):
        await there.until(lambda lesson: lesson.failed is not None)
        assert entry.came == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_for_a_pause_gets_it_and_enter_dials_at_once(status: int) -> None:
    async with lesson_behind_a_door() as (there, entry):
        await there.until(lambda lesson: lesson.replies == 1)
        came, entry.answer = entry.came, refusal(status, "", "Retry-After: 30")
        entry.cut()
        await there.until(lambda lesson: lesson.dial_wait_s > 25)
        assert entry.came == came + 1
        assert there.lesson.can_retry
        assert there.lesson.notice is not None
        assert "‹retry› dials at once" in there.lesson.notice.hint
        entry.answer = None
        there.session.retry()
        await there.until(lambda lesson: lesson.linked)
        assert entry.came == came + 2
