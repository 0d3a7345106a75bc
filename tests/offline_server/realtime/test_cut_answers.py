"""An answer that is cancelled or cut: what the lesson counts as said."""

from __future__ import annotations

import base64

import pytest

from tests.offline_server.client import (
    TinyTutoring,
    audio_of,
    b64,
    talking,
)
from tests.offline_server.realtime.answers import GREET, LADDER, first_of_each, say, text_of, typed
from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime import conversation


async def test_cancel_stops_at_once_and_closes_what_was_opened_with_what_was_sent() -> None:
    async with talking(query="model=guide&fault=pace:0.05") as client:  # after a second's sound, two seconds per delta
        await client.send("conversation.item.create", item=typed(" ".join(["word"] * 100)))
        await client.send("response.create")
        for _ in range(10):
            await client.until("response.output_audio.delta")
        done = (await client.ask("response.cancel", "response.done"))["response"]
        assert client.kinds().count("response.output_audio.delta") < 20

        assert done["status"] == "cancelled"
        assert done["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
        assert done["usage"]["output_token_details"]["audio_tokens"] > 0
        (item,) = done["output"]
        assert item["status"] == "incomplete"
        events = client.seen
        written = "".join(e["delta"] for e in events if e["type"] == "response.output_audio_transcript.delta")
        (transcript,) = (e for e in events if e["type"] == "response.output_audio_transcript.done")
        assert transcript["transcript"] == written == item["content"][0]["transcript"]
        assert first_of_each([e["type"] for e in events[-6:]]) == LADDER[-6:]

        sound = audio_of(events)
        kept = await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=item["id"])
        assert kept["item"]["content"][0]["audio"] == b64(sound)
        assert await client.quiet() == []
        assert (await client.refused("response.cancel"))["code"] == "response_cancel_not_active"


async def test_truncate_keeps_what_was_heard_and_drops_the_words() -> None:
    async with talking() as client:
        item = (await client.ask("response.create", "response.done", response=GREET))["response"]["output"][0]
        sound = audio_of(client.seen)
        where = {"item_id": item["id"], "content_index": 0}
        answer = await client.ask(
            "conversation.item.truncate", "conversation.item.truncated", **where, audio_end_ms=150
        )
        assert {key: answer[key] for key in ("item_id", "content_index", "audio_end_ms")} == where | {
            "audio_end_ms": 150
        }

        kept = await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=item["id"])
        part = kept["item"]["content"][0]
        assert base64.b64decode(part["audio"]) == sound[: pcm.bytes_of(150)]
        assert part["transcript"] is None

        error = await client.refused("conversation.item.truncate", **where, audio_end_ms=151)
        assert error["code"] == "invalid_value" and "already shorter than" in error["message"]
        error = await client.refused("conversation.item.truncate", item_id=item["id"], content_index=1, audio_end_ms=1)
        assert error["param"] == "content_index"


async def test_the_whole_length_may_be_truncated_to_and_not_a_millisecond_more() -> None:
    async with talking() as client:
        item = (await client.ask("response.create", "response.done", response=GREET))["response"]["output"][0]
        length_ms = pcm.ms_of(len(audio_of(client.seen)))
        where = {"item_id": item["id"], "content_index": 0}
        await client.refused("conversation.item.truncate", **where, audio_end_ms=length_ms + 1)
        await client.ask("conversation.item.truncate", "conversation.item.truncated", **where, audio_end_ms=length_ms)


async def test_old_sound_is_let_go_and_can_still_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "KEPT_SOUND_BYTES", pcm.bytes_of(1_000))
    async with talking() as client:
        item_id = (await client.ask("response.create", "response.done", response=GREET))["response"]["output"][0]["id"]
        length_ms = pcm.ms_of(len(audio_of(client.seen)))
        await say(client, "hello")
        await say(client, "and hello again")
        kept = await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=item_id)
        assert "audio" not in kept["item"]["content"][0]
        where = {"item_id": item_id, "content_index": 0}
        error = await client.refused("conversation.item.truncate", **where, audio_end_ms=length_ms + 1)
        assert "already shorter than" in error["message"]
        await client.ask("conversation.item.truncate", "conversation.item.truncated", **where, audio_end_ms=length_ms)


