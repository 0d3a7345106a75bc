"""An answer of the offline server, from its first event to its last."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.offline_server.client import (
    TinyGuide,
    TinyReply,
    TinyTutoring,
    audio_of,
    talking,
)
from tests.offline_server.realtime.answers import GREET, GREETING, LADDER, SPOKEN, first_of_each, say, text_of, typed
from tutor_tui.core import pcm


async def test_a_sentence_in_another_language_is_said_by_the_voice_of_that(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = {"Take your time.": [("Take your time.", "en")], "Say: hola.": [("Say: ", "en"), ("hola.", "es")]}
    reply = TinyReply("Hola. Take your time. Say: hola. Gracias.", "es", pieces=pieces)
    monkeypatch.setattr(TinyGuide, "greet", lambda self, takes_over: reply)
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        done = await client.ask("response.create", "response.done", response=GREET)
    assert [entry[1] for entry in tutoring.log if entry[0] == "spoken in"] == ["es", "en", "en", "es", "es"]
    assert text_of(done["response"]) == reply.text


async def test_a_spoken_response_takes_every_step_of_the_ladder() -> None:
    async with talking() as client:
        response = (await client.ask("response.create", "response.done", response=GREET))["response"]
        events = client.seen[2:]

        assert first_of_each([event["type"] for event in events]) == LADDER
        assert response["status"] == "completed" and response["status_details"] is None
        assert response["metadata"] == {"kind": "greet"}
        assert response["conversation_id"] == client.seen[1]["conversation"]["id"]
        (item,) = response["output"]
        assert item["status"] == "completed" and text_of(response) == GREETING
        deltas = [event for event in events if event["type"] == "response.output_audio_transcript.delta"]
        assert "".join(event["delta"] for event in deltas) == GREETING
        assert audio_of(events) == b"".join(SPOKEN)
        assert len({event["event_id"] for event in client.seen}) == len(client.seen)


async def test_usage_counts_what_was_said_and_heard() -> None:
    async with talking() as client:
        usage = (await say(client, "hello"))["usage"]
        assert usage["input_tokens"] + usage["output_tokens"] == usage["total_tokens"]
        sound_ms = pcm.ms_of(len(audio_of(client.seen)))
        assert usage["output_token_details"]["audio_tokens"] == sound_ms // 50
        assert usage["input_token_details"]["text_tokens"] > 0


async def test_a_text_response_makes_no_sound() -> None:
    async with talking() as client:
        response = await say(client, "hello", output_modalities=["text"])
        assert text_of(response) == "Answer 1 to hello. Go on."
        assert response["output"][0]["content"][0]["type"] == "output_text"
        kinds = client.kinds()
        assert "response.output_text.done" in kinds and "response.output_audio.delta" not in kinds


@pytest.mark.slow
async def test_sound_runs_ahead_of_real_time_but_not_without_bound() -> None:
    async with talking() as client:
        long = " ".join(["word"] * 60)
        began = asyncio.get_running_loop().time()
        await say(client, long)
        took_s = asyncio.get_running_loop().time() - began
        sound_s = pcm.ms_of(len(audio_of(client.seen))) / 1000
        assert sound_s > 6
        assert (sound_s - 1) / 4 * 0.9 < took_s < sound_s


async def test_too_long_an_answer_is_cut_and_called_incomplete() -> None:
    async with talking() as client:
        response = await say(client, " ".join(["word"] * 60), max_output_tokens=30)
        assert response["status"] == "incomplete"
        assert response["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}
        assert response["output"][0]["status"] == "incomplete"
        assert pcm.ms_of(len(audio_of(client.seen))) <= 1_500


async def test_only_one_response_at_a_time() -> None:
    tutoring = TinyTutoring()
    tutoring.gate.clear()
    async with talking(tutoring) as client:
        await client.ask("response.create", "response.created")
        assert (await client.refused("response.create"))["code"] == "conversation_already_has_active_response"
        tutoring.gate.set()
        await client.until("response.done")
        await client.ask("response.create", "response.done")


async def test_a_failing_tutor_ends_the_response_and_not_the_session() -> None:
    async with talking(query="model=guide&fault=response_fails:1") as client:
        response = await say(client, "hello")
        assert response["status"] == "failed"
        assert response["status_details"]["error"]["code"] == "server_error"
        await client.update(instructions="still there")


async def test_a_fault_of_ours_is_a_failed_response_too() -> None:
    class Broken(TinyTutoring):
        def voice(self, name: str = "", tell: Any = None) -> Any:
            raise RuntimeError("no voice today")

    async with talking(Broken()) as client:
        response = (await client.ask("response.create", "response.done"))["response"]
        assert response["status"] == "failed"
        assert "no voice" not in response["status_details"]["error"]["message"]
        response = await say(client, "in writing then", output_modalities=["text"])
        assert response["status"] == "completed"


async def test_a_repetition_is_slower() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        await client.update(audio={"output": {"speed": 0.9}})
        await say(client, "hello")
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "repeat"}})
    speeds = [entry[1] for entry in tutoring.log if entry[0] == "spoken at"]
    assert speeds[0] == 0.9 and speeds[-1] == pytest.approx(0.72)


async def test_a_response_out_of_band_leaves_no_trace_and_runs_beside_the_other() -> None:
    tutoring = TinyTutoring()
    tutoring.gate.clear()
    async with talking(tutoring) as client:
        await client.ask("response.create", "response.content_part.added", response=GREET)
        spoken = client.seen[-1]["response_id"]
        wish = {"conversation": "none", "output_modalities": ["text"], "metadata": {"kind": "correction"}, "input": []}
        done = (await client.ask("response.create", "response.done", response=wish))["response"]
        assert done["conversation_id"] is None and done["metadata"] == {"kind": "correction"}
        aside = [event for event in client.seen if event.get("response_id") == done["id"]]
        assert "response.output_text.delta" in [event["type"] for event in aside]
        assert client.kinds().count("conversation.item.added") == 1  # the spoken one

        tutoring.gate.set()
        assert (await client.until("response.done"))["response"]["id"] == spoken
        item_id = done["output"][0]["id"]
        error = await client.refused("conversation.item.retrieve", item_id=item_id)
        assert error["code"] == "item_retrieve_invalid_item_id"


async def test_a_response_out_of_band_is_cancelled_by_its_id_only() -> None:
    tutoring = TinyTutoring()
    tutoring.gate.clear()
    async with talking(tutoring) as client:
        created = await client.ask("response.create", "response.created", response={"conversation": "none"})
        await client.until("response.content_part.added")
        assert (await client.refused("response.cancel"))["code"] == "response_cancel_not_active"
        response_id = created["response"]["id"]
        done = (await client.ask("response.cancel", "response.done", response_id=response_id))["response"]
        assert done["id"] == response_id and done["status"] == "cancelled"
        tutoring.gate.set()


async def test_a_response_may_be_given_its_input() -> None:
    async with talking() as client:
        await client.send("conversation.item.create", item=typed("the first", id="one"))
        await client.send("conversation.item.create", item=typed("the second", id="two"))
        wish = {"input": [{"type": "item_reference", "id": "one"}, typed("and a third")]}
        response = (await client.ask("response.create", "response.done", response=wish))["response"]
        assert text_of(response) == "Answer 1 to the first and a third. Go on."


async def test_a_note_that_says_so_has_the_guide_close() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        await client.ask("response.create", "response.done", response=GREET)
        for text in ("Lesson clock: half time, 7:30 of 15:00.", "Lesson clock: begin to close, 12:00 of 15:00."):
            note = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": text}]}
            assert ("told to close", 0) not in tutoring.log
            await client.ask("conversation.item.create", "conversation.item.done", item=note)
        await say(client, "hello")
    assert [each for each in tutoring.log if each[0] in ("told to close", "answered")] == [
        ("told to close", 0),
        ("answered", "hello"),
    ]
