"""Servers of the beta: what is said to them, what they cannot do, a conversation, and the judge of it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openai.types.beta.realtime.realtime_server_event import RealtimeServerEvent
from pydantic import TypeAdapter

from tests.cli.test_main import clean_environment
from tests.openai_api.session_parts import FLAT, LOOK
from tests.support.official_client import official_client, spoken_turn
from tests.support.sdk_models import validate_client_event
from tests.support.strict_calls import Call, Carrier
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import PLAN, call, realtime
from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.availability import Option, greyed, unheeded
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.settings import DialectName
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import AZURE, BETA, GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

BETA_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


def test_a_session_of_the_beta_is_flat_and_lacks_what_came_later() -> None:
    plan = replace(PLAN, turn_detection=SemanticVad("low"), speed=0.9, target_language="ko", tools=(LOOK,))
    (update,) = Talk(plan, "gpt-realtime-2.1", dialect=BETA).opening
    assert update["session"] == {
        "modalities": ["text", "audio"],
        "instructions": "Teach.",
        "input_audio_noise_reduction": {"type": "near_field"},
        "input_audio_transcription": {"model": "whisper-1", "language": "ko"},
        "turn_detection": {
            "type": "semantic_vad",
            "eagerness": "low",
            "create_response": True,
            "interrupt_response": True,
        },
        "voice": "coral",
        "speed": 0.9,
        "tools": [
            {
                "type": "function",
                "name": "look",
                "description": "Look something up.",
                "parameters": {"type": "object", "properties": {}},
            }
        ],
        "max_response_output_tokens": 2048,
    }


def test_the_temperature_goes_to_servers_of_the_beta_only_and_the_longest_answer_to_all() -> None:
    plan = replace(PLAN, temperature=0.7, max_output_tokens=300)
    (flat,) = Talk(plan, dialect=BETA).opening
    assert (flat["session"]["temperature"], flat["session"]["max_response_output_tokens"]) == (0.7, 300)
    for dialect in (GA, AZURE):
        session = Talk(plan, dialect=dialect).opening[0]["session"]
        assert "temperature" not in session
        assert session["max_output_tokens"] == 300
    assert "temperature" not in Talk(PLAN, dialect=BETA).opening[0]["session"]


def test_it_is_ready_when_its_only_update_is_confirmed() -> None:
    """Reasoning, which the beta does not have, is not waited for."""
    talk = Talk(model="gpt-realtime-2.1", ready=False, dialect=BETA)
    talk.hear("session.created", session=FLAT)
    assert not talk.is_ready()
    events = talk.hear("session.updated", session={**FLAT, "voice": "coral"})
    assert isinstance(events[1], ev.LinkReady)
    assert talk.is_ready()


def test_what_is_in_force_is_read_from_a_flat_session() -> None:
    talk = Talk(dialect=BETA)
    detection = {"type": "server_vad", "threshold": 0.4, "prefix_padding_ms": 200, "silence_duration_ms": 700}
    (applied,) = talk.hear(
        "session.updated", session={**FLAT, "voice": "ash", "speed": 0.8, "turn_detection": detection}
    )
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection == ServerVad(0.4, 200, 700)
    assert (applied.applied.voice, applied.applied.speed, applied.applied.model) == ("ash", 0.8, "m")
    (applied,) = talk.hear("session.updated", session={**FLAT, "turn_detection": None})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection == PushToTalk()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"instructions": "Teach well."}, "instructions"),
        ({"speed": 0.8}, "speed"),
        ({"turn_detection": PushToTalk()}, "turn_detection"),
        ({"noise_reduction": None}, "input_audio_noise_reduction"),
        ({"tools": (LOOK,)}, "tools"),
        ({"voice": "cedar"}, "voice"),
        ({"temperature": 1.0}, "temperature"),
        ({"max_output_tokens": 4_096}, "max_response_output_tokens"),
        ({"native_language": "de", "target_language": "fr"}, "input_audio_transcription"),
    ],
)
def test_a_change_goes_out_by_its_own_name(change: dict[str, Any], field: str) -> None:
    (update,) = Talk(PLAN, dialect=BETA).ask(cmd.Configure(replace(PLAN, **change)))
    assert list(update["session"]) == [field]


def test_the_tutors_lines_of_old_are_called_text() -> None:
    history = (HistoryLine("tutor", "Hello."), HistoryLine("learner", "Hi."))
    items = [frame["item"] for frame in Talk(replace(PLAN, history=history), dialect=BETA).opening[1:]]
    assert [item["content"][0]["type"] for item in items] == ["text", "input_text"]


def test_every_command_is_one_that_the_beta_takes() -> None:
    """`Talk` judges each frame by the SDK's types of the beta."""
    talk = Talk(dialect=BETA)
    talk.reply()
    sent = talk.ask(
        cmd.Interrupt("key", (cmd.Unheard("a1", 400),)),
        cmd.Say("Hello.", "t1"),
        cmd.AnswerTools((ToolAnswer("c1", "{}"),), speak=False),
        cmd.BeginTurn(),
    )
    talk.done()
    talk.conversation.buffered_ms = 500
    sent += talk.ask(cmd.EndTurn(), cmd.Greet("Greet."), cmd.Repeat())
    assert {frame["type"] for frame in sent} == {
        "response.cancel",
        "conversation.item.truncate",
        "conversation.item.create",
        "input_audio_buffer.clear",
        "input_audio_buffer.commit",
        "response.create",
    }


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_webrtc_is_greyed_where_we_cannot_call_and_says_why(dialect: ServerDialect) -> None:
    tutor = WebSocketTutor(RealtimeEndpoint(f"ws://127.0.0.1:9/openai{dialect.auth.url_end}", dialect=dialect))
    why = greyed(tutor.capabilities, Lesson(PLAN)).get(Option("tutor.kind", "webrtc"), "")
    assert bool(why) is not dialect.takes_calls
    assert not unheeded("tutor.dialect", Capabilities(way="openai"))
    assert not unheeded("tutor.dialect", Capabilities(way="webrtc"))
    assert unheeded("tutor.dialect", Capabilities(way="offline"))


