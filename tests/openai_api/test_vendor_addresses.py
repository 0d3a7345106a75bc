"""The way to a vendor's server: its address, its key, the wrong make, and the judge that stands for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.openai_api.vendors import HZ, OTHERS, loudest_hz
from tests.support.strict_server import Behaviour, StrictServer, tone
from tests.support.strict_vendor import Vendor
from tests.support.strict_vendors import VENDORS
from tests.tutors.helpers import PLAN, call, speak
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.settings import KEY_VARIABLES, DialectName
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


@pytest.mark.parametrize(
    ("dialect", "url"),
    [
        ("xai", "wss://api.x.ai/v1/realtime?model=grok-voice-latest"),
        ("huggingface", "ws://127.0.0.1:8765/v1/realtime?model=speech-to-speech"),
        ("qwen", "wss://dashscope-intl.aliyuncs.com/api-ws/v1/realtime?model=qwen3.5-omni-plus-realtime"),
        ("elevenlabs", "wss://api.elevenlabs.io/v1/convai/realtime?model=eleven_realtime_v1_mini"),
        ("vllm", "ws://127.0.0.1:8000/v1/realtime?model=Qwen%2FQwen3-Omni-30B-A3B-Instruct"),
    ],
)
def test_without_an_address_it_is_the_vendors_with_the_vendors_model(dialect: DialectName, url: str) -> None:
    endpoint = RealtimeEndpoint(key="k", dialect=DIALECTS[dialect])
    assert endpoint.conversation_url(endpoint.model("gpt-realtime-2.1-mini")) == url
    assert endpoint.model("mine") == "mine"


def test_inworlds_address_has_a_session_id_of_its_own_each_time() -> None:
    endpoint = RealtimeEndpoint(key="k", dialect=DIALECTS["inworld"])
    one, other = endpoint.conversation_url("m"), endpoint.conversation_url("m")
    assert one.startswith("wss://api.inworld.ai/api/v1/realtime/session?key=tutor-tui-")
    assert one.endswith("&protocol=realtime") and one != other


def test_an_address_of_the_learners_wins() -> None:
    endpoint = RealtimeEndpoint("https://w1.ap-southeast-1.maas.aliyuncs.com/api-ws/v1", "k", dialect=DIALECTS["qwen"])
    assert endpoint.conversation_url("m").startswith("wss://w1.ap-southeast-1.maas.aliyuncs.com/api-ws/v1/realtime?")
    voicelive = RealtimeEndpoint("https://mine.services.ai.azure.com/voice-live", "k", dialect=DIALECTS["voicelive"])
    assert voicelive.conversation_url("m") == (
        "wss://mine.services.ai.azure.com/voice-live/realtime?api-version=2026-04-10&model=m"
    )


@pytest.mark.parametrize(
    ("url", "dialect", "gap"),
    [
        ("", "voicelive", "{RESOURCE}"),
        ("https://{WorkspaceId}.ap-southeast-1.maas.aliyuncs.com/api-ws/v1", "qwen", "{WorkspaceId}"),
        ("https://<resource>.openai.azure.com/openai/v1", "azure", "<resource>"),
    ],
)
def test_a_placeholder_that_nobody_filled_in_is_named(url: str, dialect: DialectName, gap: str) -> None:
    with pytest.raises(Problem) as problem:
        RealtimeEndpoint(url, dialect=DIALECTS[dialect])
    assert problem.value.title == f"The base URL still holds a placeholder: {gap}."
    assert "--base-url" in problem.value.hint
    assert problem.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("dialect", ["xai", "inworld", "qwen", "elevenlabs"])
@pytest.mark.parametrize("ours", ["ga", "beta"])
def test_a_key_is_not_sent_to_a_vendor_whose_it_is_not(dialect: DialectName, ours: DialectName) -> None:
    vendors = DIALECTS[dialect]
    url = f"{vendors.base_url}/v1"  # as one writes it who takes it for a server like OpenAI's
    with pytest.raises(Problem) as problem:
        RealtimeEndpoint(url, "sk-openai", dialect=DIALECTS[ours])
    assert vendors.vendor in problem.value.title
    assert f"--dialect {dialect}" in problem.value.hint
    assert KEY_VARIABLES[dialect][0] in problem.value.hint
    assert "sk-openai" not in str(problem.value)
    RealtimeEndpoint(url, dialect=DIALECTS[ours])  # without a key there is nothing to lose


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ours, theirs)
        for theirs in OTHERS
        for ours in (*OTHERS, "ga", "beta", "azure")
        if ours != theirs
        and {ours, theirs} != {"ga", "elevenlabs"}  # ElevenLabs takes OpenAI's own, at its own address
    ],
)
async def test_a_server_of_another_make_ends_in_a_sentence_or_in_settings_that_it_refuses(
    ours: DialectName, theirs: DialectName
) -> None:
    """The strict server really tells them apart: what suits one is refused by the others."""
    async with StrictServer(Behaviour(dialect=theirs)) as server:
        url = f"ws://127.0.0.1:{server.port}{VENDORS[ours].base}"
        tutor = WebSocketTutor(RealtimeEndpoint(url, "k", dialect=DIALECTS[ours]), "m", ready_wait_s=0.2)
        try:
            async with call(tutor, replace(PLAN, voice="cedar")) as ear:
                await ear.link.send(cmd.Say("Hello.", "t1"))
                await server.wait_for("response.create")
        except LinkLost as lost:
            assert lost.title.endswith(".")
        else:
            assert server.complaints or VENDORS[ours].hears_hz != VENDORS[theirs].hears_hz


@pytest.mark.parametrize(
    ("dialect", "changes", "words"),
    [
        ("inworld", {"auth": replace(DIALECTS["inworld"].auth, key_scheme="Bearer ")}, "HTTP 401"),
        ("voicelive", {"auth": replace(DIALECTS["voicelive"].auth, key_header="Authorization")}, "HTTP 401"),
        ("xai", {"auth": replace(DIALECTS["xai"].auth, key_header="api-key", key_scheme="")}, "HTTP 401"),
        ("inworld", {"url": "realtime/session?protocol=realtime"}, "HTTP 400"),
        ("inworld", {"url": "realtime/session?key={session_id}&protocol=openai"}, "HTTP 400"),
        ("voicelive", {"url": "realtime?model={model}"}, "HTTP 400"),
        ("inworld", {"url": "realtime?key={session_id}&protocol=realtime"}, "HTTP 404"),
        ("qwen", {"url": "realtime"}, "not told a model"),
    ],
)
async def test_the_way_in_is_the_vendors_or_there_is_none(dialect: DialectName, changes: Any, words: str) -> None:
    other = replace(DIALECTS[dialect], **changes)
    async with StrictServer(Behaviour(dialect=dialect)) as server:
        tutor = WebSocketTutor(RealtimeEndpoint(server.base_url, "k", dialect=other), "m")
        with pytest.raises(LinkLost) as lost:
            async with call(tutor):
                pass
        assert words in lost.value.title


@pytest.mark.parametrize("dialect", ["huggingface", "qwen", "vllm"])
async def test_the_wrong_rate_would_be_heard(dialect: DialectName) -> None:
    """The test of the pitch can fail."""
    wrong = replace(DIALECTS[dialect], hears_hz=24_000)
    async with StrictServer(Behaviour(dialect=dialect)) as server:
        tutor = WebSocketTutor(RealtimeEndpoint(server.base_url, "k", dialect=wrong), "m")
        async with call(tutor) as ear:
            await speak(ear.link, tone(500, HZ) + pcm.silence(900))
            await ear.wait(ev.ReplyEnded)
        assert loudest_hz(bytes(server.heard), 16_000) == pytest.approx(HZ * 2 / 3, abs=3)


@pytest.mark.parametrize(
    ("dialect", "frame"),
    [
        ("xai", {"type": "session.update", "session": {"type": "realtime"}}),
        ("xai", {"type": "session.update", "session": {"audio": {"output": {"voice": "eve"}}}}),
        ("xai", {"type": "session.update", "session": {"turn_detection": None}}),
        ("xai", {"type": "session.update", "session": {"turn_detection": {"type": "semantic_vad"}}}),
        ("xai", {"type": "session.update", "session": {"turn_detection": {"type": "server_vad", "threshold": 0.95}}}),
        ("xai", {"type": "session.update", "session": {"instructions": "x" * 16_385}}),
        ("xai", {"type": "session.update", "session": {"audio": {"output": {"speed": 0.5}}}}),
        ("huggingface", {"type": "conversation.item.delete", "item_id": "a"}),
        ("huggingface", {"type": "session.update", "session": {"audio": {"input": {"format": {"rate": 24_000}}}}}),
        ("inworld", {"type": "session.update", "session": {"type": "realtime", "truncation": "auto"}}),
        ("qwen", {"type": "session.update", "session": {"modalities": ["audio"]}}),
        ("qwen", {"type": "session.update", "session": {"tools": [{"type": "function", "name": "look"}]}}),
        ("qwen", {"type": "session.update", "session": {"type": "realtime"}}),
        ("qwen", {"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 1}),
        ("voicelive", {"type": "session.update", "session": {"voice": "marin"}}),
        ("voicelive", {"type": "session.update", "session": {"audio": {"output": {"voice": "marin"}}}}),
        ("voicelive", {"type": "response.create", "response": {"metadata": {"kind": "greet"}}}),
        ("vllm", {"type": "session.update", "session": {"audio": {"input": {"transcription": {"model": "x"}}}}}),
        ("vllm", {"type": "session.update", "session": {"audio": {"input": {"format": {"rate": 24_000}}}}}),
    ],
)
def test_the_judge_refuses_what_the_vendor_would(dialect: DialectName, frame: dict[str, Any]) -> None:
    assert VENDORS[dialect].complaints(frame) != []


async def test_settings_before_the_greeting_are_refused_by_the_one_that_insists_on_greeting_first() -> None:
    eager = replace(DIALECTS["xai"], configure_after="")
    patient = replace(VENDORS["xai"], settling_s=10.0)
    async with StrictServer(Behaviour(dialect="xai", vendor=patient)) as server:
        tutor = WebSocketTutor(RealtimeEndpoint(server.base_url, "k", dialect=eager), "m", ready_wait_s=0.5)
        async with call(tutor):
            assert server.complaints == ["not_ready: Wait for the greeting."]


def test_every_make_has_a_row_and_every_row_a_make() -> None:
    assert set(VENDORS) == set(DIALECTS) == set(KEY_VARIABLES)
    assert all(isinstance(vendor, Vendor) for vendor in VENDORS.values())
