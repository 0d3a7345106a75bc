"""Servers of another make: what the beta and Azure want, said in their words, and understood when they answer."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.types.beta.realtime.realtime_server_event import RealtimeServerEvent
from pydantic import TypeAdapter

from tests.cli.test_main import clean_environment
from tests.support.sdk_models import validate_client_event
from tests.support.strict_calls import Call, Carrier
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import PLAN, call, realtime, refusals, speak, tcp_server
from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.availability import Option, greyed, unheeded
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.settings import DialectName
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad, TurnDetection
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import AZURE, BETA, GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.webrtc import signalling
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

BETA_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


@dataclass(frozen=True)
class Spec:
    name: str = "look"
    description: str = "Look something up."
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    answers: bool = True


LOOK = Spec()
FLAT = {"object": "realtime.session", "model": "m", "modalities": ["text", "audio"], "input_audio_format": "pcm16"}


# ---- what we say to a server of the beta ----------------------------------------------------------------------------


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


# ---- what it refuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("param", "setting"),
    [
        ("session.speed", "the speaking pace"),
        ("session.voice", "the voice"),
        ("session.turn_detection.threshold", "the turn taking"),
        ("session.input_audio_transcription.model", "writing down what you say"),
        ("session.instructions", "the instructions"),
    ],
)
def test_a_refusal_by_its_own_name_costs_only_what_it_names(param: str, setting: str) -> None:
    talk = Talk(ready=False, dialect=BETA)
    talk.hear("session.created", session=FLAT)
    (refused,) = talk.error("invalid_value", "no", param=param)
    assert refusals(refused) == [f"The tutor did not take {setting}: no"]
    again = [name for frame in talk.sent() for name in frame["session"]]
    assert param.split(".")[1] not in again
    assert len(again) == 7


@pytest.mark.parametrize("confirms", [True, False])
def test_a_part_that_a_server_does_not_know_is_left_out_and_the_rest_is_taken(confirms: bool) -> None:
    """As speaches does: no code, no param, and what it complains of is confirmed all the same."""
    talk = Talk(replace(PLAN, turn_detection=ServerVad(0.5, 400, 2_500)), ready=False, dialect=BETA)
    talk.hear("session.created", session=FLAT)
    told = "Specifying `session.turn_detection.prefix_padding_ms` is not supported."
    assert talk.error(None, told) == [ev.Unknown("refused: audio.input.turn_detection.prefix_padding_ms")]
    (again,) = talk.sent()
    assert again["session"]["turn_detection"] == {
        "type": "server_vad",
        "threshold": 0.5,
        "silence_duration_ms": 2_500,
        "create_response": True,
        "interrupt_response": True,
    }
    assert {"instructions", "voice"} <= again["session"].keys()
    for _ in range(1 + confirms):
        talk.hear("session.updated", session=FLAT)
    assert talk.is_ready()
    (update,) = talk.ask(cmd.Configure(replace(PLAN, turn_detection=ServerVad(0.5, 300, 900))))
    assert "prefix_padding_ms" not in update["session"]["turn_detection"]


def test_what_remains_strange_without_its_strange_part_is_refused_as_a_whole() -> None:
    talk = Talk(ready=False, dialect=BETA)
    for _ in range(2):
        events = talk.error("unknown_parameter", "No.", param="session.turn_detection.threshold")
    assert refusals(*events) == ["The tutor did not take the turn taking: No."]


def test_a_refused_change_is_sent_anew_when_it_is_wanted_again() -> None:
    talk = Talk(dialect=BETA)
    slower = cmd.Configure(replace(talk.conversation.setup.plan, speed=0.8))
    (update,) = talk.ask(slower)
    (refused,) = talk.error("unknown_parameter", "What is speed?", param="session.speed", event_id=update["event_id"])
    assert (
        isinstance(refused, ev.PlanRefused)
        and refused.reason == "The tutor did not take the speaking pace: What is speed?"
    )
    assert [frame["session"] for frame in talk.ask(slower)] == [{"speed": 0.8}]


@pytest.mark.parametrize("wanted", [SemanticVad("low"), ServerVad(0.6, 300, 900)])
async def test_a_server_that_refuses_a_value_keeps_the_rest_of_the_session(wanted: TurnDetection) -> None:
    """Told at the server in GA's words, as it thinks, and named by it in the beta's."""
    behaviour = Behaviour(dialect="beta", refuses={"session.audio.input.turn_detection": "not here"})
    async with StrictServer(behaviour) as server, call(realtime(server), replace(PLAN, turn_detection=wanted)) as ear:
        assert refusals(*ear.all(ev.PlanRefused)) == ["The tutor did not take the turn taking: not here"]
        assert server.sessions[0].session["instructions"] == PLAN.instructions
        assert server.sessions[0].session["audio"]["output"]["voice"] == "coral"
        (complaint,) = [sent.frame["error"]["param"] for sent in server.sent if sent.type == "error"]
        assert complaint == "session.turn_detection"


# ---- voices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "spoken"), [("marin", "coral"), ("cedar", "ash")])
async def test_a_voice_that_came_later_has_a_stand_in_and_the_learner_is_told_once(wanted: str, spoken: str) -> None:
    async with StrictServer(Behaviour(dialect="beta")) as server:
        async with call(realtime(server), replace(PLAN, voice=wanted)) as ear:
            await ear.wait(ev.Trouble)
            assert ear.all(ev.Trouble) == [ev.Trouble(f"This server has no voice called {wanted}: {spoken} speaks.")]
            assert ear.all(ev.PlanApplied)[-1].applied.voice == spoken
            await ear.link.send(cmd.Configure(replace(PLAN, voice=wanted, speed=0.9)))
            assert (await server.wait_for("session.update", 2))["session"] == {"speed": 0.9}
        assert server.complaints == []


@pytest.mark.parametrize("voice", ["alloy", "af_heart", "voice_1234"])
def test_voices_that_we_do_not_know_are_asked_for_by_name_and_nothing_is_said(voice: str) -> None:
    sent: list[Any] = []
    conversation = ConversationState("m", replace(PLAN, voice=voice), sent.append, dialect=BETA)
    conversation.open()
    assert sent[0]["session"]["voice"] == voice
    events = conversation.receive(decode(json.dumps({"type": "session.updated", "session": FLAT})))
    assert [type(event) for event in events] == [ev.PlanApplied, ev.LinkReady]


# ---- what it cannot do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_webrtc_is_greyed_where_we_cannot_call_and_says_why(dialect: ServerDialect) -> None:
    tutor = WebSocketTutor(RealtimeEndpoint(f"ws://127.0.0.1:9/openai{dialect.auth.url_end}", dialect=dialect))
    why = greyed(tutor.capabilities, Lesson(PLAN)).get(Option("tutor.kind", "webrtc"), "")
    assert bool(why) is not dialect.takes_calls
    assert not unheeded("tutor.dialect", Capabilities(way="openai"))
    assert not unheeded("tutor.dialect", Capabilities(way="webrtc"))
    assert unheeded("tutor.dialect", Capabilities(way="offline"))


# ---- a whole conversation -------------------------------------------------------------------------------------------


async def test_the_official_client_of_the_beta_finds_the_strict_server_to_be_one() -> None:
    """Its events are those of the SDK's beta: what we hold our own conversations with is no invention of ours."""
    async with StrictServer(Behaviour(dialect="beta", replies=[Reply(calls=[Call("look")])])) as server:
        url = server.base_url
        client = AsyncOpenAI(api_key="x", base_url=url.replace("ws://", "http://"), websocket_base_url=url)
        kinds: list[str] = []
        async with client.beta.realtime.connect(model="gpt-realtime") as connection:
            await connection.session.update(
                session={"voice": "sage", "input_audio_transcription": {"model": "whisper-1"}}
            )
            await connection.input_audio_buffer.append(audio=base64.b64encode(tone(300) + pcm.silence(400)).decode())
            async with asyncio.timeout(5):
                async for event in connection:
                    kinds.append(event.type)
                    if event.type == "response.done":
                        break
        await client.close()
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