async def test_the_official_client_of_the_beta_finds_the_strict_server_to_be_one() -> None:
    """Its events are those of the SDK's beta: what we hold our own conversations with is no invention of ours."""
    async with StrictServer(Behaviour(dialect="beta", replies=[Reply(calls=[Call("look")])])) as server:
        async with (
            official_client(server) as client,
            client.beta.realtime.connect(model="gpt-realtime") as connection,
        ):
            await connection.session.update(
                session={"voice": "sage", "input_audio_transcription": {"model": "whisper-1"}}
            )
            kinds = await spoken_turn(connection)
        assert kinds[:3] == ["session.created", "conversation.created", "session.updated"]
        assert {"response.audio.delta", "conversation.item.created", "response.function_call_arguments.done"} <= {
            *kinds
        }
        assert server.complaints == []
        for sent in server.sent:
            BETA_EVENT.validate_python(sent.frame)


async def test_tools_are_called_once_though_the_beta_does_not_repeat_their_names() -> None:
    plan = replace(PLAN, tools=(LOOK,))
    alone: frozenset[Carrier] = frozenset({"arguments"})
    calls = [Call("look", '{"at": 1}', told_by=alone), Call("look", '{"at": 2}')]
    behaviour = Behaviour(dialect="beta", replies=[Reply(calls=calls), Reply("It is a cat.")])
    async with StrictServer(behaviour) as server, call(realtime(server), plan) as ear:
        await ear.link.send(cmd.Greet(""))
        await ear.wait(ev.ReplyEnded)
        called = [event.call for event in ear.all(ev.ToolCalled)]
        assert [(each.name, json.loads(each.arguments)) for each in called] == [
            ("look", {"at": 1}),
            ("look", {"at": 2}),
        ]
        answers = tuple(ToolAnswer(each.call_id, '{"seen": "a cat"}') for each in called)
        await ear.link.send(cmd.AnswerTools(answers, speak=True))
        await ear.wait(ev.ReplyEnded, 2)
        assert ear.all(ev.TutorTextDone)[-1].text == "It is a cat."
        assert server.complaints == []


