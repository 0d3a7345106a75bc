"""Who comes in, what the largest frame is, how a session ends, and the faults a test can order."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import time
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus
from websockets.typing import Subprotocol

from tests.offline_server.client import TOKEN, Client, TinyTutoring, audio_of, b64, dialled, served, speech
from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.transport import websocket
from tutor_tui.offline_server.transport.websocket import ServerOptions
from tutor_tui.testing.faulty_server import Faults, Faulty, with_faults


def url(port: int, query: str = "model=guide") -> str:
    return f"ws://127.0.0.1:{port}/v1/realtime?{query}"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
async def test_a_wrong_token_is_refused_with_401(headers: dict[str, str]) -> None:
    async with served() as port:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(url(port), additional_headers=headers)
        response = refusal.value.response
        assert response.status_code == 401
        assert response.headers["Content-Type"] == "application/json"
        assert json.loads(response.body or b"")["error"]["code"] == "invalid_api_key"


async def test_or_let_in_told_and_closed_with_3000() -> None:
    wrong = {"Authorization": "Bearer wrong"}
    async with served(refuse_style="error") as port, connect(url(port), additional_headers=wrong) as socket:
        error = json.loads(await socket.recv())
        assert (error["type"], error["error"]["code"]) == ("error", "invalid_api_key")
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (3000, "invalid_request_error.invalid_api_key")


async def test_the_token_may_come_as_a_subprotocol_and_is_never_echoed() -> None:
    offered = [Subprotocol("realtime"), Subprotocol(f"openai-insecure-api-key.{TOKEN}")]
    async with served() as port, connect(url(port), subprotocols=offered) as socket:
        assert socket.subprotocol == "realtime"
        assert json.loads(await socket.recv())["type"] == "session.created"


@pytest.mark.parametrize("upgrade", ["Upgrade: websocket", "upgrade:WebSocket", "UPGRADE:\t websocket"])
async def test_a_handshake_may_be_written_in_any_way_that_http_allows(upgrade: str) -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = [
            "GET /v1/realtime?model=guide HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            upgrade,
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {TOKEN}",
        ]
        writer.write("\r\n".join([*head, "", ""]).encode())
        assert await reader.readline() == b"HTTP/1.1 101 Switching Protocols\r\n"
        writer.close()


async def test_elsewhere_there_is_nothing() -> None:
    async with served() as port:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://127.0.0.1:{port}/v1/audio?model=guide", additional_headers=_key())
        assert refusal.value.response.status_code == 404


async def test_a_client_is_answered_when_the_http_side_does_not_load(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> Any:
        raise ImportError("No module named 'aiohttp'")

    monkeypatch.setattr(websocket, "_http_app", missing)
    async with served() as port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=_key(), timeout=10) as client:
            answer = await client.get("/v1/models")
        assert (answer.status_code, answer.json()["error"]["type"]) == (500, "server_error")
        assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
            "The HTTP side does not start: ImportError"
        ]
        async with dialled(port):
            pass  # a lesson does without


async def test_only_this_machine_can_reach_it() -> None:
    async with served() as port:
        with pytest.raises(OSError):
            await asyncio.wait_for(asyncio.open_connection("127.0.0.2", port), 2)


def _key() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("query", "headers", "code"),
    [("", {}, "missing_model"), ("model=guide", {"OpenAI-Beta": "realtime=v1"}, "beta_api_shape_disabled")],
)
async def test_bad_parameters_are_told_and_closed_with_4000(query: str, headers: dict[str, str], code: str) -> None:
    async with served() as port, connect(url(port, query), additional_headers=_key() | headers) as socket:
        assert json.loads(await socket.recv())["error"]["code"] == code
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (4000, f"invalid_request_error.{code}")


async def test_an_unknown_lesson_is_told_and_closed_with_4000() -> None:
    class NoLessons(TinyTutoring):
        def language(self, lesson: str, language: str) -> str:
            raise Problem("There is no lesson called 'x'.", "Lessons: a, b.")

    async with served(NoLessons()) as port, connect(url(port), additional_headers=_key()) as socket:
        error = json.loads(await socket.recv())["error"]
        assert (error["code"], error["message"]) == (
            "invalid_lesson",
            "There is no lesson called 'x'. Lessons: a, b.",
        )
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4000


@pytest.mark.slow
async def test_ten_megabytes_are_taken_and_sixteen_are_not() -> None:
    async with served() as port, dialled(port) as client:
        await client.push_to_talk()
        ten = bytes(10 * 2**20 * 3 // 4 // 4 * 4)
        await client.send("input_audio_buffer.append", audio=b64(ten))
        item = (await client.ask("input_audio_buffer.commit", "conversation.item.done"))["item"]
        kept = await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=item["id"])
        assert len(base64.b64decode(kept["item"]["content"][0]["audio"])) == len(ten)

        head_of_a_masked_text_frame = b"\x81\xff" + (16 * 2**20).to_bytes(8, "big") + bytes(4)
        client.socket.transport.write(head_of_a_masked_text_frame)  # the size alone is reason enough
        with pytest.raises(ConnectionClosed):
            await client.next()
        assert client.socket.close_code == 1009


async def test_a_session_ends_after_its_hour() -> None:
    async with served(behaviour=Faulty(Faults(expire_after_s=0.3))) as port, dialled(port) as client:
        assert abs(client.seen[0]["session"]["expires_at"] - time.time()) < 2
        assert (await client.until("error"))["error"]["code"] == "session_expired"
        with pytest.raises(ConnectionClosed):
            await client.next()
        assert client.socket.close_code == 1001
        assert "60 minutes" in (client.socket.close_reason or "")


async def test_the_server_says_goodbye_when_it_stops() -> None:
    async with served() as port:
        socket = await connect(url(port), additional_headers=_key())
        await socket.recv()
    await socket.wait_closed()
    assert socket.close_code == 1001


# ---- faults ---------------------------------------------------------------------------------------------------------


async def _spoken(client: Client) -> None:
    """One spoken turn, up to the transcript of it."""
    vad = {"type": "server_vad", "silence_duration_ms": 400}
    await client.update(audio={"input": {"turn_detection": vad, "transcription": {"model": "gpt-transcribe"}}})
    await client.hear(speech("cards-001.wav", 800))
    await client.until(
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.input_audio_transcription.failed",
    )


async def test_fault_late_transcript() -> None:
    async with served() as port, dialled(port, "model=guide&fault=late_transcript_ms:1500&fault=pace:50") as client:
        await _spoken(client)
        assert "response.done" in client.kinds()  # the answer was quicker than the transcript of what it answers


async def test_fault_transcript_fails() -> None:
    async with served() as port, dialled(port, "model=guide&fault=transcript_fails") as client:
        await _spoken(client)
        assert client.seen[-1]["error"]["code"] == "audio_unintelligible"


async def test_faults_delta_size_and_odd_pieces_lose_nothing() -> None:
    async with served() as port:
        sounds = []
        for query, sizes in (("fault=delta_ms:20", {960}), ("fault=odd:1", {0, 1, 3, 4_801, 9_599})):
            async with dialled(port, f"model=guide&fault=pace:50&{query}") as client:
                await client.ask("response.create", "response.done")
                sounds.append(audio_of(client.seen))
                deltas = (e["delta"] for e in client.seen if e["type"] == "response.output_audio.delta")
                got = {len(base64.b64decode(delta)) for delta in deltas}
                assert got & sizes
        assert sounds[0] == sounds[1] != b""


async def test_fault_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    async with served() as port, dialled(port, "model=guide&fault=jitter_ms:80&fault=delta_ms:20") as client:
        waits_ms: list[float] = []

        def uniform(low: float, high: float) -> float:
            drawn = draw(low, high)
            if (low, high) == (0, 80):
                waits_ms.append(drawn)
            return drawn

        draw = random.uniform
        monkeypatch.setattr(random, "uniform", uniform)
        began = time.monotonic()
        await client.ask("response.create", "response.done")
        assert len(waits_ms) == client.kinds().count("response.output_audio.delta")
        assert time.monotonic() - began > sum(waits_ms) / 1000 * 0.95


async def test_fault_pace() -> None:
    async with served() as port, dialled(port, "model=guide&fault=pace:1") as client:
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "word " * 15}]}
        await client.send("conversation.item.create", item=item)
        began = time.monotonic()
        await client.ask("response.create", "response.done")
        sound_s = pcm.ms_of(len(audio_of(client.seen))) / 1000
        assert time.monotonic() - began > (sound_s - 1) * 0.95  # at the usual pace a quarter of that


@pytest.mark.parametrize("fault", ["drop_after_s:0.2", "drop_after_events:4"])
async def test_fault_the_line_drops(fault: str) -> None:
    async with served() as port, dialled(port, f"model=guide&fault={fault}") as client:
        with pytest.raises(ConnectionClosedError):
            await client.ask("response.create", "never")
        assert client.socket.close_code == 1006


async def test_fault_stall() -> None:
    async with served() as port, dialled(port, "model=guide&fault=stall_after_events:5") as client:
        await client.send("response.create")
        assert len(await client.quiet(0.3)) == 3
        pong = await client.socket.ping()
        assert await asyncio.wait_for(pong, 2) >= 0


async def test_fault_no_session_updated() -> None:
    async with served() as port, dialled(port, "model=guide&fault=no_session_updated") as client:
        await client.send("session.update", session={"type": "realtime", "output_modalities": ["text"]})
        await client.ask("response.create", "response.done")
        kinds = client.kinds()
        assert "session.updated" not in kinds and "response.output_text.done" in kinds


async def test_fault_garbage() -> None:
    async with served() as port, dialled(port, "model=guide&fault=garbage") as client:
        frames: list[Any] = [await client.socket.recv() for _ in range(4)]
        with pytest.raises(ValueError):
            json.loads(frames[0])
        assert isinstance(frames[1], bytes)
        assert json.loads(frames[2])["type"] == "something.never.heard.of"
        with pytest.raises(ValueError):
            base64.b64decode(json.loads(frames[3])["delta"], validate=True)
        await client.update(instructions="and now seriously")


async def test_a_server_that_is_not_made_to_fail_takes_no_orders_to() -> None:
    async with served(behaviour=Behaviour()) as port, dialled(port, "model=guide&fault=no_session_updated") as client:
        await client.update(instructions="hi")


def test_faults_add_up_and_unknown_ones_are_named() -> None:
    assert with_faults(Faults(odd=1), ["pace=2", "delta_ms:20.5"]) == Faults(odd=1, pace=2, delta_ms=20.5)
    for wish in ("boredom=1", "pace=quick"):
        with pytest.raises(Problem) as problem:
            with_faults(Faults(), [wish])
        assert problem.value.exit_code is ExitCode.USAGE and problem.value.hint


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(ServerOptions(TOKEN))


async def test_a_client_that_cannot_be_answered_any_more_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with served() as port, dialled(port) as client:

        def unsayable(message: object) -> str:
            raise RecursionError

        monkeypatch.setattr("tutor_tui.offline_server.transport.websocket.json.dumps", unsayable)
        await client.socket.send('{"type": "input_audio_buffer.clear"}')
        with pytest.raises(ConnectionClosedError):
            await client.next()
