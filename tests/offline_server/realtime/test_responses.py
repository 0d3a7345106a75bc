"""Responses, interruptions and what becomes of the items: with a tutor of a few lines, over a real socket."""

from __future__ import annotations

import asyncio
import base64
import threading
from typing import Any

import pytest

from tests.offline_server.client import (
    PATIENCE_S,
    Client,
    Event,
    TinyGuide,
    TinyReply,
    TinyTutoring,
    audio_of,
    b64,
    speech,
    spoken_word,
    talking,
)
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.offline_server.realtime import conversation, transcripts

GREET = {"metadata": {"kind": "greet"}}
GREETING = "Hello. What is your name."
SPOKEN = [spoken_word(0), pcm.silence(250), *(spoken_word(index) for index in range(4))]

LADDER = [
    "response.created",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
]


def first_of_each(kinds: list[str]) -> list[str]:
    return list(dict.fromkeys(kinds))


def typed(text: str, **fields: Any) -> Event:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **fields}


async def say(client: Client, text: str, **fields: Any) -> Event:
    """A typed turn, up to its `response.done`."""
    await client.send("conversation.item.create", item=typed(text))
    done = await client.ask("response.create", "response.done", response=fields)
    response: Event = done["response"]
    return response


def text_of(response: Event) -> str:
    part = response["output"][0]["content"][0]
    text: str = part.get("transcript") or part.get("text")
    return text


async def test_a_sentence_in_another_language_is_said_by_the_voice_of_that(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = {"Take your time.": [("Take your time.", "en")], "Say: hola.": [("Say: ", "en"), ("hola.", "es")]}
    reply = TinyReply("Hola. Take your time. Say: hola. Gracias.", "es", pieces=pieces)
    monkeypatch.setattr(TinyGuide, "greet", lambda self, takes_over: reply)
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        done = await client.ask("response.create", "response.done", response=GREET)
    assert [entry[1] for entry in tutoring.log if entry[0] == "spoken in"] == ["es", "en", "en", "es", "es"]
    assert text_of(done["response"]) == reply.text


# ---- the ladder -----------------------------------------------------------------------------------------------------


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


# ---- out of band ----------------------------------------------------------------------------------------------------


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


# ---- cancel and truncate --------------------------------------------------------------------------------------------


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


# ---- the lesson stands where the learner is -------------------------------------------------------------------------


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


# ---- voice ----------------------------------------------------------------------------------------------------------

SPEECH = speech("cards-001.wav", 800)
VAD: dict[str, Any] = {"type": "server_vad", "silence_duration_ms": 400}


async def with_vad(client: Client, **fields: Any) -> None:
    transcription = {"model": "gpt-transcribe"}
    await client.update(audio={"input": {"turn_detection": VAD | fields, "transcription": transcription}})


async def test_a_spoken_turn_is_detected_kept_understood_and_answered() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        await with_vad(client)
        await client.hear(SPEECH)
        await client.until("response.done")
        kinds = first_of_each([event["type"] for event in client.seen[3:]])
        assert kinds[:6] == [
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "response.created",
        ]
        by_kind = {event["type"]: event for event in client.seen}
        item_id = by_kind["input_audio_buffer.speech_started"]["item_id"]
        for kind in ("speech_stopped", "committed"):
            assert by_kind[f"input_audio_buffer.{kind}"]["item_id"] == item_id
        completed = by_kind["conversation.item.input_audio_transcription.completed"]
        assert completed["item_id"] == item_id
        start = by_kind["input_audio_buffer.speech_started"]["audio_start_ms"]
        end = by_kind["input_audio_buffer.speech_stopped"]["audio_end_ms"]
        assert completed["transcript"] == f"spoke {end - start}"
        assert completed["usage"] == {"type": "duration", "seconds": (end - start) / 1000}
        assert ("answered", f"spoke {end - start}") in tutoring.log
        kept = await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=item_id)
        assert len(base64.b64decode(kept["item"]["content"][0]["audio"])) == pcm.bytes_of(end - start)
        assert kept["item"]["content"][0]["transcript"] == completed["transcript"]


