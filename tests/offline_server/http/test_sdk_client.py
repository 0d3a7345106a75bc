"""The official `openai` client holds a lesson with the real server: people's voices in, our voice out."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai import AsyncOpenAI, AuthenticationError
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from websockets.exceptions import InvalidStatus

from tests.offline_server.client import TOKEN, Event, audio_of, b64, judge_by_sdk, speech
from tutor_tui.core import pcm

pytestmark = pytest.mark.real_time

LESSON = """
title = "Cards"
language = "en"
native_language = "en"
level = "A1"
greeting = "Hello! Let us play cards."
closing = "That was a good game."
[[step]]
say = "Which card do you have?"
expect = ["(ten | seven) of clubs", "four queen of clubs"]
hint = "Begin with the number."
answer = "Ten of clubs."
translation = "Name your card."
praise = "Well played."
[[step]]
say = "And which card now?"
expect = ["seven of clubs", "two of hearts", "king of spades"]
hint = "Begin with the number."
answer = "Seven of clubs."
translation = "Name your card."
praise = "Very good."
[[step]]
say = "And the last one?"
expect = ["four queen of clubs", "nine of diamonds"]
hint = "Name it."
answer = "Four queen of clubs."
translation = "Name your card."
praise = "Bravo."
"""
SILENCE_MS = 500
FRAME_MS = 40


@pytest.fixture(scope="module")
async def port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[int]:
    """The server as the app starts it, with a lesson about the cards of the recordings."""
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "lessons").mkdir()
    (folder / "lessons" / "cards.toml").write_text(LESSON)
    command = [sys.executable, "-m", "tutor_tui.offline_server", "--token", TOKEN, "--prompts", str(folder)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    yield int((await asyncio.wait_for(process.stdout.readline(), 10)).split()[1])
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 2) == 0


class SdkClient:
    """The SDK's connection, with a microphone that speaks in real time and never stops."""

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self.connection = connection
        self.seen: list[tuple[float, Event]] = []
        self.to_say: list[bytes] = []

    async def microphone(self) -> None:
        size = pcm.bytes_of(FRAME_MS)
        began = time.monotonic()
        for count in itertools.count(1):
            frame = self.to_say.pop(0) if self.to_say else bytes(size)
            await self.connection.input_audio_buffer.append(audio=b64(frame))
            await asyncio.sleep(began + count * FRAME_MS / 1000 - time.monotonic())

    def say(self, recording: str) -> None:
        sound = speech(recording)
        size = pcm.bytes_of(FRAME_MS)
        self.to_say += [sound[at : at + size].ljust(size, b"\0") for at in range(0, len(sound), size)]

    async def until(self, *kinds: str, timeout_s: float = 15) -> Event:
        async with asyncio.timeout(timeout_s):
            while True:
                event: Event = json.loads(await self.connection.recv_bytes())
                parsed = self.connection.parse_event(json.dumps(event))
                assert parsed.type == event["type"]
                judge_by_sdk(event)
                self.seen.append((time.monotonic(), event))
                if event["type"] in kinds:
                    return event

    def events(self) -> list[Event]:
        return [event for _, event in self.seen]

    def when(self, kind: str) -> float:
        """When the last event of that type came."""
        return max(at for at, event in self.seen if event["type"] == kind)


@pytest.fixture
async def client(port: int) -> AsyncIterator[SdkClient]:
    """A configured session in the lesson about cards."""
    url = f"127.0.0.1:{port}/v1"
    openai = AsyncOpenAI(api_key=TOKEN, base_url=f"http://{url}", websocket_base_url=f"ws://{url}")
    async with openai.realtime.connect(model="guide", extra_query={"lesson": "cards"}) as connection:
        sdk = SdkClient(connection)
        await sdk.until("conversation.created")
        session: Any = {
            "type": "realtime",
            "output_modalities": ["audio"],
            "instructions": "Speak slowly.",
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "transcription": {"model": "gpt-transcribe", "languages": ["en"]},
                    "turn_detection": {"type": "server_vad", "silence_duration_ms": SILENCE_MS},
                },
                "output": {"voice": "marin", "speed": 1.0},
            },
        }
        await connection.session.update(session=session)
        await sdk.until("session.updated")
        microphone = asyncio.create_task(sdk.microphone())
        yield sdk
        microphone.cancel()


async def greeted(client: SdkClient) -> Event:
    """The lesson's greeting, heard to its end."""
    await client.connection.response.create(response={"metadata": {"kind": "greet"}})
    done = await client.until("response.done")
    assert done["response"]["status"] == "completed"
    return done


