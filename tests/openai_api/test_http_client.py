"""Every HTTP client of ours: through the right proxy or none, and no answer that unfolds in memory."""

from __future__ import annotations

import asyncio
import gzip
import re
import resource
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest

import tutor_tui
from tests.support.speech_services import CHAT, Answer, chunk, speech_services, sse
from tests.support.weather_server import WeatherServer
from tests.tutors.helpers import tcp_server
from tutor_tui.cli.doctor import services as doctor
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.llm.chat_model import ChatModel
from tutor_tui.openai_api import http_client
from tutor_tui.openai_api.chat import ChatClient
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.proxies import UnusableProxy, proxy_for
from tutor_tui.openai_api.services import Service
from tutor_tui.openai_api.speech import SpeechClient
from tutor_tui.openai_api.transcription import transcribe
from tutor_tui.tools.dispatch import ToolFault
from tutor_tui.tools.weather import Weather
from tutor_tui.tutors.realtime.webrtc.signalling import answer_to

PLAN = LessonPlan("English", "Teach.", "coral", target_language="en")
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
CLOUD = "https://cloud.example/v1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


# ---- everything that asks over HTTP ---------------------------------------------------------------------------------


async def _chat(url: str) -> None:
    async with http_client.client(5.0) as http:
        async for _ in ChatClient(http, Service(url, "m", "sk-test-key")).answer([{"role": "user", "content": "Hi"}]):
            pass


async def _transcribe(url: str) -> None:
    async with http_client.client(5.0) as http:
        await transcribe(http, Service(url, "m", "sk-test-key"), pcm.silence(200), PLAN)


async def _speak(url: str) -> None:
    async with http_client.client(5.0) as http:
        async for _ in SpeechClient(http, Service(url, "m", "sk-test-key")).read("Hi.", PLAN):
            pass


async def _call(url: str) -> None:
    await answer_to("v=0\r\n", Endpoint(url, "sk-test-key"), "m", query={})


async def _look_up_the_weather(url: str) -> None:
    await Weather(url.removesuffix("/v1")).get_weather("Seoul")


async def _first_model(url: str) -> None:
    model = ChatModel(Service(url, "", "sk-test-key"), 5.0)
    try:
        await model._connected()
    finally:
        await model.close()


async def _doctor(url: str) -> None:
    answer = await doctor.ask_models(Endpoint(url, "sk-test-key"), 5.0)
    raise AssertionError(answer)


Asker = Callable[[str], Awaitable[None]]
ASKERS: dict[str, Asker] = {
    "chat": _chat,
    "transcription": _transcribe,
    "speech": _speak,
    "signalling": _call,
    "weather": _look_up_the_weather,
    "the offline server's chat model": _first_model,
    "doctor": _doctor,
}
everybody = pytest.mark.parametrize("ask", ASKERS.values(), ids=ASKERS.keys())


# ---- answers that unfold --------------------------------------------------------------------------------------------