async def test_no_transcripts_unless_they_are_asked_for() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        await client.update(audio={"input": {"turn_detection": VAD}})
        await client.hear(SPEECH)
        await client.until("response.done")
        assert not [kind for kind in client.kinds() if "transcription" in kind]
        assert [entry for entry in tutoring.log if entry[0] == "answered"]


async def test_the_ears_expect_what_the_guide_expects() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        await with_vad(client)
        await client.hear(SPEECH)
        await client.until("response.done")
        await client.hear(SPEECH)
        await client.until("response.done")

        def expected() -> list[object]:
            return [entry[1] for entry in tutoring.log if entry[0] == "expect"]

        # The recogniser is told in a thread of its own, which the client cannot see.
        async with asyncio.timeout(PATIENCE_S):
            while len(expected()) < 3:  # noqa: ASYNC110 - the log of a thread has no event to wait for
                await asyncio.sleep(0.01)
        assert expected() == [["answer 0"], ["answer 1"], ["answer 2"]]


async def test_barge_in_by_voice_cancels_after_saying_so() -> None:
    async with talking() as client:
        await with_vad(client)
        await client.send("conversation.item.create", item=typed(" ".join(["word"] * 200)))
        await client.ask("response.create", "response.output_audio.delta")
        await client.hear(SPEECH)
        done = (await client.until("response.done"))["response"]
        assert done["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        kinds = client.kinds()
        assert kinds.index("input_audio_buffer.speech_started") < kinds.index("response.done")
        assert (await client.until("response.done"))["response"]["status"] == "completed"  # the answer to the barge-in


async def test_interrupt_response_off_lets_the_tutor_finish() -> None:
    async with talking() as client:
        await with_vad(client, interrupt_response=False)
        await client.send("conversation.item.create", item=typed(" ".join(["word"] * 60)))
        response_id = (await client.ask("response.create", "response.created"))["response"]["id"]
        await client.until("response.output_audio.delta")
        await client.hear(SPEECH)
        # The automatic answer cannot be given, because one is still active.
        assert (await client.until("error"))["error"]["code"] == "conversation_already_has_active_response"
        done = (await client.until("response.done"))["response"]
        assert (done["id"], done["status"]) == (response_id, "completed")


async def test_create_response_off_keeps_turns_until_they_are_asked_about() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        await with_vad(client, create_response=False)
        texts = []
        for _ in range(2):
            await client.hear(SPEECH)
            texts.append((await client.until("conversation.item.input_audio_transcription.completed"))["transcript"])
        assert "response.created" not in client.kinds()
        response = (await client.ask("response.create", "response.done"))["response"]
        assert text_of(response) == f"Answer 1 to {' '.join(texts)}. Go on."


async def test_push_to_talk_the_client_says_when() -> None:
    async with talking() as client:
        await client.push_to_talk()
        await client.hear(speech("cards-002.wav"))
        await client.ask("input_audio_buffer.clear", "input_audio_buffer.cleared")
        await client.hear(pcm.silence(300))
        await client.ask("input_audio_buffer.commit", "input_audio_buffer.committed")
        assert "input_audio_buffer.speech_started" not in client.kinds()
        response = (await client.ask("response.create", "response.done"))["response"]
        assert text_of(response) == "Answer 1 to spoke 300. Go on."


async def test_turn_detection_may_change_in_the_middle_of_a_word() -> None:
    async with talking() as client:
        await with_vad(client)
        half = len(SPEECH) // 4 & ~1
        await client.hear(SPEECH[:half])
        started = await client.until("input_audio_buffer.speech_started")
        await client.push_to_talk()
        await client.hear(SPEECH[half:])
        committed = await client.ask("input_audio_buffer.commit", "input_audio_buffer.committed")
        assert committed["item_id"] == started["item_id"]
        await with_vad(client)
        await client.hear(pcm.silence(300) + SPEECH)
        await client.until("response.done")


async def test_sound_can_come_as_an_item() -> None:
    async with talking() as client:
        sound = {"type": "input_audio", "audio": b64(pcm.silence(500))}
        item = {"type": "message", "role": "user", "content": [sound]}
        added = await client.ask("conversation.item.create", "conversation.item.done", item=item)
        assert added["item"]["content"] == [{"type": "input_audio", "transcript": None}]
        response = (await client.ask("response.create", "response.done"))["response"]
        assert text_of(response) == "Answer 1 to spoke 500. Go on."


async def test_sound_that_comes_as_an_item_while_the_learner_speaks_leaves_no_trace() -> None:
    async with talking() as client:
        await client.push_to_talk()
        await client.hear(pcm.silence(300))
        part = {"type": "input_audio", "audio": b64(pcm.silence(500))}
        item = {"id": "mine", "type": "message", "role": "user", "content": [part]}
        assert (await client.refused("conversation.item.create", item=item))["param"] == "item"
        assert "conversation.item.added" not in client.kinds()
        error = await client.refused("conversation.item.retrieve", item_id="mine")
        assert error["code"] == "item_retrieve_invalid_item_id"
        await client.ask("input_audio_buffer.commit", "input_audio_buffer.committed")
        await client.ask("conversation.item.create", "conversation.item.done", item=item)


async def test_sound_that_brings_its_transcript_is_not_listened_to_again() -> None:
    tutoring = TinyTutoring()
    async with talking(tutoring) as client:
        sound = {"type": "input_audio", "audio": b64(pcm.silence(500)), "transcript": "my name is Anna"}
        item = {"type": "message", "role": "user", "content": [sound]}
        await client.ask("conversation.item.create", "conversation.item.done", item=item)
        response = (await client.ask("response.create", "response.done"))["response"]
        assert text_of(response) == "Answer 1 to my name is Anna. Go on."
        assert not [entry for entry in tutoring.log if entry[0] == "heard_ms"]


async def test_broken_ears_are_a_turn_not_understood() -> None:
    class Deaf(TinyTutoring):
        def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> Any:
            raise RuntimeError("no recogniser today")

    async with talking(Deaf()) as client:
        await with_vad(client)
        await client.hear(SPEECH)
        failed = await client.until("conversation.item.input_audio_transcription.failed")
        assert failed["error"]["code"] == "audio_unintelligible"
        await client.until("response.done")


async def test_a_turn_whose_transcription_breaks_is_told_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_understood: object, *, voiced: bool) -> Hearing | None:
        raise ValueError

    monkeypatch.setattr(transcripts, "_heard", broken)
    async with talking() as client:
        await with_vad(client)
        await client.hear(SPEECH)
        failed = await client.until("conversation.item.input_audio_transcription.failed")
        assert (failed["error"]["code"], failed["error"]["message"]) == (
            "server_error",
            "The server had an error (ValueError).",
        )
        assert (await client.until("response.done"))["response"]["status"] == "failed"


async def test_ears_that_never_come_to_an_end_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "LONGEST_HEARING_S", 0.2)
    released = threading.Event()

    class Ponderous(TinyTutoring):
        def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> Any:
            released.wait(20)
            return super().recogniser(language)

    async with talking(Ponderous()) as client:
        await with_vad(client)
        await client.hear(SPEECH)
        await client.until("conversation.item.input_audio_transcription.failed")
        await client.until("response.done")
        released.set()


async def test_a_microphone_left_open_costs_no_memory() -> None:
    async with talking() as client:
        await with_vad(client)
        for _ in range(4):
            await client.hear(pcm.silence(5_000), piece_ms=5_000)
        await client.update()
        committed = await client.ask("input_audio_buffer.commit", "conversation.item.done")
        kept = await client.ask(
            "conversation.item.retrieve", "conversation.item.retrieved", item_id=committed["item"]["id"]
        )
        assert pcm.ms_of(len(base64.b64decode(kept["item"]["content"][0]["audio"]))) < 2_000


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
