"""Whatever the voice does: what it should say is read instead, told once, and the next answer tries again."""

from __future__ import annotations

from collections import deque

import pytest

from tests.support.speech_services import (
    CHAT,
    SPEAK,
    Answer,
    error,
    speech_services,
)
from tests.tutors.helpers import call
from tests.tutors.pipeline.helpers import BY_KEY, pipeline, sound_ms
from tests.tutors.pipeline.test_bad_input import sentences
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd

SPEECH_FAULTS: dict[str, tuple[Answer, str]] = {
    "JSON": (Answer(body=b'{"audio": "x"}'), "The speech service sent application/json instead of sound."),
    "JSON called audio": (
        Answer(body=b'{"audio": "x"}', content_type="audio/pcm"),
        "sent JSON instead of raw PCM or WAV.",
    ),
    "a web page": (Answer(body=b"<html>", content_type="text/html"), "The speech service sent text/html instead"),
    "WAV": (
        Answer(body=b"RIFF\0\0\0\0WAVE", content_type="audio/wav"),
        "sent a WAV file without sound instead of raw PCM or WAV.",
    ),
    "MP3": (Answer(body=b"ID3\x04" + bytes(99), content_type="audio/mpeg"), "sent MP3 instead of raw PCM or WAV."),
    "half a sample": (Answer(body=b"\x01", content_type="audio/pcm"), "The speech service sent no sound."),
    "nothing": (Answer(content_type="audio/pcm"), "The speech service sent no sound."),
    "silent": (Answer(content_type="audio/pcm", hang=True), "The speech service does not answer in time."),
    "a fault": (error(500, retry_after="60"), "The speech service asks for a pause of 60 s (HTTP 500)."),
    "endless": (Answer(body=bytes(9_000_000), content_type="audio/pcm"), "The speech service sent sound without end."),
}


@pytest.mark.parametrize("fault", SPEECH_FAULTS)
async def test_without_a_voice_the_answer_is_read(fault: str) -> None:
    answer, sentence = SPEECH_FAULTS[fault]
    answers = deque(["One. Two. Three."] * 2)
    async with speech_services(answers=answers) as server, call(pipeline(server, patience_s=0.5), BY_KEY) as ear:
        server.always[SPEAK] = answer
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert len(sentences(ear)) == 1, "told once, not for each sentence"
        assert sentence in sentences(ear)[0]
        assert "as text" in ear.all(ev.Trouble)[0].hint
        assert ear.all(ev.TutorTextDone)[0].text == "One. Two. Three."
        heard = sound_ms(ear.events)
        server.always.clear()
        await ear.link.send(cmd.Say("Hi!", "typed_2"))
        await ear.wait(ev.ReplyEnded, 2)
        assert sound_ms(ear.events) > heard, "the next answer tries again"
        assert {"role": "assistant", "content": "One. Two. Three."} in server.to(CHAT)[1].json["messages"]


async def test_sound_that_breaks_off_is_kept_and_the_rest_is_read() -> None:
    async with speech_services(answers=deque(["One. Two. Three."])) as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[SPEAK].append(Answer(body=bytes(4_801), content_type="audio/pcm", cut=True))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        assert sentences(ear) == ["The speech service broke off."]
        assert sound_ms(ear.events) == 100
        assert len(ear.all(ev.TutorAudioDone)) == 1


async def test_a_voice_that_refuses_the_key_is_not_asked_again() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.always[SPEAK] = error(401)
        for count in (1, 2, 3):
            await ear.link.send(cmd.Say("Hi!", f"typed_{count}"))
            assert (await ear.wait(ev.ReplyEnded, count)).status == "completed"
        assert sentences(ear) == ["The speech service refuses the API key (HTTP 401)."]
        assert len(server.to(SPEAK)) <= 2
        assert len(ear.all(ev.TutorTextDone)) == 3


async def test_without_a_voice_a_stopped_answer_keeps_what_was_shown() -> None:
    answers = deque(["One two. Three four five six seven.", "Yes."])
    async with speech_services(answers=answers, word_s=0.05) as server, call(pipeline(server), BY_KEY) as ear:
        server.always[SPEAK] = error(401)
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.TutorTextDelta, 5)
        await ear.link.send(cmd.Interrupt("key"))
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.Say("Go on.", "typed_2"))
        await ear.wait(ev.ReplyEnded, 2)
        kept = server.to(CHAT)[1].json["messages"][-2]["content"]
        assert kept.startswith("One two. Three four five")
        assert kept == ear.all(ev.TutorTextDone)[0].text
