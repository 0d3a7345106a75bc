"""The server that judges us, judged: by the official SDK's models and client, and by the rules it has to keep."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect

from tests.support.official_client import official_client, spoken_turn
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tutor_tui.core import pcm

SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


class Raw:
    """A client without manners."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                event: dict[str, Any] = json.loads(await self.socket.recv())
                if event["type"] == kind:
                    return event

    async def refused(self, kind: str, **fields: Any) -> str | None:
        """The code of the error that this frame earns."""
        await self.send(kind, **fields)
        code: str | None = (await self.until("error"))["error"]["code"]
        return code

    async def hear(self, sound: bytes) -> None:
        await self.send("input_audio_buffer.append", audio=base64.b64encode(sound).decode())


@asynccontextmanager
async def raw_client(server: StrictServer) -> AsyncIterator[Raw]:
    url = f"{server.base_url}/realtime?model=gpt-realtime-2.1"
    async with connect(url, additional_headers={"Authorization": "Bearer x"}, max_size=None) as socket:
        yield Raw(socket)


SLOW = Behaviour(replies=[Reply("one two three", tone(3_000))], delta_gap_s=0.05)


async def test_the_official_client_holds_a_conversation_and_every_event_is_one_of_its_models() -> None:
    async with StrictServer() as server:
        async with (
            official_client(server) as client,
            client.realtime.connect(model="gpt-realtime-2.1") as connection,
        ):
            await connection.session.update(
                session={"type": "realtime", "audio": {"input": {"transcription": {"model": "gpt-transcribe"}}}}
            )
            kinds = await spoken_turn(connection)
        assert kinds[:3] == ["session.created", "conversation.created", "session.updated"]
        assert "response.output_audio.delta" in kinds
        assert server.complaints == []
        for sent in server.sent:
            SERVER_EVENT.validate_python(sent.frame)


async def test_races_are_refused_by_their_codes() -> None:
    async with StrictServer(SLOW) as server, raw_client(server) as client:
        assert await client.refused("response.cancel") == "response_cancel_not_active"
        await client.send("response.create")
        await client.until("response.created")
        assert await client.refused("response.create") == "conversation_already_has_active_response"
        item = (await client.until("response.output_audio.delta"))["item_id"]
        truncate = {"item_id": item, "content_index": 0}
        assert await client.refused("conversation.item.truncate", **truncate, audio_end_ms=60_000) == "invalid_value"
        update = {"type": "realtime", "audio": {"output": {"speed": 0.8}}}
        assert await client.refused("session.update", session=update) == "invalid_value"
        await client.send("response.cancel")
        assert (await client.until("response.done"))["response"]["status_details"]["reason"] == "client_cancelled"
        await client.send("conversation.item.truncate", **truncate, audio_end_ms=40)
        assert (await client.until("conversation.item.truncated"))["audio_end_ms"] == 40
        assert await client.refused("conversation.item.truncate", **truncate, audio_end_ms=41) == "invalid_value"
        voice = {"type": "realtime", "audio": {"output": {"voice": "cedar"}}}
        assert await client.refused("session.update", session=voice) == "cannot_update_voice"


async def test_unknown_and_double_items_and_short_buffers_are_refused() -> None:
    async with StrictServer() as server, raw_client(server) as client:
        item = {"id": "i1", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}
        await client.send("conversation.item.create", item=item)
        await client.until("conversation.item.done")
        assert await client.refused("conversation.item.create", item=item) == "item_create_duplicate_item_id"
        truncate = {"content_index": 0, "audio_end_ms": 1}
        assert await client.refused("conversation.item.truncate", item_id="i1", **truncate) is None
        assert (
            await client.refused("conversation.item.truncate", item_id="i2", **truncate)
            == "item_truncate_invalid_item_id"
        )
        assert await client.refused("conversation.item.delete", item_id="i2") == "item_delete_invalid_item_id"
        await client.hear(tone(99))
        assert await client.refused("input_audio_buffer.commit") == "input_audio_buffer_commit_empty"
        assert len(server.complaints) == 5