@pytest.mark.parametrize(
    "session",
    [
        {"type": "realtime"},
        {"output_modalities": ["audio"]},
        {"audio": {"output": {"voice": "alloy"}}},
        {"max_output_tokens": 100},
        {"truncation": "auto"},
        {"reasoning": {"effort": "low"}},
        {"parallel_tool_calls": True},
        {"include": None},
        {"prompt": None},
        {"modalities": ["audio"]},
        {"voice": "marin"},
        {"voice": "cedar"},
        {"voice": {"id": "voice_1"}},
        {"input_audio_format": {"type": "audio/pcm", "rate": 24000}},
        {"input_audio_transcription": {"model": "gpt-transcribe"}},
        {"input_audio_transcription": {"model": "whisper-1", "languages": ["de"]}},
        {"turn_detection": {"type": "semantic_vad", "threshold": 0.5}},
        {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 5000}},
        {"max_response_output_tokens": 5000},
        {"speed": 2.0},
    ],
    ids=json.dumps,
)
def test_a_server_of_the_beta_refuses_every_word_of_today(session: dict[str, Any]) -> None:
    update = {"type": "session.update", "session": session}
    (complaint, *_) = validate_client_event(update, "beta")
    assert complaint.startswith(f"session.{next(iter(session))}")


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "response.create", "response": {"output_modalities": ["text"]}},
        {"type": "response.create", "response": {"audio": {}}},
        {
            "type": "conversation.item.create",
            "item": {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "x"}]},
        },
        {"type": "conversation.item.create", "item": {"type": "message", "content": [{"type": "text", "text": "x"}]}},
    ],
    ids=lambda frame: frame["type"],
)
def test_and_in_other_frames_too(frame: dict[str, Any]) -> None:
    assert validate_client_event(frame, "beta") != []


@pytest.mark.parametrize(
    ("dialect", "variable", "header", "told"),
    [
        ("beta", "OPENAI_API_KEY", "authorization", "Notice: This server has no voice called marin: coral speaks."),
        ("azure", "AZURE_OPENAI_API_KEY", "api-key", "your turn to type"),
        ("xai", "XAI_API_KEY", "authorization", "Notice: This server has no voice called marin: eve speaks."),
        ("qwen", "DASHSCOPE_API_KEY", "authorization", "Notice: This server has no voice called marin: Tina speaks."),
        ("inworld", "INWORLD_API_KEY", "authorization", "no voice called marin: Sarah speaks."),
        ("voicelive", "AZURE_VOICE_LIVE_API_KEY", "api-key", "your turn to type"),
        ("vllm", "VLLM_API_KEY", "authorization", "it speaks with one of its own."),
    ],
)
async def test_a_lesson_from_the_command_line(
    dialect: DialectName, variable: str, header: str, told: str, tmp_path: Path
) -> None:
    behaviour = Behaviour(dialect=dialect, token="sk-secret", replies=[Reply("Well said.", tone(100))])
    async with StrictServer(behaviour) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tutor_tui", "plain", "--profile", "english-first-words"),
            *("--dialect", dialect, "--base-url", server.base_url, "--record-wire", "wire"),
            env=clean_environment(tmp_path) | {variable: "sk-secret"},
            cwd=tmp_path,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(b"My name is Anna.\n"), 60)
        assert server.complaints == []
        assert "sk-secret" in server.handshakes[0][1][header]
    output = said.decode()
    assert process.returncode == 0, output
    assert told in output
    assert output.count("Tutor: Well said.") == 2
    assert "sk-secret" not in output + (tmp_path / "wire").read_text()
