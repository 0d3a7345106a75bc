"""How a call to the offline server begins, and which offers are refused."""

from __future__ import annotations

import importlib.util
import json
import time
from types import SimpleNamespace

import httpx
import pytest
from openai import AsyncOpenAI

from tests.offline_server.client import TOKEN, served
from tests.offline_server.http.visitors import browser, refused
from tests.offline_server.transport.caller import SESSION, caller, calling, parts
from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.http import app as http_app
from tutor_tui.webrtc.aiortc_patches import offering
from tutor_tui.webrtc.peer import EVENTS_CHANNEL, hang_up, new_peer

pytestmark = pytest.mark.real_time


async def test_a_call_is_created_with_its_place_and_an_answer_for_this_machine_alone() -> None:
    async with browser() as client, calling(client) as (made, response):
        assert response.headers["Location"].startswith("/v1/realtime/calls/rtc_")
        assert response.headers["Content-Type"] == "application/sdp"
        candidates = [line for line in response.text.splitlines() if line.startswith("a=candidate")]
        assert candidates
        assert all(" 127.0.0.1 " in line for line in candidates)
        assert made.kinds()[:2] == ["session.created", "conversation.created"]
        assert made.seen[0]["session"]["model"] == "guide"


@pytest.mark.parametrize("only", [False, True], ids=["among others", "alone"])
async def test_a_candidate_that_only_multicast_dns_knows_is_skipped(only: bool) -> None:
    hidden = "a=candidate:1 1 udp 2113937151 4a1ef3b2-3a0f-4a57-9d5c-1f6b0c3f1c4e.local 51555 typ host"
    async with browser() as client, caller() as made:
        offer = await made.offer()
        known = [line for line in offer.splitlines() if line.startswith("a=candidate")]
        for line in known if only else []:
            offer = offer.replace(line + "\r\n", "")
        offer = offer.replace("a=ice-ufrag", f"{hidden}\r\na=ice-ufrag")
        response = await client.post("/v1/realtime/calls", files=parts(offer))
        assert response.status_code == 201, response.text
        await made.accept(response.text)


async def test_the_session_of_the_offer_is_in_force_from_the_start() -> None:
    session = {"type": "realtime", "model": "guide", "instructions": "Teach.", "audio": {"output": {"speed": 0.8}}}
    async with browser() as client, calling(client, json.dumps(session)) as (made, _):
        created = made.seen[0]["session"]
        assert (created["instructions"], created["audio"]["output"]["speed"]) == ("Teach.", 0.8)


async def test_the_sdk_makes_a_key_and_the_key_makes_a_call() -> None:
    async with served() as port, caller() as made:
        openai = AsyncOpenAI(api_key=TOKEN, base_url=f"http://127.0.0.1:{port}/v1")
        secret = await openai.realtime.client_secrets.create(
            session={"type": "realtime", "model": "guide", "instructions": "Teach."},
            expires_after={"anchor": "created_at", "seconds": 60},
        )
        assert secret.value.startswith("ek_")
        assert secret.expires_at == pytest.approx(time.time() + 60, abs=3)
        headers = {"Authorization": f"Bearer {secret.value}", "Content-Type": "application/sdp"}
        url = f"http://127.0.0.1:{port}/v1/realtime/calls"
        async with httpx.AsyncClient() as client:
            response = await client.post(url, headers=headers, content=await made.offer())
            assert response.status_code == 201
            await made.accept(response.text)
            assert made.seen[0]["session"]["instructions"] == "Teach."
            elsewhere = await client.get(f"http://127.0.0.1:{port}/v1/models", headers=headers)
            assert refused(elsewhere, 401)["code"] == "invalid_api_key"


async def test_a_key_that_has_run_out_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser() as client, caller() as made:
        body = {"session": {"type": "realtime", "model": "guide"}, "expires_after": {"seconds": 10}}
        key = (await client.post("/v1/realtime/client_secrets", json=body)).json()["value"]
        later_s = time.monotonic() + 11
        monkeypatch.setattr(http_app, "time", SimpleNamespace(monotonic=lambda: later_s, time=time.time))
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/sdp"}
        refused(await client.post("/v1/realtime/calls", headers=headers, content=await made.offer()), 401)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"expires_after": {"seconds": 5}}',
        b'{"expires_after": {"seconds": 7201}}',
        b'{"expires_after": {"seconds": true}}',
        b'{"expires_after": {"seconds": "60"}}',
        b'{"expires_after": [60]}',
        b'{"session": "guide"}',
    ],
)
async def test_a_key_that_cannot_be_made(body: bytes) -> None:
    async with browser() as client:
        refused(await client.post("/v1/realtime/client_secrets", content=body), 400)


@pytest.mark.parametrize(
    ("offer", "session", "code"),
    [
        ("", SESSION, "invalid_offer"),
        ("hello", SESSION, "invalid_offer"),
        ("v=0\r\n", SESSION, "invalid_offer"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio x y z\r\n", SESSION, "invalid_offer"),
        (None, SESSION, "missing_required_parameter"),
        ("good", "", "invalid_json"),
        ("good", "{", "invalid_json"),
        ("good", '{"type": "realtime"}', "missing_model"),
        ("good", '{"type": "realtime", "model": 5}', "missing_model"),
        ("good", '{"model": "guide"}', "missing_required_parameter"),
        ("good", '{"type": "realtime", "model": "guide", "nonsense": 1}', "unknown_parameter"),
        ("data only", SESSION, "invalid_offer"),
        ("sound only", SESSION, "invalid_offer"),
    ],
)
async def test_an_offer_that_cannot_be_taken(offer: str | None, session: str, code: str) -> None:
    peer = new_peer()
    if offer in ("good", "sound only"):
        peer.addTransceiver("audio")
    if offer in ("good", "data only"):
        peer.createDataChannel(EVENTS_CHANNEL)
    if offer in ("good", "sound only", "data only"):
        with offering(loopback=True):
            await peer.setLocalDescription(await peer.createOffer())
        offer = peer.localDescription.sdp
    async with browser() as client:
        files = parts(offer or "", session)
        if offer is None:
            del files["sdp"]
        error = refused(await client.post("/v1/realtime/calls", files=files), 400)
        assert error["code"] == code
    await hang_up(peer)


async def test_bad_queries() -> None:
    async with browser() as client, caller() as made:
        offer = await made.offer()
        error = refused(await client.post("/v1/realtime/calls?fault=nonsense", files=parts(offer)), 400)
        assert "nonsense" in error["message"]


async def test_without_the_extra_calls_are_refused_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    async with browser() as client:
        await client.get("/v1/models")
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "aiortc" else find(name))
        error = refused(await client.post("/v1/realtime/calls", files=parts("v=0")), 501)
        assert install_command("webrtc") in error["message"]
