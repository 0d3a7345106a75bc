"""The HTTP side, by the official SDK and by hand: transcriptions, chat, speech, models, and every refusal."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import math
import subprocess
import sys
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from openai import AsyncOpenAI, AuthenticationError, BadRequestError, InternalServerError, NotFoundError
from openai.types.audio import TranscriptionVerbose

from tests.offline_server.client import (
    TOKEN,
    TinyRecogniser,
    TinyTutoring,
    TinyVoice,
    dialled,
    served,
    speech,
    spoken_word,
)
from tests.offline_server.http.test_sdk_client import LESSON
from tests.support.fair_clock import FairClock
from tutor_tui.core import pcm
from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import HeardPiece, HeardWord, Hearing, Match
from tutor_tui.offline_server.ports.unavailable import Tell, Unavailable
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS

FORM = {"model": "pocketsphinx"}


def wav_of(sound: bytes, rate_hz: int = pcm.RATE_HZ, channels: int = 1, width: int = 2) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(sound)
    return buffer.getvalue()


@asynccontextmanager
async def sdk(tutoring: Any = None, **options: Any) -> AsyncIterator[AsyncOpenAI]:
    """The official client, on a server of its own."""
    async with served(tutoring, **options) as port, client_at(port) as client:
        yield client


def client_at(port: int, key: str = TOKEN) -> AsyncOpenAI:
    return AsyncOpenAI(api_key=key, base_url=f"http://127.0.0.1:{port}/v1", max_retries=0)


@asynccontextmanager
async def browser(tutoring: Any = None, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends what it is told to."""
    async with served(tutoring, **options) as port:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            yield client


