"""The HTTP side of the offline server: a turn by hand, who is let in, and what is no request."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import AsyncOpenAI, AuthenticationError, BadRequestError, NotFoundError

from tests.offline_server.client import (
    TOKEN,
    TinyRecogniser,
    TinyTutoring,
    dialled,
    served,
    speech,
)
from tests.offline_server.http.test_sdk_client import LESSON
from tests.offline_server.http.visitors import FORM, browser, client_at, refused, sdk, wav_of
from tests.support.fair_clock import FairClock
from tutor_tui.core import pcm
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.ports.unavailable import Unavailable


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[AsyncOpenAI]:
    (tmp_path / "cards.toml").write_text(LESSON)
    async with sdk(LocalBackend([tmp_path]), lesson="cards") as client:
        yield client


@pytest.mark.slow
async def test_a_whole_turn_by_hand_transcribe_chat_speak(real: AsyncOpenAI) -> None:
    recording = wav_of(speech("austen-0880.wav"))
    heard = await real.audio.transcriptions.create(file=("turn.wav", recording), model="pocketsphinx", language="en")
    assert {"not", "young", "man"} <= set(heard.text.split())

    greeting = await real.chat.completions.create(model="guide", messages=[{"role": "user", "content": "Begin."}])
    hello = greeting.choices[0].message.content or ""
    assert hello.startswith("Hello! Let us play cards.")

    answer = await real.chat.completions.create(
        model="guide",
        messages=[
            {"role": "system", "content": "Teach."},
            {"role": "user", "content": "Begin."},
            {"role": "assistant", "content": hello},
            {"role": "user", "content": "ten of clubs"},
        ],
    )
    said = answer.choices[0].message.content or ""
    assert "And which card now?" in said
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0

    async with real.audio.speech.with_streaming_response.create(
        model="espeak-ng", voice="alloy", input=said, response_format="pcm"
    ) as spoken:
        sound = b"".join([piece async for piece in spoken.iter_bytes()])
    assert pcm.ms_of(len(sound)) > 1_000
    assert pcm.dbfs(pcm.samples_of(sound)) > -40


async def test_what_the_voice_says_the_ears_understand(real: AsyncOpenAI) -> None:
    spoken = await real.audio.speech.create(model="espeak-ng", voice="alloy", input="One two three.")
    heard = await real.audio.transcriptions.create(file=("turn.wav", spoken.content), model="pocketsphinx")
    assert set(heard.text.split()) & {"one", "two", "three"}


def test_a_lesson_over_the_socket_loads_neither_aiohttp_nor_aiortc() -> None:
    code = (
        "import sys, tutor_tui.offline_server.__main__; sys.exit('aiohttp' in sys.modules or 'aiortc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_models() -> None:
    async with sdk() as client:
        assert [model.id async for model in client.models.list()] == ["guide", "pocketsphinx", "espeak-ng"]
        assert (await client.models.retrieve("guide")).owned_by == "tutor-tui"
        with pytest.raises(NotFoundError):
            await client.models.retrieve("gpt-nothing")


@pytest.mark.parametrize("path", ["models", "audio/speech", "realtime/calls", "realtime/client_secrets", "nowhere"])
async def test_without_the_token_nothing_is_served(path: str) -> None:
    async with served() as port:
        url = f"http://127.0.0.1:{port}/v1/{path}"
        async with httpx.AsyncClient() as client:
            for key in (b"", b"Bearer wrong", b"Bearer " + TOKEN[:-1].encode(), b"Bearer \xff\xc3\xa9"):
                headers = {b"Authorization": key}
                response = await client.post(url, headers=headers)
                assert refused(response, 401)["code"] == "invalid_api_key"
        with pytest.raises(AuthenticationError):
            await client_at(port, "wrong").models.list()


async def test_wrong_paths_and_methods_are_said() -> None:
    async with browser() as client:
        assert refused(await client.get("/v1/nowhere"), 404)["code"] == "not_found"
        assert refused(await client.get("/v1/audio/speech"), 405)["code"] == "method_not_allowed"
        assert refused(await client.get("/v1/realtime"), 426)["code"] == "upgrade_required"


@pytest.mark.slow
async def test_one_port_serves_a_lesson_and_requests_at_once() -> None:
    async with served() as port, dialled(port) as lesson, client_at(port) as client:
        await client.models.list()
        await lesson.ask("response.create", "response.done")
        answers = await asyncio.gather(*(client.models.list() for _ in range(10)))
        assert len(answers) == 10
        await lesson.ask("response.create", "response.done")


async def test_a_request_in_tiny_pieces_is_understood() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in f"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode():
            writer.write(bytes([byte]))
            await writer.drain()
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 200 OK")
        writer.close()


@pytest.mark.parametrize("rubbish", [b"\x16\x03\x01" + bytes(200) + b"\r\n\r\n", b"HELLO\r\n\r\n", b"GET\r\n\r\n"])
async def test_what_is_no_http_is_answered_and_let_go(rubbish: bytes) -> None:
    async with served() as port, dialled(port) as lesson:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(rubbish)
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer == b"" or answer.startswith(b"HTTP/1.")
        writer.close()
        await lesson.ask("response.create", "response.done")


async def test_a_head_without_end_and_a_visitor_without_words_hold_nothing_up() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 5)
        silent, _ = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.1)
        clock = FairClock()
    assert clock.seconds < 2
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(silent.readexactly(1), 1)


async def test_only_so_many_come_in_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor_tui.offline_server.transport.port_mux.MOST_CONNECTIONS", 2)
    async with served() as port:
        inside = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        reader, _ = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 5)
        inside[0][1].transport.abort()
        async with asyncio.timeout(10):  # until the server has noticed that there is room
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
                        await client.get(f"http://127.0.0.1:{port}/v1/models")
                        break


async def test_the_sdk_reads_our_errors() -> None:
    async with sdk() as client:
        with pytest.raises(BadRequestError) as refusal:
            await client.audio.speech.create(model="x", voice="alloy", input="a", response_format="mp3")
        assert refusal.value.param == "response_format"
        assert json.loads(refusal.value.response.content)["error"]["code"] == "invalid_value"


@pytest.mark.parametrize("failing", ["begin", "feed", "finish"])
async def test_a_recogniser_that_fails_is_not_kept(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise Unavailable("The recogniser stopped.")

    monkeypatch.setattr(TinyRecogniser, failing, fail)
    tutoring = TinyTutoring()
    async with browser(tutoring) as client:
        files = {"file": ("a.wav", wav_of(speech("cards-001.wav")))}
        refused(await client.post("/v1/audio/transcriptions", data=FORM, files=files), 500)
    assert ("discarded",) in tutoring.log
    assert ("given back", "en") not in tutoring.log


def test_a_recogniser_that_ended_is_forgotten() -> None:
    backend = LocalBackend([])
    kept, spare, broken = (backend.recogniser("ko") for _ in range(3))
    for stt in (kept, spare):
        backend.give_back(stt, "ko")
    backend.discard(broken)
    assert backend._made == [kept]
    assert backend.recogniser("ko") is kept
    backend.close()