async def test_an_update_is_taken_whole_or_not_at_all() -> None:
    async with StrictServer() as server, raw_client(server) as client:
        bad = {"type": "realtime", "instructions": "new", "temperature": 0.8}
        assert await client.refused("session.update", session=bad) == "unknown_parameter"
        assert server.sessions[0].session["instructions"] == ""
        await client.send("session.update", session={"type": "realtime", "instructions": "new"})
        assert (await client.until("session.updated"))["session"]["instructions"] == "new"


async def test_frames_that_are_none_are_refused_and_the_line_holds() -> None:
    async with StrictServer() as server, raw_client(server) as client:
        for raw, code in ((b"\x00", "invalid_event"), ("{", "invalid_json"), ("[]", "invalid_value")):
            await client.socket.send(raw)
            assert (await client.until("error"))["error"]["code"] == code
        assert await client.refused(
            "session.update", session={"type": "realtime", "reasoning": {"effort": "low"}, "x": 1}
        )


async def test_a_voice_stops_a_reply_and_is_told_first() -> None:
    async with StrictServer(SLOW) as server, raw_client(server) as client:
        await client.send("response.create")
        await client.until("response.output_audio.delta")
        for _ in range(4):
            await client.hear(tone(20))
        done = await client.until("response.done")
        assert done["response"]["status_details"]["reason"] == "turn_detected"
        kinds = [sent.type for sent in server.sent]
        assert kinds.index("input_audio_buffer.speech_started") < kinds.index("response.done")


async def test_an_answer_outside_the_conversation_places_no_items() -> None:
    async with StrictServer() as server, raw_client(server) as client:
        await client.send("response.create", response={"conversation": "none", "output_modalities": ["text"]})
        assert (await client.until("response.created"))["response"]["conversation_id"] is None
        await client.until("response.done")
        assert "conversation.item.added" not in [sent.type for sent in server.sent]


async def test_a_process_of_its_own_says_where_it_is_and_logs(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.strict_server", "--log", str(log), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        word, port = (await process.stdout.readline()).decode().split()
        assert word == "ready"
        headers = {"Authorization": "Bearer x"}
        async with connect(f"ws://127.0.0.1:{port}/v1/realtime?model=m", additional_headers=headers) as socket:
            await Raw(socket).send("response.create")
            await Raw(socket).until("response.done")
    finally:
        process.terminate()
        await process.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"session.created", "response.create", "response.done"} <= {line["type"] for line in lines}


@pytest.mark.parametrize("amplitude", [8_000, 100])
async def test_only_a_loud_sound_is_speech(amplitude: int) -> None:
    async with StrictServer() as server, raw_client(server) as client:
        await client.hear(tone(300, amplitude=amplitude) + pcm.silence(300))
        await client.send("input_audio_buffer.clear")
        await client.until("input_audio_buffer.cleared")
        assert ("input_audio_buffer.speech_started" in [sent.type for sent in server.sent]) is (amplitude == 8_000)


async def test_a_system_message_is_text_for_the_model_and_nothing_else() -> None:
    message = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Begin to close."}]}
    async with StrictServer() as server, raw_client(server) as client:
        await client.send("conversation.item.create", item=message)
        added = await client.until("conversation.item.added")
        assert (added["item"]["role"], added["item"]["content"]) == ("system", message["content"])
        for part in (
            {"type": "output_text", "text": "Begin to close."},
            {"type": "text", "text": "Begin to close."},
            {"type": "input_audio", "audio": "AAAA"},
        ):
            refused = await client.refused("conversation.item.create", item=message | {"content": [part]})
            assert refused in ("invalid_value", "unknown_parameter"), part
        assert not [sent for sent in server.sent if sent.type == "response.created"]
