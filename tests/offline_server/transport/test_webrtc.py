"""Calls to the offline server, from the caller's side: offers, keys, events on the channel, and what was not heard."""

from __future__ import annotations

import asyncio
import json
import time
from array import array
from typing import Any

import pytest

from tests.offline_server.client import TinyTutoring, speech
from tests.offline_server.http.visitors import browser, refused
from tests.offline_server.transport.caller import SESSION, caller, calling, parts
from tests.support.fair_clock import FairClock
from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS

pytestmark = pytest.mark.real_time


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
