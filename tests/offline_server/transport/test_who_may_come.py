"""Who may come in: this machine's programs and pages, with the token; and how the server shows out."""

from __future__ import annotations

import asyncio
import hmac
import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.offline_server.client import TOKEN, dialled, served
from tests.offline_server.http.visitors import browser, refused
from tutor_tui.offline_server.behaviour import Behaviour

AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
OURS = [
    {},
    {"Host": "localhost:8900"},
    {"Host": "LOCALHOST"},
    {"Host": "[::1]:8900"},
    {"Host": "127.0.0.2"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "http://127.0.0.1:8900"},
    {"Origin": "https://[::1]"},
]
FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "evil.example:8900"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost@evil.example"},
    {"Host": "127.0.0.1@127.0.0.1"},
    {"Host": "192.168.0.7"},
    {"Host": "[::1"},
    {"Host": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "https://localhost.evil.example"},
    {"Origin": "null"},
    {"Origin": "file://"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "https://["},
]
PLACES = [
    ("GET", "/v1/models"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/realtime/calls"),
    ("POST", "/v1/realtime/client_secrets"),
    ("OPTIONS", "/v1/realtime/calls"),
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_page_from_elsewhere_is_turned_away_whatever_it_knows(headers: dict[str, str]) -> None:
    async with browser() as client:
        for method, place in PLACES:
            error = refused(await client.request(method, place, headers=headers), 403)
            assert error["code"] == "forbidden"
        url = f"ws://127.0.0.1:{client.base_url.port}/v1/realtime?model=guide"
        head = f"GET {url.removeprefix(f'ws://127.0.0.1:{client.base_url.port}')} HTTP/1.1"
        lines = [head, *(f"{name}: {value}" for name, value in ({"Host": "localhost"} | headers).items())]
        lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Authorization: Bearer {TOKEN}"]
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        assert b" 403 " in await reader.readline()
        writer.close()


@pytest.mark.parametrize("headers", OURS, ids=str)
async def test_programs_and_pages_of_this_machine_come_in(headers: dict[str, str]) -> None:
    async with browser() as client:
        assert (await client.get("/v1/models", headers=headers)).status_code == 200
        port = client.base_url.port
        origin = headers.get("Origin")
        url = f"ws://127.0.0.1:{port}/v1/realtime?model=guide"
        async with connect(url, additional_headers=AUTHORIZED, origin=origin) as socket:  # type: ignore[arg-type]
            assert json.loads(await socket.recv())["type"] == "session.created"


async def test_nobody_gets_faults_from_a_server_that_was_not_started_for_them() -> None:
    query = "model=guide&fault=expire_after_s:0.05&fault=drop_after_events:3&fault=no_session_updated"
    async with served(behaviour=Behaviour()) as port, dialled(port, query) as client:
        await client.update(instructions="Teach.")
        await client.update(instructions="Teach well.")


# ---- how it shows out -----------------------------------------------------------------------------------------------


async def shown_out(query: str, **options: object) -> tuple[int, str]:
    """Close code and reason of a connection that is left open."""
    async with served(**options) as port:
        url = f"ws://127.0.0.1:{port}/v1/realtime?{query}"
        async with connect(url, additional_headers=AUTHORIZED) as socket:
            with pytest.raises(ConnectionClosed):
                while True:
                    await asyncio.wait_for(socket.recv(), 10)
            assert socket.close_code is not None
            return socket.close_code, socket.close_reason or ""


async def test_a_close_has_a_reason_at_a_real_end_and_nothing_else_closes() -> None:
    """A client of the official SDK dials again after some codes; what cannot be cured must not have one of those."""
    assert await shown_out("") == (4000, "invalid_request_error.missing_model")
    code, reason = await shown_out("model=guide&fault=expire_after_s:0.1")
    assert (code, "maximum duration" in reason) == (1001, True)
    async with served() as port, dialled(port) as client:
        for odd in ("{", "[]", json.dumps({"type": "no.such.event"}), json.dumps({"type": "session.update"})):
            await client.socket.send(odd)
            await client.until("error")
        await client.update(instructions="Still here.")
        await client.socket.close()
        assert (client.socket.close_code, client.socket.close_reason) == (1000, "")


async def test_a_wrong_token_is_refused_before_anything_is_told() -> None:
    async with served() as port:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://127.0.0.1:{port}/v1/realtime?model=guide")
        assert refusal.value.response.status_code == 401


async def test_the_token_is_compared_in_constant_time_by_socket_and_by_http(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    async with served() as port:
        with pytest.raises(InvalidStatus):
            await connect(f"ws://127.0.0.1:{port}/v1/realtime?model=guide", additional_headers=AUTHORIZED)
        async with httpx.AsyncClient(headers=AUTHORIZED) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/v1/models")).status_code == 401
    assert compared == [(TOKEN.encode(), TOKEN.encode())] * 2
