"""Where to dial, and what is too dangerous or too wrong to dial."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.uri import parse_uri

from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.openai_api.endpoint import AuthStyle, Endpoint
from tutor_tui.openai_api.proxies import proxy_for
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.services import Service

ODD = (
    *("xn--", "xn--a", "7.0.0.1", "127.0.0.1", "[::1]", "localhost", ":80", ":", "@", "%", "%41", "é", "한", "..", "."),
    *("-", "_", "x" * 64, "[", "]", "fe80::1%eth0", "0x7f.1", "\u3000", "１", "?", "#", "\\", " ", "\t", "*", ";", "a"),
)


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.openai.com/v1", "wss://api.openai.com/v1/realtime?model=m"),
        ("https://api.openai.com/v1/", "wss://api.openai.com/v1/realtime?model=m"),
        ("wss://x.openai.azure.com/openai/v1", "wss://x.openai.azure.com/openai/v1/realtime?model=m"),
        ("http://127.0.0.1:8000/v1", "ws://127.0.0.1:8000/v1/realtime?model=m"),
        ("ws://localhost:8000/v1", "ws://localhost:8000/v1/realtime?model=m"),
        ("ws://[::1]:8000/v1", "ws://[::1]:8000/v1/realtime?model=m"),
        (" HTTPS://api.openai.com/v1 ", "wss://api.openai.com/v1/realtime?model=m"),
    ],
)
def test_a_base_url_becomes_the_realtime_url(base_url: str, url: str) -> None:
    endpoint = RealtimeEndpoint(base_url)
    assert endpoint.conversation_url("m") == url
    assert endpoint.http_url("models") == f"http{url.removeprefix('ws').removesuffix('realtime?model=m')}models"


def test_names_in_the_query_are_quoted() -> None:
    url = RealtimeEndpoint().conversation_url("a b&c", lesson="first/words")
    assert url.endswith("?model=a+b%26c&lesson=first%2Fwords")


@pytest.mark.parametrize(
    "host",
    [
        "xn--7.0.0.1:80",
        "xn--.example",
        "xn--80ak6aa92exn--",
        "[::1]junk",
        "[::1][::2]",
        "[fe80::1%25eth0]",
        "host:٣",
        "１localhost",
        "a\tb",
        "a b",
        "a\\b",
        "-a.example",
        "@host",
        "host%41",
        "ßxn--",
        "\u200b",
    ],
)
@pytest.mark.parametrize("of", [Endpoint, RealtimeEndpoint, Service], ids=["HTTP", "Realtime", "a service"])
def test_a_host_that_nobody_could_dial_is_one_sentence(of: Callable[[str], object], host: str) -> None:
    with pytest.raises(Problem) as problem:
        of(f"http://{host}/v1")
    assert problem.value.exit_code is ExitCode.USAGE


@ANY_MACHINE
@given(
    st.sampled_from(["http://", "https://", "ws://", "wss://", ""]),
    st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=3)), min_size=1, max_size=5).map("".join),
    st.sampled_from(["", "/v1", "/v1/", ":80/v1"]),
)
def test_an_address_is_one_that_every_library_takes_or_a_sentence(scheme: str, middle: str, end: str) -> None:
    address = scheme + middle + end
    try:
        endpoint = RealtimeEndpoint(address, "sk-test-key", insecure=True)
    except Problem as problem:
        assert problem.title.endswith(".")
        return
    httpx.Request("GET", endpoint.http_url("models"), headers=endpoint.headers())
    parse_uri(endpoint.conversation_url("m"))
    assert proxy_for(endpoint.conversation_url("m")) is None or not endpoint.is_local


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.openai.com",
        "ftp://api.openai.com/v1",
        "https:///v1",
        "https://host:99999/v1",
        "https://two..dots/v1",
        f"https://{'x' * 64}.org/v1",
        "https://host:port/v1",
        "https://[::1/v1",
        "https://api.openai.com",
        "https://api.openai.com/v2",
        "https://api.openai.com/v1?model=x",
        "https://me:secret@api.openai.com/v1",
    ],
)
def test_a_wrong_base_url_is_answered_with_how_to_write_it(base_url: str) -> None:
    with pytest.raises(Problem) as problem:
        Endpoint(base_url)
    assert problem.value.exit_code is ExitCode.USAGE
    assert problem.value.hint
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    "host", ["192.168.1.7", "example.org", "0.0.0.0", "127.0.0.1.example.org", "localhost.example.org"]
)
def test_unencrypted_beyond_this_machine_needs_insecure(host: str) -> None:
    with pytest.raises(Problem) as problem:
        Endpoint(f"ws://{host}/v1")
    assert "--insecure" in problem.value.hint
    assert (
        RealtimeEndpoint(f"http://{host}/v1", insecure=True).conversation_url("m") == f"ws://{host}/v1/realtime?model=m"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "[::1]"])
def test_unencrypted_on_this_machine_is_fine(host: str) -> None:
    assert Endpoint(f"ws://{host}:9/v1").is_local


def test_each_kind_of_server_is_sent_the_key_in_its_own_way() -> None:
    style = AuthStyle(key_header="api-key", key_scheme="", more_headers={"OpenAI-Beta": "x"})
    assert style.headers("sk-1") == {"OpenAI-Beta": "x", "api-key": "sk-1"}
    assert style.headers("") == {"OpenAI-Beta": "x"}


def test_an_endpoint_can_be_had_without_realtime() -> None:
    code = "import sys, tutor_tui.openai_api.endpoint; sys.exit(any('realtime' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_key_goes_into_one_header_and_nowhere_else() -> None:
    endpoint = RealtimeEndpoint(key="sk-secret")
    assert endpoint.headers() == {"Authorization": "Bearer sk-secret"}
    assert Endpoint().headers() == {}
    assert "sk-secret" not in repr(endpoint) + endpoint.conversation_url("m") + endpoint.host


@pytest.mark.parametrize("key", ["sk-a\nHost: evil", "sk-\u201cquoted\u201d", "sk a", "sk\x00"])
def test_a_key_that_cannot_be_one_is_refused_unseen(key: str) -> None:
    with pytest.raises(Problem) as problem:
        Endpoint(key=key)
    assert problem.value.exit_code is ExitCode.USAGE
    assert key not in str(problem.value)
