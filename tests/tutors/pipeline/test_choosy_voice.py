"""Speech services that do not take all that OpenAI's takes: asked once more without, and remembered."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from tests.openai_api.test_audio_format import wav
from tests.support.speech_services import SPEAK, Answer, error, speech_services, voice
from tests.support.strict_server import StrictServer
from tests.tutors.helpers import Listener, call
from tests.tutors.pipeline.helpers import BY_KEY, pipeline, sound_ms
from tests.tutors.pipeline.test_bad_input import sentences
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.openai_api.http_client import ATTEMPTS
from tutor_tui.openai_api.services import Service

SLOW = replace(BY_KEY, speed=0.8)


async def answered(ear: Listener, count: int = 1) -> None:
    await ear.link.send(cmd.Say("Hi!", f"typed_{count}"))
    assert (await ear.wait(ev.ReplyEnded, count)).status == "completed"


def wav_answer(text: str) -> Answer:
    return Answer(body=wav(voice(text), size=0xFFFFFFFF), content_type="audio/wav")


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, message="response_format must be one of [wav]"),
        Answer(422, b'{"detail":[{"loc":["body","response_format"],"msg":"Input should be \'wav\'"}]}'),
        Answer(200, b"ID3\x04" + bytes(3_000), "audio/mpeg"),
        Answer(200, b"\x1a\x45\xdf\xa3" + bytes(3_000), "audio/webm"),
    ],
)
async def test_a_server_that_speaks_wav_only_is_asked_for_wav(refusal: Answer) -> None:
    async with speech_services(answers=deque(["One.", "Two."])) as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[SPEAK] += [refusal, wav_answer("One."), wav_answer("Two.")]
        await answered(ear)
        await answered(ear, 2)
        assert [request.json["response_format"] for request in server.to(SPEAK)] == ["pcm", "wav", "wav"]
        assert b"".join(event.pcm for event in ear.all(ev.TutorAudio)) == voice("One.") + voice("Two.")
        assert sentences(ear) == []


async def test_a_server_that_has_mp3_only_is_told_by_its_name() -> None:
    async with speech_services(answers=deque(["One."])) as server, call(pipeline(server), BY_KEY) as ear:
        server.always[SPEAK] = Answer(200, b"ID3\x04" + bytes(3_000), "audio/mpeg")
        await answered(ear)
        assert sentences(ear) == ["The speech service sent MP3 instead of raw PCM or WAV."]
        assert [request.json["response_format"] for request in server.to(SPEAK)] == ["pcm", "wav"]
        assert sound_ms(ear.events) == 0


@pytest.mark.parametrize(
    ("refusal", "times"),
    [
        (error(400, message="Unknown field: speed"), 1),
        (error(422, message="Extra inputs are not permitted"), 1),
        (error(500, message="speed is not supported"), 1),
        (error(500, message="Something with the speed broke."), ATTEMPTS),
    ],
)
async def test_a_service_that_takes_no_pace_is_asked_without(refusal: Answer, times: int) -> None:
    async with speech_services(answers=deque(["One.", "Two."])) as server, call(pipeline(server), SLOW) as ear:
        server.faults[SPEAK] += [refusal] * times
        await answered(ear)
        await answered(ear, 2)
        assert [request.json.get("speed") for request in server.to(SPEAK)] == [*[0.8] * times, None, None]
        assert sentences(ear) == ["The speech service takes no pace: it speaks at its own."]
        assert sound_ms(ear.events) > 0


async def test_instructions_that_are_not_taken_are_left_out() -> None:
    async with speech_services(answers=deque(["One.", "Two."])) as server:
        speak = server.service("voice", options={"instructions": "Cheerful."})
        async with call(pipeline(server, speak=speak), SLOW) as ear:
            server.faults[SPEAK].append(error(400, message="instructions: not permitted"))
            await answered(ear)
            await answered(ear, 2)
            asked = [(request.json.get("speed"), request.json.get("instructions")) for request in server.to(SPEAK)]
            assert asked == [(0.8, "Cheerful."), (0.8, None), (0.8, None)]


async def test_a_fault_that_is_not_the_paces_leaves_the_pace() -> None:
    async with speech_services(answers=deque(["One.", "Two."])) as server, call(pipeline(server), SLOW) as ear:
        server.always[SPEAK] = error(500)
        await answered(ear)
        assert sentences(ear) == ["The speech service has a fault of its own (HTTP 500)."]
        server.always.clear()
        await answered(ear, 2)
        assert server.to(SPEAK)[-1].json["speed"] == 0.8


async def test_a_voice_that_the_service_does_not_have_is_told_and_a_listed_one_reads_the_whole_lesson() -> None:
    async with speech_services(answers=deque(["One. Two.", "Three."])) as server, call(pipeline(server), BY_KEY) as ear:
        listed = b'{"detail":{"message":"Voice \'marin\' not found. Available voices: af_heart, am_adam"}}'
        server.faults[SPEAK].append(Answer(400, listed))
        await answered(ear)
        await answered(ear, 2)
        assert sorted({request.json["voice"] for request in server.to(SPEAK)}) == ["af_heart", "marin"]
        assert server.to(SPEAK)[-1].json["voice"] == "af_heart"
        assert sentences(ear) == ["The speech service does not have the voice marin: af_heart reads."]
        assert ear.all(ev.Trouble)[0].hint == "Choose another in pipeline.speak_voice: af_heart, am_adam"
        assert sound_ms(ear.events) > 0


async def test_a_voice_that_a_realtime_server_refuses_is_replaced_too() -> None:
    async with speech_services(answers=deque(["One.", "Two."])) as server, StrictServer() as strict:
        speak = Service(strict.base_url, "my-own", "test", is_realtime=True, voice="fable")
        async with call(pipeline(server, speak=speak), BY_KEY) as ear:
            await answered(ear)
            strict.drop()
            await strict.sessions[0].connection.wait_closed()
            await answered(ear, 2)
            used = [session.session["audio"]["output"]["voice"] for session in strict.sessions]
            assert used == ["echo", "echo"]
            assert sentences(ear) == ["The speech service does not have the voice fable: echo reads."]