def refused(response: httpx.Response, status: int) -> dict[str, Any]:
    """The error in a refusal, which has the service's shape."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].startswith("application/json")
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"].endswith(".")
    assert error["code"]
    return error


# ---- with a real recogniser, guide and voice ------------------------------------------------------------------------


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


# ---- transcriptions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate_hz", "channels", "width"), [(24_000, 1, 2), (16_000, 1, 2), (48_000, 2, 2), (8_000, 1, 1), (44_100, 2, 3)]
)
async def test_any_wav_is_heard_for_as_long_as_it_lasts(rate_hz: int, channels: int, width: int) -> None:
    tutoring = TinyTutoring()
    async with sdk(tutoring) as client:
        file = wav_of(bytes([128 if width == 1 else 0]) * (rate_hz * channels * width), rate_hz, channels, width)
        heard = await client.audio.transcriptions.create(file=("a.wav", file), model="x")
    assert heard.text == "spoke 1000"
    assert heard.usage is not None
    assert heard.usage.type == "duration"
    assert heard.usage.seconds == 1.0
    assert ("given back", "en") in tutoring.log


@pytest.mark.parametrize("width", [1, 2, 3, 4])
async def test_a_sample_keeps_its_place_whatever_its_width(width: int) -> None:
    from tutor_tui.offline_server.http.speech import samples_in

    wanted = np.array([0, 16_384, -16_384, 32_512, -32_768], np.int32)
    if width == 1:
        raw = (wanted // 256 + 128).astype(np.uint8).tobytes()
    else:
        raw = b"".join(int(each * 256 ** (width - 2)).to_bytes(width, "little", signed=True) for each in wanted)
    got = np.frombuffer(samples_in(wav_of(raw, width=width)), "<i2")
    assert got.tolist() == wanted.tolist()


async def test_the_answer_may_be_text_or_verbose() -> None:
    async with browser() as client:
        files = {"file": ("a.wav", wav_of(pcm.silence(500)))}
        url = "/v1/audio/transcriptions"
        text = await client.post(url, files=files, data=FORM | {"response_format": "text"})
        assert text.text == "spoke 500\n"
        verbose = await client.post(url, files=files, data=FORM | {"response_format": "verbose_json"})
        assert (verbose.json()["duration"], verbose.json()["language"]) == (0.5, "en")


class PromptedTutoring(TinyTutoring):
    """Hears two words, the second nobody knows where, and takes prompts."""

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> TinyRecogniser:
        self.log.append(("listens", language, other))
        return Prompted(self.log)


class Prompted(TinyRecogniser):
    def prompt(self, text: str) -> None:
        self.log.append(("prompt", text))

    def finish(self) -> Hearing:
        words = (HeardWord("ten", begin_ms=120, end_ms=480), HeardWord("clubs"))
        return Hearing("ten clubs", words=words, language="ko")


async def test_languages_and_a_prompt_reach_the_recogniser_and_words_come_with_their_times() -> None:
    tutoring = PromptedTutoring()
    async with sdk(tutoring) as client:
        heard = await client.audio.transcriptions.create(
            file=("a.wav", wav_of(pcm.silence(500))),
            model="x",
            languages=["en-US", "KO"],
            prompt="Cards.",
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
        )
    judged = TranscriptionVerbose.model_validate_json(heard.model_dump_json(), strict=True)
    assert (judged.text, judged.language, judged.duration) == ("ten clubs", "ko", 0.5)
    assert judged.words is not None
    assert [(word.word, word.start, word.end) for word in judged.words] == [("ten", 0.12, 0.48)]
    assert tutoring.log[1:4] == [("listens", "en", "ko"), ("expect", []), ("prompt", "Cards.")]


async def test_times_that_nobody_asked_for_are_not_told() -> None:
    async with sdk(PromptedTutoring()) as client:
        file = ("a.wav", wav_of(pcm.silence(500)))
        heard = await client.audio.transcriptions.create(file=file, model="x", response_format="verbose_json")
    assert heard.words == []


class SureTutoring(TinyTutoring):
    """Hears a sentence that was listened for, as surely as it is told to."""

    def __init__(self, heard: Hearing) -> None:
        super().__init__()
        self._heard = heard

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> TinyRecogniser:
        return Sure(self.log, heard_as=self._heard)


@dataclass
class Sure(TinyRecogniser):
    heard_as: Hearing = field(default_factory=Hearing)

    def finish(self) -> Hearing:
        return self.heard_as


CLUBS = (HeardWord("ten"), HeardWord("of"), HeardWord("clubs", is_clear=False))


@pytest.mark.parametrize(
    ("heard", "match", "log_probability"),
    [
        (Hearing("ten of clubs", Match.UNSURE, CLUBS, log_odds=-1.0), "unsure", -1.31),
        (Hearing("ten of clubs", Match.EXPECTED, CLUBS, log_odds=3.0), "expected", -0.05),
        (Hearing("ten of clubs", Match.EXPECTED, CLUBS, log_odds=-math.inf), "expected", -100.0),
    ],
)
async def test_how_surely_a_sentence_was_heard_can_be_seen_in_every_json(
    heard: Hearing, match: str, log_probability: float
) -> None:
    async with sdk(SureTutoring(heard)) as client:

        async def transcribed(style: Any) -> Any:
            file = ("a.wav", wav_of(pcm.silence(500)))
            return await client.audio.transcriptions.create(file=file, model="x", response_format=style)

        short, verbose = await transcribed("json"), await transcribed("verbose_json")
    for answer in (short, verbose):
        assert answer.model_extra["hearing"]["match"] == match
        assert [word["clear"] for word in answer.model_extra["hearing"]["words"]] == [True, True, False]
    judged = TranscriptionVerbose.model_validate_json(verbose.model_dump_json(), strict=True)
    assert judged.segments is not None
    (segment,) = judged.segments
    assert (segment.text, segment.start, segment.end, segment.tokens) == ("ten of clubs", 0.0, 0.5, [])
    assert segment.avg_logprob == pytest.approx(log_probability, abs=0.01)


async def test_free_speech_comes_in_its_pieces() -> None:
    pieces = (HeardPiece("One.", 100, 900, -0.2, 0.01, (5, 6)), HeardPiece("Two two.", 900, 2_000, -0.4, 0.02, (7,)))
    async with sdk(SureTutoring(Hearing("One. Two two.", pieces=pieces))) as client:
        file = ("a.wav", wav_of(pcm.silence(2_000)))
        heard = await client.audio.transcriptions.create(file=file, model="x", response_format="verbose_json")
    judged = TranscriptionVerbose.model_validate_json(heard.model_dump_json(), strict=True)
    assert judged.segments is not None and "hearing" not in (heard.model_extra or {})
    assert [(each.id, each.text, each.start, each.end) for each in judged.segments] == [
        (0, "One.", 0.1, 0.9),
        (1, "Two two.", 0.9, 2.0),
    ]
    assert [each.avg_logprob for each in judged.segments] == [-0.2, -0.4]
    assert [each.tokens for each in judged.segments] == [[5, 6], [7]]
    assert all(0 < each.compression_ratio < 2.4 for each in judged.segments)


async def test_where_nothing_was_said_there_is_no_segment() -> None:
    async with sdk(SureTutoring(Hearing())) as client:
        file = ("a.wav", wav_of(pcm.silence(500)))
        heard = await client.audio.transcriptions.create(file=file, model="x", response_format="verbose_json")
    assert (heard.text, heard.segments) == ("", [])


async def test_a_language_and_a_prompt_reach_what_is_always_installed() -> None:
    """It listens for the sentences of the prompt, in the language; and says of which languages it hears nothing."""
    recording = wav_of(speech("cards-001.wav", 400))
    async with sdk(LocalBackend([])) as client:

        async def heard(language: str, prompt: str) -> str:
            file = ("a.wav", recording)
            create = client.audio.transcriptions.create
            return (await create(file=file, model="x", language=language, prompt=prompt)).text

        assert await heard("de", "Two of hearts. Ten off Klabs.") == "Ten off Klabs."
        assert await heard("de", "Guten Tag.") == ""
        with pytest.raises(InternalServerError, match=r"nothing that is said in 'ru' is heard.*pip install"):
            await heard("ru", "")


@pytest.mark.parametrize(
    ("file", "fields", "param"),
    [
        (wav_of(b""), {"language": "Korean, please"}, "language"),
        (wav_of(b""), {"languages[]": "../ko"}, "language"),
        (wav_of(b""), {"prompt": "x" * 4_097}, "prompt"),
        (wav_of(b""), {"timestamp_granularities[]": "word"}, "timestamp_granularities"),
        (
            wav_of(b""),
            {"timestamp_granularities[]": "letter", "response_format": "verbose_json"},
            "timestamp_granularities",
        ),
        (b"no wav", {}, "file"),
        (b"", {}, "file"),
        (wav_of(b"")[:20], {}, "file"),
        (None, {}, "file"),
        (wav_of(b""), {"response_format": "srt"}, "response_format"),
        (wav_of(b""), {"stream": "true"}, "stream"),
    ],
)
async def test_what_cannot_be_transcribed(file: bytes | None, fields: dict[str, str], param: str) -> None:
    async with browser() as client:
        files = {"file": ("a.wav", file)} if file is not None else {"other": ("a", b"")}
        response = await client.post("/v1/audio/transcriptions", files=files, data=FORM | fields)
        assert refused(response, 400)["param"] == param


async def test_an_empty_recording_is_an_empty_text() -> None:
    async with sdk() as client:
        heard = await client.audio.transcriptions.create(file=("a.wav", wav_of(b"")), model="x")
        assert heard.text == "spoke 0"


async def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    async with browser() as client:
        files = {"file": ("a.wav", bytes(26 * 2**20))}
        assert (
            refused(await client.post("/v1/audio/transcriptions", files=files, data=FORM), 413)["code"] == "too_large"
        )


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x--", 400),
        ("multipart/form-data; boundary=x", b"garbage", 400),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc', 400),
    ],
)
async def test_a_form_that_is_none(content_type: str, body: bytes, status: int) -> None:
    async with browser() as client:
        headers = {"Content-Type": content_type}
        refused(await client.post("/v1/audio/transcriptions", headers=headers, content=body), status)


def test_a_lesson_over_the_socket_loads_neither_aiohttp_nor_aiortc() -> None:
    code = (
        "import sys, tutor_tui.offline_server.__main__; sys.exit('aiohttp' in sys.modules or 'aiortc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- speech ---------------------------------------------------------------------------------------------------------


async def test_speech_as_samples_and_as_wav() -> None:
    wanted = b"".join([spoken_word(0), spoken_word(1), pcm.silence(SENTENCE_PAUSE_MS)])
    tutoring = TinyTutoring()
    async with sdk(tutoring) as client:
        samples = await client.audio.speech.create(
            model="x", voice="alloy", input="Two words", response_format="pcm", speed=0.8
        )
        file = await client.audio.speech.create(model="x", voice="alloy", input="Two words", response_format="wav")
    assert samples.content == wanted
    assert ("spoken at", 0.8) in tutoring.log
    with wave.open(io.BytesIO(file.content)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (pcm.RATE_HZ, 1, 2)
        assert wav.readframes(10**6) == wanted


async def test_sentences_do_not_run_into_each_other_whether_asked_for_at_once_or_one_by_one() -> None:
    async with sdk() as client:

        async def say(words: str) -> bytes:
            sound = await client.audio.speech.create(model="x", voice="alloy", input=words, response_format="pcm")
            return sound.content

        one = b"".join([spoken_word(0), pcm.silence(SENTENCE_PAUSE_MS)])
        assert await say("One. Two.") == await say("One.") + await say("Two.") == one + one


async def test_the_first_sentence_is_heard_before_the_second_is_made() -> None:
    tutoring = TinyTutoring()
    async with sdk(tutoring) as client:
        request = client.audio.speech.with_streaming_response.create(
            model="x", voice="alloy", input="One. Two", response_format="pcm"
        )
        async with request as response:
            pieces = response.iter_bytes()
            tutoring.gate.clear()  # nothing more is made until the first piece is here
            first = await asyncio.wait_for(anext(pieces), 3)
            assert spoken_word(0).startswith(first)
            tutoring.gate.set()


async def test_who_hangs_up_is_not_spoken_to_any_longer() -> None:
    class Endless(TinyTutoring):
        def voice(self, name: str = "", tell: Any = None) -> TinyVoice:
            return Chatterbox(self)

    class Chatterbox(TinyVoice):
        made = 0

        def speak(self, text: str, language: str, speed: float = 1.0) -> Any:
            while True:
                time.sleep(0.01)
                Chatterbox.made += 1
                yield spoken_word(0)

    async with served(Endless()) as port, httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        body = {"model": "x", "voice": "x", "input": "a"}
        url = f"http://127.0.0.1:{port}/v1/audio/speech"
        async with client.stream("POST", url, json=body, headers=headers) as response:
            await anext(response.aiter_raw())
        await asyncio.sleep(0.3)
        made = Chatterbox.made
        await asyncio.sleep(0.3)
        assert Chatterbox.made <= made + 1


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": "   "}, "input"),
        ({"input": "x" * 4_097}, "input"),
        ({"input": None}, "input"),
        ({"input": 5}, "input"),
        ({"response_format": "mp3"}, "response_format"),
        ({"stream_format": "sse"}, "stream_format"),
        ({"speed": 5}, "speed"),
        ({"speed": "fast"}, "speed"),
        ({"speed": True}, "speed"),
    ],
)
async def test_speech_that_cannot_be(change: dict[str, Any], param: str) -> None:
    async with browser() as client:
        body = {"model": "x", "voice": "alloy", "input": "Hello", **change}
        assert refused(await client.post("/v1/audio/speech", json=body), 400)["param"] == param


async def test_a_voice_that_breaks_down_is_said() -> None:
    class Hoarse(TinyTutoring):
        def voice(self, name: str = "", tell: Any = None) -> TinyVoice:
            raise Problem("The voice cannot speak.", "Look it up.")

    async with browser(Hoarse()) as client:
        response = await client.post("/v1/audio/speech", json={"model": "x", "voice": "x", "input": "a"})
        assert refused(response, 500)["message"] == "The voice cannot speak. Look it up."


# ---- the door -------------------------------------------------------------------------------------------------------


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
