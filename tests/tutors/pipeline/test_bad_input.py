"""Whatever a service does: one clear sentence, the lesson goes on in what still works, nothing said so far is lost."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.speech_services import (
    CHAT,
    SPEAK,
    TRANSCRIBE,
    Answer,
    SpeechServices,
    chunk,
    error,
    speech_services,
    sse,
)
from tests.tutors.helpers import Listener, call
from tests.tutors.pipeline.helpers import BY_KEY, noise, pipeline, sound_ms
from tutor_tui.core import commands as cmd
from tutor_tui.core import events as ev
from tutor_tui.core.plan import HistoryLine
from tutor_tui.core.problems import LinkLost, Problem
from tutor_tui.tutors.pipeline import link as pipeline_link
from tutor_tui.tutors.pipeline.services import Service
from tutor_tui.tutors.pipeline.tutor import PipelineTutor

GONE = "http://127.0.0.1:9/v1"
"""Nobody listens on the discard port."""


async def press_a_turn(ear: Listener, ms: int = 300) -> None:
    await ear.link.send(cmd.BeginTurn())
    ear.link.hear(noise(ms))
    await ear.link.send(cmd.EndTurn())


def sentences(ear: Listener) -> list[str]:
    return [trouble.title for trouble in ear.all(ev.Trouble)]


# ---- transcription --------------------------------------------------------------------------------------------------

TRANSCRIPTION_FAULTS: dict[str, tuple[Answer, str]] = {
    "refused key": (error(401, "invalid_api_key"), "The transcription service refuses the API key (HTTP 401)."),
    "no such model": (error(404), "The transcription service does not have this address or model (HTTP 404)."),
    "bad request": (error(400, message="Bad audio."), "refuses how we asked (HTTP 400)."),
    "no credit": (error(429, "insufficient_quota"), "The account of the transcription service has no credit left."),
    "long pause": (error(429, retry_after="60"), "The transcription service asks for a pause (HTTP 429)."),
    "redirected": (Answer(302, headers=(("location", "http://127.0.0.1:9/"),)), "refuses how we asked (HTTP 302)."),
    "silent": (Answer(hang=True, before_s=9), "The transcription service does not answer in time."),
    "cut": (Answer(body=b'{"te', cut=True), "The transcription service broke off."),
    "not JSON": (Answer(body=b"<html>"), "The transcription service sent something that is not JSON."),
    "no text": (Answer(body=b'{"words": 3}'), "The transcription service sent JSON without a text in it."),
    "a list": (Answer(body=b"[1]"), "The transcription service sent JSON without a text in it."),
    "deep": (Answer(body=b"[" * 100_000), "The transcription service sent something that is not JSON."),
    "endless": (Answer(body=b" " * 5_000_000), "The transcription service sent an answer without end."),
    "empty": (Answer(body=b'{"text": " \\n"}'), "No words could be made out."),
}


@pytest.mark.parametrize("fault", TRANSCRIPTION_FAULTS)
async def test_without_transcription_one_can_still_type(fault: str) -> None:
    answer, sentence = TRANSCRIPTION_FAULTS[fault]
    async with speech_services() as server, call(pipeline(server, patience_s=0.5), BY_KEY) as ear:
        server.always[TRANSCRIBE] = answer
        await press_a_turn(ear)
        ended = await ear.wait(ev.ReplyEnded)
        assert (ended.status, ended.reason) == ("cancelled", "nothing understood")
        turn = ear.all(ev.LearnerTurnKept)[0].item_id
        assert ear.all(ev.LearnerTextFailed) == [ev.LearnerTextFailed(turn)]
        assert len(sentences(ear)) == 1
        assert sentence in sentences(ear)[0]
        assert "typ" in ear.all(ev.Trouble)[0].hint
        assert server.to(CHAT) == [], "silence is not answered"
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        assert sound_ms(ear.events) > 0


async def test_another_language_is_told_once_and_answered() -> None:
    async with speech_services(languages=["fr"], texts=deque(["Bonjour."] * 2)) as server:
        async with call(pipeline(server), BY_KEY) as ear:
            for count in (1, 2):
                await press_a_turn(ear)
                assert (await ear.wait(ev.ReplyEnded, count)).status == "completed"
            assert sentences(ear) == ["That was taken for French."]
        for same in (["en"], ["de-AT"], ["English"], [], ["EN", "fr"]):
            server.languages = same
            async with call(pipeline(server), BY_KEY) as ear:
                await press_a_turn(ear)
                await ear.wait(ev.ReplyEnded)
                assert sentences(ear) == []


async def test_a_slip_of_the_key_is_told_and_not_sent() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await press_a_turn(ear, 50)
        assert (await ear.wait(ev.Trouble)).title == "That was too short to hear."
        await ear.wait(ev.ReplyEnded)
        assert server.requests == []


# ---- chat -----------------------------------------------------------------------------------------------------------

FULL = [chunk("One. "), chunk("Two."), chunk("", "stop")]
CHAT_FAULTS: dict[str, tuple[Answer, str, str]] = {
    "bad request": (error(400, message="Too long."), "The chat service at 127.0.0.1", ""),
    "long pause": (error(429, retry_after="60"), "The chat service asks for a pause (HTTP 429).", ""),
    "silent": (Answer(hang=True, before_s=9), "The chat service does not answer in time.", ""),
    "cut in the middle": (sse(*FULL[:1], done=False, cut=True), "The chat service broke off.", "One. "),
    "ended in the middle": (
        sse(*FULL[:1], done=False),
        "The chat service broke off in the middle of the answer.",
        "One. ",
    ),
    "hanging in the middle": (
        Answer(body=sse(*FULL[:1], done=False).body, content_type="text/event-stream", hang=True),
        "The chat service does not answer in time.",
        "One. ",
    ),
    "an error in the middle": (
        sse(*FULL[:1], {"error": {"message": "Out of memory."}}),
        "The chat service reports an error.",
        "One. ",
    ),
    "half an event": (sse('{"choices": [{"del', done=False, cut=True), "The chat service broke off.", ""),
    "nothing that can be read": (
        sse("nonsense", {"a": 1}, "[]", done=False),
        "The chat service sent nothing that can be read.",
        "",
    ),
    "an empty body": (Answer(content_type="text/event-stream"), "sent nothing that can be read.", ""),
    "a web page": (Answer(body=b"<html>", content_type="text/html"), "The chat service sent text/html instead", ""),
    "a line without end": (
        Answer(body=b"data: " + b"x" * 3_000_000, content_type="text/event-stream"),
        "The chat service sent a line without end.",
        "",
    ),
    "an empty answer": (sse(chunk("", "stop")), "The tutor had nothing to say.", ""),
    "wrong types": (
        sse({"choices": [{"delta": {"content": 5}}]}, {"choices": "x"}, {"choices": [7]}, chunk("", "stop")),
        "The tutor had nothing to say.",
        "",
    ),
}


@pytest.mark.parametrize("fault", CHAT_FAULTS)
async def test_what_the_chat_said_stays_and_r_asks_again(fault: str) -> None:
    answer, sentence, said = CHAT_FAULTS[fault]
    async with speech_services() as server, call(pipeline(server, patience_s=0.5), BY_KEY) as ear:
        server.faults[CHAT].append(answer)
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "failed"
        assert len(sentences(ear)) == 1
        assert sentence in sentences(ear)[0]
        assert [done.text for done in ear.all(ev.TutorTextDone)] == ([said] if said else [])
        assert [request.json["input"] for request in server.to(SPEAK)] == ([said.strip()] if said else [])
        await ear.link.send(cmd.Repeat())
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        if said:
            assert ear.all(ev.TutorTextDone)[-1].text == said.strip(), "the half answer is there to be repeated"
        else:
            assert server.to(CHAT)[-1].json["messages"][-1] == {"role": "user", "content": "Hi!"}


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (error(401, "invalid_api_key"), "The chat service refuses the API key (HTTP 401)."),
        (error(403), "The chat service refuses the API key (HTTP 403)."),
        (error(404, "model_not_found"), "The chat service does not have this address or model (HTTP 404)."),
        (error(429, "insufficient_quota"), "The account of the chat service has no credit left."),
    ],
)
async def test_a_chat_that_never_will_ends_the_lesson_with_the_reason(answer: Answer, title: str) -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.always[CHAT] = answer
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert (lost.title, lost.retry) == (title, False)
        assert "pipeline.chat" in lost.hint or "credit" in lost.hint
        assert ear.all(ev.ReplyEnded)[0].status == "failed"
        with pytest.raises(LinkLost):
            await ear.link.send(cmd.Repeat())
        assert len(server.to(CHAT)) == 1, "a refusal is not asked again"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_busy_service_is_asked_again_before_anybody_hears_of_it(status: int) -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        for path in (TRANSCRIBE, CHAT, SPEAK):
            server.faults[path].append(error(status, retry_after="0.05"))
        await press_a_turn(ear)
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert sentences(ear) == []
        assert sound_ms(ear.events) > 0


async def test_a_service_that_stays_busy_is_asked_three_times() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.always[CHAT] = error(500, retry_after="0.02")
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        assert sentences(ear) == ["The chat service has a fault of its own (HTTP 500)."]
        assert len(server.to(CHAT)) == 3


async def test_an_event_that_cannot_be_read_is_left_out() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(sse(FULL[0], "{{{", ": comment", *FULL[1:]))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.TutorTextDone)[0].text == "One. Two."
        assert {unknown.kind for unknown in ear.all(ev.Unknown)} == {"malformed chat event"}


async def test_a_server_that_does_not_stream_is_understood() -> None:
    message = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "One."}, "finish_reason": "stop"}]}
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(Answer(body=json.dumps(message).encode()))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.TutorTextDone)[0].text == "One."


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_answer_that_was_not_finished_is_told(reason: str) -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(sse(chunk("One and"), chunk("", reason)))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        ended = await ear.wait(ev.ReplyEnded)
        assert (ended.status, ended.reason) == ("incomplete", reason)
        assert len(sentences(ear)) == 1


async def test_text_may_be_cut_anywhere_even_within_a_character_or_hold_odd_ones() -> None:
    body = sse(chunk("안녕\u2028하세요\ud800! 네."), chunk("", "stop")).body.replace(b"\\u2028", "\u2028".encode())
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.chat_bytes = [body[at : at + 1] for at in range(len(body))]
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.TutorTextDone)[0].text == "안녕\u2028하세요\ufffd! 네."


# ---- speech ---------------------------------------------------------------------------------------------------------

SPEECH_FAULTS: dict[str, tuple[Answer, str]] = {
    "JSON": (Answer(body=b'{"audio": "x"}'), "The speech service sent application/json instead of sound."),
    "JSON called audio": (Answer(body=b'{"audio": "x"}', content_type="audio/pcm"), "sent JSON instead of raw PCM."),
    "a web page": (Answer(body=b"<html>", content_type="text/html"), "The speech service sent text/html instead"),
    "WAV": (Answer(body=b"RIFF\0\0\0\0WAVE", content_type="audio/wav"), "sent WAV instead of raw PCM."),
    "MP3": (Answer(body=b"ID3\x04" + bytes(99), content_type="audio/mpeg"), "sent MP3 instead of raw PCM."),
    "half a sample": (Answer(body=b"\x01", content_type="audio/pcm"), "The speech service sent no sound."),
    "nothing": (Answer(content_type="audio/pcm"), "The speech service sent no sound."),
    "silent": (Answer(content_type="audio/pcm", hang=True), "The speech service does not answer in time."),
    "a fault": (error(500, retry_after="60"), "The speech service has a fault of its own (HTTP 500)."),
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
        assert kept == ear.all(ev.TutorTextDone)[0].text or kept == ear.all(ev.TutorTextDone)[1].text


# ---- the line -------------------------------------------------------------------------------------------------------


async def test_nothing_listens_there() -> None:
    everywhere = {name: Service(GONE, name) for name in ("transcribe", "chat", "speak")}
    async with speech_services() as server, call(pipeline(server, **everywhere), BY_KEY) as ear:
        await press_a_turn(ear)
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded, 2)
        assert sentences(ear) == [
            "Nothing answers at 127.0.0.1:9, where the transcription service should be.",
            "Nothing answers at 127.0.0.1:9, where the chat service should be.",
        ]
        assert "pipeline.chat" in ear.all(ev.Trouble)[1].hint


async def test_each_service_has_its_own_address_model_and_key() -> None:
    async with speech_services() as ear_server, speech_services() as mind_server, speech_services() as voice_server:
        tutor = pipeline(
            ear_server,
            transcribe=ear_server.service("ear-1", api_key="key-1"),
            chat=mind_server.service("mind-1", api_key="key-2", options={"temperature": 0.3, "max_tokens": None}),
            speak=voice_server.service("voice-1", options={"voice": "af_heart"}),
        )
        async with call(tutor, BY_KEY) as ear:
            await press_a_turn(ear)
            await ear.wait(ev.ReplyEnded)
        assert [request.path for request in ear_server.requests] == [TRANSCRIBE]
        assert ear_server.requests[0].headers["authorization"] == "Bearer key-1"
        assert ear_server.requests[0].form["model"] == [b"ear-1"]
        assert {request.path for request in mind_server.requests} == {CHAT}
        assert mind_server.requests[0].headers["authorization"] == "Bearer key-2"
        body = mind_server.requests[0].json
        assert (body["model"], body["temperature"], "max_tokens" in body) == ("mind-1", 0.3, False)
        assert "authorization" not in voice_server.requests[0].headers
        assert (voice_server.requests[0].json["model"], voice_server.requests[0].json["voice"]) == (
            "voice-1",
            "af_heart",
        )


def test_openai_and_the_others_are_asked_in_their_own_words() -> None:
    openai = Service(model="gpt-6-luna").provider
    assert openai.chat_fields("gpt-6-luna") == {
        "max_completion_tokens": 1_024,
        "stream_options": {"include_usage": True},
        "reasoning_effort": "none",
    }
    assert "reasoning_effort" not in openai.chat_fields("gpt-4o-mini")
    assert Service("http://127.0.0.1:11434/v1", "llama").provider.chat_fields("llama") == {"max_tokens": 1_024}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://example.org/v1", ""),
        ("ws://127.0.0.1:1/v1", ""),
        ("127.0.0.1:1/v1", ""),
        ("http://127.0.0.1:1", ""),
        ("http://exa mple.org:1/v1", ""),
        ("http://[::1/v1", ""),
        ("http://user:password@127.0.0.1:1/v1", ""),
        ("http://127.0.0.1:1/v1", "a key"),
        ("http://127.0.0.1:1/v1", "schlüssel"),
    ],
)
def test_an_address_or_key_that_cannot_be_right_is_refused_at_once(url: str, key: str) -> None:
    with pytest.raises(Problem) as caught:
        Service(url, "m", key)
    assert caught.value.hint
    assert "password" not in str(caught.value).replace("holds a password", "")


@pytest.mark.parametrize("odd", [date(2026, 11, 21), {1, 2}, b"x", "\ud800", float("nan")])
def test_extra_fields_that_no_request_can_carry_are_refused_at_once(odd: object) -> None:
    with pytest.raises(Problem, match="JSON cannot"):
        Service("http://127.0.0.1:1/v1", "m", options={"extra": odd})


async def test_extra_fields_go_with_each_request() -> None:
    extra = {"temperature": 0.2, "keywords[]": ["a", "b"], "chunking_strategy": {"type": "server_vad"}}
    async with speech_services() as server:
        tutor = pipeline(server, transcribe=server.service("ear", options={**extra, "language": None}))
        async with call(tutor, BY_KEY) as ear:
            await press_a_turn(ear)
            assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        form = server.to(TRANSCRIBE)[0].form
        assert "language" not in form
        assert (form["temperature"], form["keywords[]"]) == ([b"0.2"], [b"a", b"b"])
        assert json.loads(form["chunking_strategy"][0]) == {"type": "server_vad"}


async def test_half_a_character_typed_pasted_or_told_by_a_profile_is_no_trouble() -> None:
    plan = replace(BY_KEY, instructions="Teach \ud83d.", history=(HistoryLine("tutor", "\udead"),))
    async with speech_services() as server, call(pipeline(server), plan) as ear:
        await ear.link.send(cmd.Say("Hi \ud800!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        contents = [message["content"] for message in server.to(CHAT)[0].json["messages"]]
        assert contents == ["Teach \ufffd.", "\ufffd", "Hi \ufffd!"]


async def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks9://127.0.0.1:1")
    async with speech_services() as server:
        with pytest.raises(LinkLost, match="proxy") as caught:
            async with pipeline(server).connect(BY_KEY):
                pass
        assert not caught.value.retry


async def test_a_proxy_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"


async def test_keys_and_words_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with speech_services(texts=deque(["my secret"]), answers=deque(["your secret"])) as server:
        keyed = {name: server.service("m", api_key="sk-hidden") for name in ("transcribe", "chat", "speak")}
        async with call(pipeline(server, **keyed), BY_KEY) as ear:
            await press_a_turn(ear)
            await ear.wait(ev.ReplyEnded)
            told = caplog.text + repr(keyed) + repr(ear.link)
    assert "secret" not in told
    assert "hidden" not in told


async def test_leaving_in_the_middle_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    async with speech_services(first_word_s=30.0) as server:
        async with pipeline(server).connect(BY_KEY) as link:
            await link.send(cmd.Say("Hi!", "typed_1"))
            await server.until(lambda: bool(server.to(CHAT)))
            began = time.monotonic()
        assert time.monotonic() - began < 1.0
        await server.until(lambda: server.to(CHAT)[0].left)
        with pytest.raises(LinkLost):
            await link.send(cmd.Repeat())


async def test_a_fault_of_ours_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*arguments: Any) -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline_link, "transcribe", broken)
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await press_a_turn(ear)
        assert isinstance(await ear.end(), ZeroDivisionError)


def test_models_that_are_going_are_named() -> None:
    tutor = PipelineTutor(Service(model="whisper-1"), Service(model="gpt-4o-mini"), Service(model="tts-1"))
    warnings = tutor.warnings(date(2026, 11, 21))
    assert [warning.split()[0] for warning in warnings] == ["whisper-1", "gpt-4o-mini", "tts-1"]
    assert all("will be switched off on 2027-" in warning for warning in warnings)
    assert tutor.capabilities.costs_money
    local = SpeechServices(port=1)
    assert not pipeline(local).capabilities.costs_money
    assert pipeline(local).warnings(date(2026, 11, 21)) == []
