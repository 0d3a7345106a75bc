"""Calls to the offline server, from the caller's side: offers, keys, events on the channel, and what was not heard."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import time
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from aiortc import RTCSessionDescription
from openai import AsyncOpenAI

from tests.offline_server.client import TOKEN, Event, TinyTutoring, judge_by_sdk, served, speech
from tests.offline_server.http.visitors import browser, refused
from tests.support.fair_clock import FairClock
from tutor_tui.core import pcm
from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.http import app as http_app
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS
from tutor_tui.webrtc.aiortc_patches import offering
from tutor_tui.webrtc.media import PacedTrack, pieces
from tutor_tui.webrtc.peer import EVENTS_CHANNEL, hang_up, new_peer

pytestmark = pytest.mark.real_time

SESSION = '{"type": "realtime", "model": "guide"}'


class Caller:
    """The other end, in a few lines. Every event it sees has passed the SDK's models."""

    def __init__(self) -> None:
        self.peer = new_peer()
        self.seen: list[Event] = []
        self.heard: list[bytes] = []
        self.to_say = bytearray()
        self.closed = asyncio.Event()
        self._news = asyncio.Event()
        self._looked_at = 0
        self.peer.addTrack(PacedTrack(self._pull))
        self.peer.on("track", self._track_came)
        self.channel = self.peer.createDataChannel(EVENTS_CHANNEL)
        self.channel.on("message", self._take)
        self.channel.on("close", self.closed.set)
        self._task: asyncio.Task[None] | None = None

    async def offer(self) -> str:
        with offering(loopback=True):
            await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await self.until("conversation.created")

    def _pull(self) -> bytes:
        piece = bytes(self.to_say[: pcm.FRAME_BYTES])
        del self.to_say[: pcm.FRAME_BYTES]
        return piece.ljust(pcm.FRAME_BYTES, b"\0")

    def _track_came(self, track: Any) -> None:
        self._task = asyncio.create_task(self._listen(track))

    async def _listen(self, track: Any) -> None:
        async for piece in pieces(track):
            self.heard.append(piece)

    def _take(self, text: str) -> None:
        event: Event = json.loads(text)
        judge_by_sdk(event)
        self.seen.append(event)
        self._news.set()

    def send(self, kind: str, **fields: Any) -> None:
        self.channel.send(json.dumps({"type": kind, **fields}))

    async def until(self, kind: str, timeout_s: float = 10) -> Event:
        """The next event of this type."""
        async with asyncio.timeout(timeout_s):
            while True:
                while self._looked_at < len(self.seen):
                    event = self.seen[self._looked_at]
                    self._looked_at += 1
                    if event["type"] == kind:
                        return event
                self._news.clear()
                await self._news.wait()

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.seen]

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await hang_up(self.peer)


@asynccontextmanager
async def caller() -> AsyncIterator[Caller]:
    made = Caller()
    try:
        yield made
    finally:
        await made.close()


def parts(offer: str, session: str = SESSION) -> Any:
    return {"sdp": (None, offer, "application/sdp"), "session": (None, session, "application/json")}


@asynccontextmanager
async def calling(
    client: httpx.AsyncClient, session: str = SESSION, query: str = ""
) -> AsyncIterator[tuple[Caller, httpx.Response]]:
    """A call that stands."""
    async with caller() as made:
        response = await client.post(f"/v1/realtime/calls{query}", files=parts(await made.offer(), session))
        assert response.status_code == 201, response.text
        await made.accept(response.text)
        yield made, response


# ---- how a call begins ----------------------------------------------------------------------------------------------


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


# ---- what is said in it ---------------------------------------------------------------------------------------------


class LoudTutoring(TinyTutoring):
    """Words of 400 ms that can be heard, so that playing takes its time."""

    def voice(self, name: str = "", tell: Any = None) -> Any:
        return LoudVoice()


GREET = {"metadata": {"kind": "greet"}}
GREETING_MS = 5 * 400 + SENTENCE_PAUSE_MS
"""Hello. What is your name."""


class LoudVoice:
    def speak(self, text: str, language: str, speed: float = 1.0) -> Any:
        word = pcm.bytes_from(array("h", ([6_000] * 30 + [-6_000] * 30) * 160))
        for _ in text.split():
            yield word


async def test_sound_goes_on_the_track_and_everything_else_on_the_channel() -> None:
    async with browser(LoudTutoring()) as client, calling(client) as (made, _):
        made.send("response.create", response=GREET)
        response_id = (await made.until("response.created"))["response"]["id"]
        assert (await made.until("output_audio_buffer.started"))["response_id"] == response_id
        began = time.monotonic()
        assert (await made.until("output_audio_buffer.stopped"))["response_id"] == response_id
        took_ms = (time.monotonic() - began) * 1000
        assert "response.output_audio.delta" not in made.kinds()
        assert "response.output_audio_transcript.done" in made.kinds()
        assert made.kinds().index("response.done") < made.kinds().index("output_audio_buffer.stopped")
        assert took_ms == pytest.approx(GREETING_MS, abs=900)
        loud = [piece for piece in made.heard if pcm.peak(pcm.samples_of(piece)) > 1_000]
        assert len(loud) * 20 == pytest.approx(GREETING_MS, abs=500)