@pytest.mark.parametrize("dialect", ["beta", "azure"])
async def test_what_was_not_heard_is_cut_off_on_the_server(dialect: DialectName) -> None:
    behaviour = Behaviour(dialect=dialect, replies=[Reply("one two three", tone(3_000))], delta_gap_s=0.02)
    async with StrictServer(behaviour) as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Greet(""))
        sound = await ear.wait(ev.TutorAudio, 5)
        await speak(ear.link, tone(200))
        await ear.wait(ev.LearnerStartedSpeaking)
        await ear.link.send(cmd.Interrupt("voice", (cmd.Unheard(sound.item_id, 120),)))
        assert (await ear.wait(ev.ReplyEnded)).status == "cancelled"
        assert (await server.wait_told("conversation.item.truncated"))["audio_end_ms"] == 120
        assert server.complaints == []


# ---- the wrong dialect ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "code", "word"),
    [
        (GA, "unknown_parameter", "beta"),
        (AZURE, "unknown_parameter", "beta"),
        (BETA, "missing_required_parameter", "ga"),
    ],
)
@pytest.mark.parametrize("param", ["session.type", None])
def test_the_wrong_dialect_ends_in_one_sentence_with_the_right_one(
    ours: ServerDialect, code: str, word: str, param: str | None
) -> None:
    talk = Talk(ready=False, dialect=ours)
    with pytest.raises(LinkLost) as lost:
        talk.error(code, "Unknown or missing parameter: 'session.type'.", param=param)
    assert f"tutor.dialect to {word}" in lost.value.hint
    assert not lost.value.retry