def transcript(done: Event) -> str:
    text: str = done["response"]["output"][0]["content"][0]["transcript"]
    return text


async def test_a_lesson_by_voice_from_greeting_to_closing(client: SdkClient) -> None:
    assert "Which card do you have?" in transcript(await greeted(client))
    for recording, words, reply in (
        ("cards-001.wav", "ten of clubs", "And which card now?"),
        ("cards-003.wav", "seven of clubs", "And the last one?"),
        ("cards-002.wav", "four queen of clubs", "That was a good game."),
    ):
        client.say(recording)
        done = await client.until("response.done")
        assert reply in transcript(done)
        completed = [e for e in client.events() if e["type"].endswith("input_audio_transcription.completed")]
        assert completed[-1]["transcript"] == words
        assert pcm.ms_of(len(audio_of(client.events(), done["response"]["output"][0]["id"]))) > 1_000
    assert "error" not in [event["type"] for event in client.events()]


async def test_free_speech_is_heard_and_prompted_for_repair(client: SdkClient) -> None:
    await greeted(client)
    client.say("austen-0880.wav")
    done = await client.until("response.done")
    assert "which card now" not in transcript(done).lower()
    completed = [e for e in client.events() if e["type"].endswith("input_audio_transcription.completed")]
    assert "young man" in completed[-1]["transcript"]


async def test_barge_in_by_voice(client: SdkClient) -> None:
    await client.connection.response.create(response={"metadata": {"kind": "greet"}})
    first = await client.until("response.output_audio.delta")
    client.say("cards-001.wav")
    await client.until("input_audio_buffer.speech_started")
    done = await client.until("response.done")
    assert done["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}

    received_ms = pcm.ms_of(len(audio_of(client.events(), first["item_id"])))
    where: Any = {"item_id": first["item_id"], "content_index": 0, "audio_end_ms": received_ms // 2}
    await client.connection.conversation.item.truncate(**where)
    await client.until("conversation.item.truncated")
    answer = await client.until("response.done")
    assert answer["response"]["status"] == "completed" and "And which card now?" in transcript(answer)


async def test_cancel_by_key(client: SdkClient) -> None:
    await client.connection.response.create(response={"metadata": {"kind": "greet"}})
    await client.until("response.output_audio.delta")
    await client.connection.response.cancel()
    done = await client.until("response.done")
    assert done["response"]["status_details"]["reason"] == "client_cancelled"
    await client.connection.response.cancel()
    assert (await client.until("error"))["error"]["code"] == "response_cancel_not_active"


async def test_a_typed_turn(client: SdkClient) -> None:
    await greeted(client)
    item: Any = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Seven of clubs!"}]}
    await client.connection.conversation.item.create(item=item)
    await client.connection.response.create()
    assert "And which card now?" in transcript(await client.until("response.done"))


async def test_push_to_talk_with_human_speech(client: SdkClient) -> None:
    await greeted(client)
    await client.connection.session.update(session={"type": "realtime", "audio": {"input": {"turn_detection": None}}})
    await client.until("session.updated")
    await client.connection.input_audio_buffer.clear()
    client.say("cards-003.wav")
    while client.to_say:  # noqa: ASYNC110 - a list tells nobody that it is empty
        await asyncio.sleep(0.02)
    await client.connection.input_audio_buffer.commit()
    await client.connection.response.create()
    assert "And which card now?" in transcript(await client.until("response.done"))


async def test_the_lesson_goes_on_after_a_lost_line(client: SdkClient) -> None:
    lines = [
        ("assistant", "output_text", "Hello! Let us play cards. Which card do you have?"),
        ("user", "input_text", "ten of clubs"),
        ("assistant", "output_text", "Well played. And which card now?"),
    ]
    for role, kind, text in lines:
        item: Any = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
        await client.connection.conversation.item.create(item=item)
        await client.until("conversation.item.done")
    client.say("cards-003.wav")
    assert "And the last one?" in transcript(await client.until("response.done"))


async def test_a_wrong_key_is_refused(port: int) -> None:
    openai = AsyncOpenAI(api_key="wrong", websocket_base_url=f"ws://127.0.0.1:{port}/v1")
    with pytest.raises((AuthenticationError, InvalidStatus)) as refusal:
        async with openai.realtime.connect(model="guide"):
            pass
    assert "401" in str(refusal.value)
