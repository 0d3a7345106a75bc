"""Text that is spoken over HTTP."""

from __future__ import annotations

import asyncio
import io
import time
import wave
from typing import Any

import httpx
import pytest

from tests.offline_server.client import (
    TOKEN,
    TinyTutoring,
    TinyVoice,
    served,
    spoken_word,
)
from tests.offline_server.http.visitors import browser, refused, sdk
from tutor_tui.core import pcm
from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS


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