async def test_clearing_forgets_what_was_not_heard() -> None:
    async with browser(LoudTutoring()) as client, calling(client) as (made, _):
        made.send("response.create", response=GREET)
        item_id = (await made.until("response.output_item.added"))["item"]["id"]
        await made.until("output_audio_buffer.started")
        await made.until("response.done")  # the voice is quicker than its sound
        await asyncio.sleep(0.3)
        made.send("output_audio_buffer.clear")
        await made.until("output_audio_buffer.cleared")
        cut = await made.until("conversation.item.truncated")
        assert (cut["item_id"], cut["content_index"]) == (item_id, 0)
        assert 100 < cut["audio_end_ms"] < 1_500
        made.send("conversation.item.retrieve", item_id=item_id)
        item = (await made.until("conversation.item.retrieved"))["item"]
        assert item["content"][0].get("transcript") is None
        made.heard.clear()
        await asyncio.sleep(0.4)
        assert max(pcm.peak(pcm.samples_of(piece)) for piece in made.heard[8:]) < 100


async def test_clearing_silence_is_no_error() -> None:
    async with browser() as client, calling(client) as (made, _):
        made.send("output_audio_buffer.clear")
        made.send("conversation.item.retrieve", item_id="nobody")
        assert (await made.until("error"))["error"]["code"] == "item_retrieve_invalid_item_id"


async def test_the_learners_voice_stops_a_reply_that_is_made_already() -> None:
    session = json.loads(SESSION) | {"audio": {"input": {"turn_detection": {"type": "server_vad"}}}}
    async with browser(LoudTutoring()) as client, calling(client, json.dumps(session)) as (made, _):
        made.send("response.create", response=GREET)
        await made.until("response.done")
        made.to_say += speech("cards-001.wav", 1_000)
        await made.until("input_audio_buffer.speech_started")
        await made.until("output_audio_buffer.cleared")
        await made.until("conversation.item.truncated")
        item_id = (await made.until("input_audio_buffer.committed"))["item_id"]
        assert (await made.until("conversation.item.done"))["item"]["id"] == item_id
        await made.until("response.created")
        await made.until("output_audio_buffer.started")


async def test_the_length_of_a_turn_is_what_was_said() -> None:
    session = json.loads(SESSION) | {
        "audio": {"input": {"turn_detection": None, "transcription": {"model": "gpt-transcribe"}}}
    }
    async with browser() as client, calling(client, json.dumps(session)) as (made, _):
        made.send("input_audio_buffer.clear")
        await made.until("input_audio_buffer.cleared")
        await asyncio.sleep(1.0)
        made.send("input_audio_buffer.commit")
        done = await made.until("conversation.item.input_audio_transcription.completed")
        assert int(done["transcript"].split()[1]) == pytest.approx(1_000, abs=400)


async def test_rubbish_on_the_channel_is_answered_and_the_call_goes_on() -> None:
    async with browser() as client, calling(client) as (made, _):
        for rubbish in ("{", "[]", b"\x00\x01", '{"type": "nonsense"}', '{"type": 5}'):
            made.channel.send(rubbish)
            await made.until("error")
        made.send("response.create")
        await made.until("response.done")


async def test_a_second_channel_is_not_listened_to() -> None:
    async with browser() as client, calling(client) as (made, _):
        other = made.peer.createDataChannel("other")
        async with asyncio.timeout(5):
            while other.readyState != "open":  # noqa: ASYNC110 - the test has nothing else to do
                await asyncio.sleep(0.02)
        other.send('{"type": "response.create"}')
        await asyncio.sleep(0.3)
        assert "response.created" not in made.kinds()


# ---- how it ends ----------------------------------------------------------------------------------------------------


async def test_hanging_up_by_request() -> None:
    async with browser() as client, calling(client) as (made, response):
        place = response.headers["Location"]
        assert (await client.post(f"{place}/hangup")).status_code == 200
        await asyncio.wait_for(made.closed.wait(), 5)
        assert refused(await client.post(f"{place}/hangup"), 404)["code"] == "not_found"


async def test_a_caller_who_leaves_gives_the_ears_back() -> None:
    tutoring = TinyTutoring()
    async with browser(tutoring) as client:
        async with calling(client) as (made, _):
            made.send("session.update", session={"type": "realtime", "instructions": "x"})
            await made.until("session.updated")
        async with asyncio.timeout(5):
            while ("given back", "en") not in tutoring.log:  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.02)


async def test_the_server_hangs_up_when_it_stops() -> None:
    async with caller() as made:
        async with browser() as client:
            response = await client.post("/v1/realtime/calls", files=parts(await made.offer()))
            await made.accept(response.text)
            clock = FairClock()
        assert clock.seconds < 3
        await asyncio.wait_for(made.closed.wait(), 5)


async def test_several_calls_at_once_do_not_hear_each_other() -> None:
    async with browser(LoudTutoring()) as client, calling(client) as (one, _), calling(client) as (other, _):
        one.send("response.create")
        await one.until("output_audio_buffer.stopped")
        assert "response.created" not in other.kinds()
        assert max(pcm.peak(pcm.samples_of(piece)) for piece in other.heard) < 100


async def test_ten_minutes_without_a_turn_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor_tui.offline_server.realtime.input_audio.LONGEST_BUFFER_MS", 200)
    session = json.loads(SESSION) | {"audio": {"input": {"turn_detection": None}}}
    async with browser() as client, calling(client, json.dumps(session)) as (made, _):
        await asyncio.sleep(0.8)
        made.send("response.create")
        await made.until("response.done")
        assert "error" not in made.kinds()
