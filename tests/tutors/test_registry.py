"""Tutors by name."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.registry import TUTORS, TutorOptions, make_tutor


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("openai", "gpt-realtime-2.1-mini"),
        ("webrtc", "gpt-realtime-2.1-mini"),
        ("offline", "offline"),
        ("pipeline", "offline"),
    ],
)
async def test_each_name_makes_its_tutor(name: str, shown: str) -> None:
    tutor = make_tutor(name, TutorOptions(api_key="sk-1"))
    assert tutor.name == shown
    await tutor.close()
    assert set(TUTORS) == {"openai", "webrtc", "offline", "pipeline"}


def test_only_the_cloud_costs_money_and_offline_hears_english() -> None:
    cloud = Service(OPENAI_BASE_URL, "gpt-6-luna", "sk-1")
    options = TutorOptions(api_key="sk-1", chat=cloud)
    assert {name: make_tutor(name, options).capabilities.costs_money for name in TUTORS} == {
        "openai": True,
        "webrtc": True,
        "offline": False,
        "pipeline": True,
    }
    offline = make_tutor("offline", options).capabilities
    assert offline.hears == frozenset({"en"})
    assert not offline.semantic_vad


def test_a_price_that_nobody_knows_is_unknown_and_never_nothing() -> None:
    """A model that came after us, an Azure deployment, another server: all may be billed."""
    azure = TutorOptions(model="my-deployment", base_url="https://r.openai.azure.com/openai/v1", dialect="azure")
    options = [
        TutorOptions(model="gpt-realtime-3", api_key="sk-1"),
        replace(azure, api_key="key"),
        TutorOptions(model="grok-voice", base_url="https://voice.example/v1", api_key="key"),
        TutorOptions(model="any", base_url="ws://127.0.0.1:9/v1"),
    ]
    for each in options:
        able = make_tutor("openai", each).capabilities
        assert (able.costs_money, able.price_known) == (True, False), each.model
    assert make_tutor("openai", TutorOptions(api_key="sk-1")).capabilities.price_known


@pytest.mark.parametrize(
    ("chat", "costs_money", "price_known"),
    [
        (Service(OPENAI_BASE_URL, "gpt-6-luna", "sk-1"), True, True),
        (Service(OPENAI_BASE_URL, "gpt-7", "sk-1"), True, False),
        (Service("https://llm.example/v1", "gpt-6-luna", "sk-1"), True, False),
        (Service("http://127.0.0.1:11434/v1", "gemma3"), False, True),
    ],
)
def test_services_elsewhere_cost_what_only_their_owner_knows(
    chat: Service, costs_money: bool, price_known: bool
) -> None:
    able = make_tutor("pipeline", TutorOptions(chat=chat)).capabilities
    assert (able.costs_money, able.price_known) == (costs_money, price_known)


@pytest.mark.parametrize("name", ["offline", "pipeline"])
def test_the_offline_tutor_is_free_unless_it_thinks_on_another_machine(name: str) -> None:
    for address, is_free in (("https://llm.example/v1", False), ("http://127.0.0.1:11434/v1", True)):
        server = OfflineServer(chat=Service(address, "gemma3"))
        able = make_tutor(name, TutorOptions(offline_server=server)).capabilities
        assert (able.costs_money, able.price_known) == (not is_free, is_free)


def test_a_server_of_the_beta_is_not_called() -> None:
    options = TutorOptions(base_url="ws://127.0.0.1:9/v1", dialect="beta")
    assert make_tutor("openai", options).name == options.model
    with pytest.raises(Problem) as problem:
        make_tutor("webrtc", options)
    assert problem.value.exit_code is ExitCode.USAGE
    assert "--tutor openai" in problem.value.hint


def test_an_unknown_tutor_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Problem) as problem:
        make_tutor("oracle", TutorOptions())
    assert problem.value.exit_code is ExitCode.USAGE
    assert "openai, webrtc, offline, pipeline" in problem.value.hint


@pytest.mark.parametrize(
    ("name", "base_url"),
    [("openai", ""), ("openai", "https://realtime.example/v1"), ("webrtc", "https://realtime.example/v1")],
)
def test_the_cloud_without_a_key_is_a_usage_problem_but_a_local_server_needs_none(name: str, base_url: str) -> None:
    with pytest.raises(Problem) as problem:
        make_tutor(name, TutorOptions(base_url=base_url))
    assert problem.value.exit_code is ExitCode.USAGE
    assert "offline" in problem.value.hint
    assert make_tutor(name, TutorOptions(base_url="ws://127.0.0.1:9/v1", model="local")).name == "local"


def test_a_call_without_a_key_is_taken_by_our_own_server() -> None:
    tutor = make_tutor("webrtc", TutorOptions())
    assert tutor.name == "offline"
    offline = make_tutor("offline", TutorOptions()).capabilities
    assert tutor.capabilities == replace(offline, way="webrtc", needs_truncation=False, reads_asides=False)
    assert make_tutor("webrtc", TutorOptions(api_key="sk-1")).name == TutorOptions().model


def test_a_call_knows_itself_what_was_heard() -> None:
    options = TutorOptions(api_key="sk-1")
    assert make_tutor("openai", options).capabilities.needs_truncation
    assert not make_tutor("webrtc", options).capabilities.needs_truncation


def test_a_bad_base_url_or_an_open_line_is_a_usage_problem() -> None:
    for url in ("nonsense", "ws://example.org/v1"):
        with pytest.raises(Problem) as problem:
            make_tutor("openai", TutorOptions(base_url=url, api_key="sk-1"))
        assert problem.value.exit_code is ExitCode.USAGE


def test_the_key_does_not_show() -> None:
    assert "sk-secret" not in repr(TutorOptions(api_key="sk-secret"))


def test_the_names_are_known_without_loading_a_socket() -> None:
    code = "import sys, tutor_tui.tutors.registry; sys.exit('websockets' in sys.modules or 'asyncio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_turn_based_tutor_is_called_by_its_chat_model() -> None:
    local = Service("http://127.0.0.1:11434/v1", "llama")
    tutor = make_tutor("pipeline", TutorOptions(transcribe=local, chat=local, speak=local))
    assert tutor.name == "llama"
    assert not tutor.capabilities.costs_money
