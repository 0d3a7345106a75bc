"""What the learner says to the offline server: detected, kept, understood and answered."""

from __future__ import annotations

import asyncio
import base64
import threading
from typing import Any

import pytest

from tests.offline_server.client import (
    PATIENCE_S,
    Client,
    TinyTutoring,
    b64,
    speech,
    talking,
)
from tests.offline_server.realtime.answers import first_of_each, text_of, typed
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.offline_server.realtime import transcripts

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