async def test_only_what_the_assistant_spoke_can_be_truncated() -> None:
    async with talking() as client:
        await client.ask("conversation.item.create", "conversation.item.done", item=typed("hello", id="mine"))
        error = await client.refused("conversation.item.truncate", item_id="mine", content_index=0, audio_end_ms=0)
        assert (error["code"], error["param"]) == (None, "item_id")
        written = (await say(client, "again", output_modalities=["text"]))["output"][0]["id"]
        error = await client.refused("conversation.item.truncate", item_id=written, content_index=0, audio_end_ms=0)
        assert error["code"] is None


async def test_truncating_while_the_response_still_runs_stays_truncated() -> None:
    async with talking() as client:
        await client.send("conversation.item.create", item=typed(" ".join(["word"] * 30)))
        await client.send("response.create")
        delta = await client.until("response.output_audio.delta")
        where = {"item_id": delta["item_id"], "content_index": 0, "audio_end_ms": 50}
        await client.ask("conversation.item.truncate", "conversation.item.truncated", **where)
        await client.until("response.done")
        kept = await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=delta["item_id"])
        part = kept["item"]["content"][0]
        assert len(base64.b64decode(part["audio"])) == pcm.bytes_of(50) and part["transcript"] is None


async def test_what_is_said_before_an_answer_is_answered_together() -> None:
    async with talking() as client:
        await client.send("conversation.item.create", item=typed("my name"))
        assert text_of(await say(client, "is Anna")) == "Answer 1 to my name is Anna. Go on."
        assert text_of(await say(client, "and you")) == "Answer 2 to and you. Go on."


async def test_a_request_with_nothing_new_repeats() -> None:
    async with talking() as client:
        await say(client, "hello")
        response = (await client.ask("response.create", "response.done"))["response"]
        assert text_of(response) == "Again 1."
        wish = {"metadata": {"kind": "repeat"}}
        assert text_of((await client.ask("response.create", "response.done", response=wish))["response"]) == "Again 1."


async def test_an_answer_of_which_nothing_was_heard_was_never_given() -> None:
    async with talking() as client:
        item = (await say(client, "my name"))["output"][0]
        await client.ask("conversation.item.delete", "conversation.item.deleted", item_id=item["id"])
        assert text_of(await say(client, "is Anna")) == "Answer 1 to my name is Anna. Go on."


async def test_an_answer_cancelled_before_its_first_sound_was_never_given() -> None:
    tutoring = TinyTutoring()
    tutoring.gate.clear()
    async with talking(tutoring) as client:
        await client.send("conversation.item.create", item=typed("my name"))
        await client.ask("response.create", "response.content_part.added")
        await client.ask("response.cancel", "response.done")
        tutoring.gate.set()
        assert text_of(await say(client, "is Anna")) == "Answer 1 to my name is Anna. Go on."


async def test_an_answer_that_was_half_heard_was_given() -> None:
    async with talking() as client:
        await client.send("conversation.item.create", item=typed(" ".join(["word"] * 100)))
        await client.ask("response.create", "response.output_audio.delta")
        done = (await client.ask("response.cancel", "response.done"))["response"]
        where = {"item_id": done["output"][0]["id"], "content_index": 0, "audio_end_ms": 50}
        await client.ask("conversation.item.truncate", "conversation.item.truncated", **where)
        assert text_of(await say(client, "more")) == "Answer 2 to more. Go on."


async def test_history_is_handed_to_the_guide_and_not_answered_again() -> None:
    tutoring = TinyTutoring()
    assistant = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Your name?"}]}
    async with talking(tutoring, query="model=guide&lesson=first") as client:
        await client.update(audio={"input": {"transcription": {"model": "gpt-transcribe", "languages": ["es", "en"]}}})
        for item in (typed("Hi"), assistant, typed("Anna")):
            await client.ask("conversation.item.create", "conversation.item.done", item=item)
        await client.ask("response.create", "response.done", response=GREET)
        history = [("user", "Hi"), ("assistant", "Your name?")]
        assert ("guide", "first", "es", history) in tutoring.log
        assert text_of(await say(client, "twenty")) == "Answer 1 to twenty. Go on."


async def test_a_response_cancelled_in_the_same_breath_was_still_announced() -> None:
    """Found by test_server_anything: a task that is cancelled before its first step does nothing at all."""
    async with talking() as client:
        for _ in range(10):
            await client.send("response.create")
            await client.send("response.cancel")
            await client.until("response.done", "error")
        kinds = client.kinds()
        assert kinds.count("response.created") == 10
        assert "error" not in kinds and kinds.count("response.done") == 10
