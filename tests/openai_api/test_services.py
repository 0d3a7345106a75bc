"""Three services, each with an address, a model and a key of its own: what goes to whom, and what cannot be."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.fair_clock import FairClock
from tests.support.paths import folders_below
from tests.support.speech_services import (
    CHAT,
    TRANSCRIBE,
    SpeechServices,
    speech_services,
)
from tests.tutors.helpers import call
from tests.tutors.pipeline.helpers import BY_KEY, pipeline
from tests.tutors.pipeline.test_bad_input import press_a_turn, sentences
from tutor_tui.app.tutor_choice import TutorPool
from tutor_tui.config.load import load
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost, Problem
from tutor_tui.openai_api import failures
from tutor_tui.openai_api.services import CHAT as CHAT_PART
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.pipeline import transcripts as pipeline_transcripts
from tutor_tui.tutors.pipeline.tutor import PipelineTutor

GONE = "http://127.0.0.1:9/v1"
"""Nobody listens on the discard port."""


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


def test_where_ollama_should_be_the_way_out_is_its_command() -> None:
    failure = failures.broken(CHAT_PART, Service("http://127.0.0.1:11434/v1", "gemma3"), httpx.ConnectError("no"))
    assert failure.title == "Nothing answers at 127.0.0.1:11434, where the chat service should be."
    assert failure.hint == "Start it: ollama serve. Check pipeline.chat_url. ‹repeat› asks again."
    body = b'{"error": {"message": "model \'gemma3\' not found"}}'
    missing = failures.refused(CHAT_PART, Service("http://127.0.0.1:11434/v1", "gemma3"), 404, body)
    assert missing.title == "The chat service at 127.0.0.1:11434 has no model gemma3."
    assert missing.hint.startswith("Fetch it: ollama pull gemma3 – or choose another in pipeline.chat_model.")


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


async def test_no_key_of_the_settings_reaches_the_wrong_server(tmp_path: Path) -> None:
    """The tutor's own key, one a service has of its own, and none: each server sees what is meant for it, and only
    that.
    """
    async with speech_services() as own, speech_services() as mind, speech_services() as voice:
        environ = {
            "HOME": str(tmp_path),
            "TUTOR_TUI_TUTOR_KIND": "pipeline",
            "OPENAI_BASE_URL": own.base_url,
            "OPENAI_API_KEY": "sk-own",
            "TUTOR_TUI_PIPELINE_CHAT_URL": mind.base_url,
            "TUTOR_TUI_PIPELINE_CHAT_KEY": "MIND_KEY",
            "TUTOR_TUI_PIPELINE_SPEAK_URL": voice.base_url,
            "MIND_KEY": "sk-mind",
            "VOICE_KEY": "sk-voice",
        }
        for voice_key, sent in (("", None), ("VOICE_KEY", "Bearer sk-voice")):
            named = {"TUTOR_TUI_PIPELINE_SPEAK_KEY": voice_key} if voice_key else {}
            tutor, notice = TutorPool(load({}, {**environ, **named}, tmp_path, folders_below(tmp_path))).first()
            assert notice is None, "servers on this machine keep their models"
            for server in (own, mind, voice):
                server.requests.clear()
            async with call(tutor, BY_KEY) as ear:
                await press_a_turn(ear)
                assert (await ear.wait(ev.ReplyEnded)).status == "completed"
            seen = [{request.headers.get("authorization") for request in each.requests} for each in (own, mind, voice)]
            assert seen == [{"Bearer sk-own"}, {"Bearer sk-mind"}, {sent}]
            assert [request.path for request in own.requests + mind.requests] == [TRANSCRIBE, CHAT]
            everything = b"".join(request.body for each in (own, mind, voice) for request in each.requests)
            assert b"sk-" not in everything


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
        assert contents == ["Teach \ufffd.", "(The lesson goes on.)", "\ufffd", "Hi \ufffd!"]


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
            clock = FairClock()
        assert clock.seconds < 1.0
        await server.until(lambda: server.to(CHAT)[0].left)
        with pytest.raises(LinkLost):
            await link.send(cmd.Repeat())


async def test_a_fault_of_ours_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*arguments: Any) -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline_transcripts, "transcribe", broken)
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await press_a_turn(ear)
        assert isinstance(await ear.end(), ZeroDivisionError)


def test_models_that_are_going_are_named() -> None:
    tutor = PipelineTutor(Service(model="whisper-1"), Service(model="gpt-4o-mini"), Service(model="tts-1"))
    assert tutor.warning(date(2026, 11, 21)) == (
        "Models end, the first on 2027-01-06: in the settings choose gpt-transcribe for whisper-1,"
        " gpt-6-luna for gpt-4o-mini, gpt-realtime-2.1-mini for tts-1."
    )
    assert tutor.capabilities.costs_money
    local = SpeechServices(port=1)
    assert not pipeline(local).capabilities.costs_money
    assert pipeline(local).warning(date(2026, 11, 21)) == ""


@pytest.mark.parametrize(
    ("base_url", "asked"),
    [
        ("https://generativelanguage.googleapis.com/v1beta/openai/", "/v1beta/openai/chat/completions"),
        ("https://open.bigmodel.cn/api/paas/v4", "/api/paas/v4/chat/completions"),
        ("https://api.deepseek.com", "/chat/completions"),
        ("http://127.0.0.1:11434/v1", "/v1/chat/completions"),
        ("https://chat.example/v1/chat/completions", "/v1/chat/completions"),
    ],
)
def test_a_service_may_be_at_any_address(base_url: str, asked: str) -> None:
    assert httpx.URL(Service(base_url, "m").url(CHAT_PART.path)).path == asked


@pytest.mark.parametrize("base_url", ["https://chat.example/v1?x=1", "ftp://chat.example/v1", "https://u:p@x/v1", ""])
def test_what_is_no_address_is_still_refused(base_url: str) -> None:
    with pytest.raises(Problem):
        Service(base_url, "m")


def test_an_address_that_is_not_found_may_lack_its_end() -> None:
    bare = failures.refused(CHAT_PART, Service("https://chat.example", "m"), 404, b"")
    assert "which may have to end in /v1" in bare.hint
    assert (
        "which may have to" not in failures.refused(CHAT_PART, Service("https://chat.example/v1", "m"), 404, b"").hint
    )