@cache
def _bomb() -> bytes:
    """A quarter of a gigabyte in some kilobytes."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    once = b"".join([*(packer.compress(bytes(2**20)) for _ in range(256)), packer.flush()])
    return gzip.compress(once)


@asynccontextmanager
async def answering(*head: str, body: bytes = b"") -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that gives one answer to everything, and keeps the heads of what it was asked."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        if length := re.search(rb"content-length: (\d+)", asked[-1].lower()):
            await reader.readexactly(int(length[1]))
        lines = ["HTTP/1.1 200 OK", *head, f"Content-Length: {len(body)}", "Connection: close"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        await writer.drain()

    async with tcp_server(handle) as port:
        yield f"http://127.0.0.1:{port}/v1", asked


@everybody
@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "zstd", "X-GZIP"])
async def test_an_answer_in_an_encoding_that_nobody_asked_for_is_refused_unread(ask: Asker, encoding: str) -> None:
    head = ("Content-Type: text/event-stream", f"Content-Encoding: {encoding}")
    async with answering(*head, body=_bomb()) as (url, asked):
        before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises((Problem, ToolFault, doctor.Unreachable)) as failure:
            await ask(url)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 100_000
        assert b"\r\naccept-encoding: identity\r\n" in asked[0].lower()
    if isinstance(failure.value, Problem):
        assert "encoding that we did not ask for" in failure.value.title


async def test_a_refusal_is_understood_by_its_status_whatever_its_encoding() -> None:
    async with speech_services() as server, http_client.client(5.0) as http:
        server.always[CHAT] = Answer(401, _bomb(), headers=(("Content-Encoding", "gzip"),))
        with pytest.raises(Problem, match="refuses the API key"):
            async for _ in ChatClient(http, server.service("m", api_key="sk-test-key")).answer([]):
                pass


async def test_identity_is_no_encoding() -> None:
    async with speech_services() as server, http_client.client(5.0) as http:
        plain = sse(chunk("Hello."), chunk("", "stop"))
        server.always[CHAT] = Answer(200, plain.body, plain.content_type, (("Content-Encoding", "Identity"),))
        said = [event async for event in ChatClient(http, server.service("m")).answer([])]
        assert said[0] == "Hello."


# ---- proxies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, CLOUD, None),
        ({"HTTPS_PROXY": ""}, CLOUD, None),
        ({"HTTPS_PROXY": "http://p:1"}, CLOUD, "http://p:1"),
        ({"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, CLOUD, "http://p:1"),
        ({"HTTPS_PROXY": "p:1"}, CLOUD, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "wss://cloud.example/v1", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, CLOUD, None),
        ({"HTTP_PROXY": "http://p:1"}, "ws://cloud.example/v1", "http://p:1"),
        ({"ALL_PROXY": "socks5h://p:1"}, CLOUD, "socks5h://p:1"),
        ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://p:1"}, CLOUD, "http://p:1"),
        *(({"ALL_PROXY": "http://p:1"}, f"https://{here}/v1", None) for here in ("localhost", "127.3.2.1", "[::1]:8")),
        *(
            ({"ALL_PROXY": "http://p:1", "NO_PROXY": excepted}, CLOUD, None)
            for excepted in (
                "*",
                "cloud.example",
                "CLOUD.example.",
                ".example",
                "*.example",
                "example",
                "a, b cloud.example",
                "https://cloud.example",
                "cloud.example:443",
                "[::1],fd07:b51a:cc66:f0::/64,cloud.example",
                "[::1, , :::, [x]y/z, 1/2/3, cloud.example",
            )
        ),
        *(
            ({"ALL_PROXY": "http://p:1", "NO_PROXY": other}, CLOUD, "http://p:1")
            for other in (
                "",
                ",",
                "loud.example",
                "cloud.example:8443",
                "10.0.0.0/8",
                "[::1]",
                "cloud.example.org",
                ".",
            )
        ),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "https://10.2.3.4/v1", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "https://11.2.3.4/v1", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "fd07:b51a::/32"}, "https://[fd07:b51a::9]:8/v1", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "[fd07::9]:8"}, "https://[fd07::9]:8/v1", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "[fd07::9]:9"}, "https://[fd07::9]:8/v1", "http://p:1"),
    ],
)
def test_the_right_proxy_in_every_spelling(
    variables: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


UNUSABLE = ["socks9://p:1", "tea://p", "http://", "http://p:99999", "http://[::1", "http://p:0", ":::", "http://p:x"]


@pytest.mark.parametrize("proxy", UNUSABLE)
def test_what_is_no_proxy(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(UnusableProxy):
        proxy_for(CLOUD)


@everybody
@pytest.mark.parametrize("proxy", ["socks9://127.0.0.1:1", "http://127.0.0.1:99999", "socks5h://127.0.0.1:9"])
async def test_a_proxy_that_we_cannot_use_is_one_sentence(
    ask: Asker, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises((Problem, ToolFault, doctor.Unreachable)) as failure:
        await ask(CLOUD)
    if not isinstance(failure.value, ToolFault):
        assert "proxy" in str(failure.value).lower()


@everybody
async def test_entries_that_cannot_be_read_are_nobodys_concern(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no proxy is set at all, and where this machine is asked, which needs none."""
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1,[::1],fd07:b51a:cc66:f0::/64,[")
    for proxy in ("", "http://127.0.0.1:9", "socks9://127.0.0.1:1"):
        monkeypatch.setenv("ALL_PROXY", proxy)
        async with answering("Content-Type: application/json", body=b"{}") as (url, asked):
            with pytest.raises((Exception,)) as failure:
                await ask(url)
                raise AssertionError("asked")
            assert len(asked) == 1
            assert "roxy" not in str(failure.value)


@everybody
async def test_a_proxy_is_asked_for_the_cloud(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    heads: list[bytes] = []
    async with tcp_server(refuse) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        with pytest.raises((Problem, ToolFault, doctor.Unreachable)):
            await ask(CLOUD)
    assert heads
    assert heads[0].startswith(b"CONNECT cloud.example:443 ")
    assert b"sk-test-key" not in b"".join(heads)


async def test_the_weather_of_this_machine_and_speech_go_on_as_before() -> None:
    async with WeatherServer() as server:
        assert "Seoul" in (await Weather(server.url).get_weather("Seoul")).text
    async with speech_services() as server, http_client.client(5.0) as http:
        assert (await transcribe(http, server.service("m"), pcm.silence(200), PLAN)).text == "Hello."


# ---- server-sent events ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
async def test_events_are_cut_at_every_line_end_and_a_byte_order_mark_is_none_of_them(
    mark: bytes, end: str, size: int
) -> None:
    body = mark + sse(chunk("One\u2028, "), chunk("two."), chunk("", "stop")).body.replace(b"\n", end.encode())
    async with speech_services() as server, http_client.client(5.0) as http:
        server.chat_bytes = [body[at : at + size] for at in range(0, len(body), size)]
        said = [event async for event in ChatClient(http, server.service("m")).answer([])]
    assert "".join(event for event in said if isinstance(event, str)) == "One\u2028, two."
    assert not [event for event in said if type(event).__name__ == "Garbled"]


def test_there_is_one_place_that_makes_http_clients_and_one_trust_for_all() -> None:
    package = Path(tutor_tui.__file__).parent
    makers = re.compile(r"httpx\.(?:AsyncClient|Client|get|post|stream|request|AsyncHTTPTransport)\(")
    assert {file.name for file in package.rglob("*.py") if makers.search(file.read_text())} == {"http_client.py"}
    trusts = re.compile(r"SSLContext\(|ssl\.create_|import certifi|aiohttp\.Client")
    assert {file.name for file in package.rglob("*.py") if trusts.search(file.read_text())} == {"tls.py"}