def test_a_server_that_answers_like_one_of_the_beta_is_named_and_the_lesson_goes_on() -> None:
    talk = Talk(ready=False)
    (trouble,) = talk.hear("session.created", session=FLAT)
    assert isinstance(trouble, ev.Trouble)
    assert "tutor.dialect to beta" in trouble.hint
    assert talk.hear("session.created", session={**FLAT, "audio": {}}) == []
    assert Talk(ready=False, dialect=BETA).hear("session.created", session=FLAT) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("beta", "ga", "tutor.dialect to ga"),
        ("beta", "azure", "key"),
        ("ga", "beta", "tutor.dialect"),
        ("ga", "azure", "key"),
        ("azure", "ga", "key"),
    ],
)
async def test_a_server_of_another_make_is_named_and_not_dialled_again(
    ours: DialectName, theirs: DialectName, said: str
) -> None:
    async with StrictServer(Behaviour(dialect=theirs)) as server:
        url = f"ws://127.0.0.1:{server.port}/openai/v1" if ours == "azure" else server.base_url
        tutor = WebSocketTutor(RealtimeEndpoint(url, "sk-secret", dialect=DIALECTS[ours]), "m")
        with pytest.raises(LinkLost) as lost:
            async with call(tutor):
                pass
        assert said in f"{lost.value.title} {lost.value.hint}"
        assert "sk-secret" not in str(lost.value)
        assert not lost.value.retry


# ---- being let in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "headers"),
    [
        ("ga", {"Authorization": "Bearer sk-secret"}),
        ("beta", {"Authorization": "Bearer sk-secret", "OpenAI-Beta": "realtime=v1"}),
        ("azure", {"api-key": "sk-secret"}),
    ],
)
def test_the_key_goes_into_the_header_of_the_dialect(dialect: DialectName, headers: dict[str, str]) -> None:
    url = "https://mine.openai.azure.com/openai/v1"
    endpoint = RealtimeEndpoint(url, "sk-secret", dialect=DIALECTS[dialect])
    assert endpoint.headers() == headers
    assert "sk-secret" not in repr(endpoint) + endpoint.conversation_url("m")
    assert "sk-secret" not in str(RealtimeEndpoint(url, dialect=DIALECTS[dialect]).headers())


async def test_azure_is_asked_at_its_own_path_for_the_deployment() -> None:
    behaviour = Behaviour(dialect="azure", token="sk-azure", models=frozenset({"my-deployment", "my-ears"}))
    async with StrictServer(behaviour) as server:
        endpoint = RealtimeEndpoint(server.base_url, "sk-azure", dialect=AZURE)
        async with call(WebSocketTutor(endpoint, "my-deployment", transcriber="my-ears")) as ear:
            assert (await ear.wait(ev.LinkReady)).model == "my-deployment"
        path, headers = server.handshakes[0]
        assert path == "/openai/v1/realtime?model=my-deployment"
        assert "authorization" not in headers
        assert server.complaints == []


async def test_a_transcription_model_that_is_no_deployment_costs_the_learners_words_only() -> None:
    behaviour = Behaviour(dialect="azure", models=frozenset({"my-deployment"}))
    async with StrictServer(behaviour) as server:
        async with call(WebSocketTutor(RealtimeEndpoint(server.base_url, "k", dialect=AZURE), "my-deployment")) as ear:
            sentence = "The tutor did not take writing down what you say: The deployment gpt-transcribe does not exist."
            assert refusals(*ear.all(ev.PlanRefused)) == [sentence]
        in_force = server.sessions[0].session
        assert (in_force["instructions"], in_force["audio"]["output"]["voice"]) == (PLAN.instructions, PLAN.voice)


@pytest.mark.parametrize(
    "url", ["https://api.openai.com/v1", "https://mine.openai.azure.com/openai", "https://x.org/v1"]
)
def test_an_address_that_cannot_be_azures_is_answered_with_how_to_write_it(url: str) -> None:
    with pytest.raises(Problem) as problem:
        RealtimeEndpoint(url, dialect=AZURE)
    assert problem.value.exit_code is ExitCode.USAGE
    assert "https://RESOURCE.openai.azure.com/openai/v1" in problem.value.hint


async def test_calls_go_to_azure_with_its_header() -> None:
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        await reader.readexactly(int(heads[-1].lower().partition(b"content-length: ")[2].split()[0]))
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nConnection: close\r\n\r\nv=0\r\n")
        await writer.drain()

    async with tcp_server(answer) as port:
        endpoint = RealtimeEndpoint(f"ws://127.0.0.1:{port}/openai/v1", "sk-azure", dialect=AZURE)
        assert await signalling.answer_to("v=0\r\n", endpoint, "mine", query={}) == "v=0\r\n"
    (head,) = (head.decode().lower() for head in heads)
    assert "\r\napi-key: sk-azure\r\n" in head
    assert "authorization" not in head
    assert head.startswith("post /openai/v1/realtime/calls ")


# ---- the judge ------------------------------------------------------------------------------------------------------


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


# ---- from the command line ------------------------------------------------------------------------------------------


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
