"""Calls that do not come about: each is one clear sentence with a way out, and never a traceback or a key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.support.fair_clock import FairClock
from tests.support.own_certificate import own_certificate
from tests.support.strict_server import Behaviour, StrictServer
from tests.tutors.helpers import PLAN, call, realtime, tcp_server
from tutor_tui.core.problems import ExitCode, LinkLost
from tutor_tui.openai_api import http_client
from tutor_tui.openai_api.realtime import errors
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.websocket import link
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


async def lost_by(url: str, key: str = "sk-secret", *, insecure: bool = False) -> LinkLost:
    """What a call to `url` ends with."""
    with pytest.raises(LinkLost) as lost:
        async with call(WebSocketTutor(RealtimeEndpoint(url, key, insecure), "gpt-realtime-2.1-mini")):
            pass
    assert lost.value.title.endswith(".")
    assert lost.value.hint
    assert lost.value.exit_code is ExitCode.TUTOR
    assert "sk-secret" not in str(lost.value)
    return lost.value


@pytest.mark.parametrize(
    ("status", "retry", "words"),
    [
        (301, False, "not a Realtime server"),
        (400, False, "how we called it"),
        (401, False, "API key"),
        (403, False, "not allowed"),
        (404, False, "no such model"),
        (407, False, "proxy"),
        (429, True, "too often"),
        (418, False, "not a Realtime server"),
        (500, True, "fault"),
        (503, True, "fault"),
    ],
)
async def test_a_refused_handshake(status: int, retry: bool, words: str) -> None:
    async with StrictServer(Behaviour(http_status=status)) as server:
        lost = await lost_by(server.base_url)
        assert words in lost.title
        assert lost.retry is retry


async def test_a_key_refused_at_the_handshake_and_after_it_is_the_same_sentence_to_the_learner() -> None:
    for bad_key in ("http", "close"):
        async with StrictServer(Behaviour(token="sk-right", bad_key=bad_key)) as server:
            lost = await lost_by(server.base_url)
            assert "refuses the API key" in lost.title
            assert "OPENAI_API_KEY" in lost.hint
            assert not lost.retry


async def test_a_key_refused_by_its_close_code_alone() -> None:
    async def refuse(connection: ServerConnection) -> None:
        await connection.close(3000, "invalid_request_error.invalid_api_key")

    async with serve(refuse, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        lost = await lost_by(f"ws://127.0.0.1:{port}/v1")
        assert "API key" in lost.title
        assert not lost.retry


async def test_an_unknown_model() -> None:
    async with StrictServer(Behaviour(models=frozenset({"gpt-realtime-2.1"}))) as server:
        lost = await lost_by(server.base_url)
        assert "model" in lost.title
        assert "--model" in lost.hint
        assert not lost.retry


async def test_the_wrong_path() -> None:
    async with StrictServer() as server:
        assert "no Realtime service" in (await lost_by(server.base_url.replace("/v1", "/api/v1"))).title


async def test_a_host_that_does_not_exist() -> None:
    lost = await lost_by("wss://no-such-host.invalid/v1")
    assert "no-such-host.invalid" in lost.title
    assert lost.retry, "the network may come back"


async def test_a_port_where_nobody_listens() -> None:
    async with tcp_server(lambda reader, writer: None) as port:
        pass
    assert "Nothing answers" in (await lost_by(f"ws://127.0.0.1:{port}/v1")).title


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00\x01\x02\x03garbage",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: tea\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 " + b"x" * 100_000,
    ],
    ids=["ssh", "garbage", "hangs up", "web page", "no accept key", "wrong upgrade", "endless line"],
)
async def test_something_that_is_no_websocket_server(answer: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with tcp_server(handle) as port:
        lost = await lost_by(f"ws://127.0.0.1:{port}/v1")
        assert "not" in lost.title
        assert not lost.retry


async def test_a_redirection_is_not_followed_with_the_key_in_hand() -> None:
    async with StrictServer() as elsewhere:

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.base_url}/realtime?model=m\r\n\r\n".encode())

        async with tcp_server(handle) as port:
            lost = await lost_by(f"ws://127.0.0.1:{port}/v1")
            assert "307" in lost.title
        assert elsewhere.handshakes == []


async def test_a_server_that_never_answers_the_handshake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(link._OPTIONS, "open_timeout", 0.2)
    stuck = asyncio.Event()
    async with tcp_server(lambda reader, writer: stuck.wait()) as port:
        clock = FairClock()
        lost = await lost_by(f"ws://127.0.0.1:{port}/v1")
        assert clock.seconds < 2
        stuck.set()
    assert "in time" in lost.title
    assert lost.retry


async def test_an_encrypted_call_to_an_unencrypted_server() -> None:
    async with StrictServer() as server:
        lost = await lost_by(server.base_url.replace("ws://", "wss://"))
        assert "encrypted" in lost.hint + lost.title


async def _ignore(connection: ServerConnection) -> None:
    await connection.wait_closed()


async def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    async with serve(_ignore, "127.0.0.1", 0, ssl=own_certificate(tmp_path)) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        lost = await lost_by(f"wss://localhost:{port}/v1")
        assert "prove who it is" in lost.title
        assert not lost.retry


async def test_a_trusted_certificate_carries_a_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """wss all the way, as with the cloud: our own authority is trusted for this test."""
    context = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    async with StrictServer(tls=context) as server, call(realtime(server)) as ear:
        assert server.base_url.startswith("wss://")
        assert ear.lost is None


async def test_http_trusts_whom_the_websocket_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=own_certificate(tmp_path)) as server:
        url = f"https://localhost:{server.sockets[0].getsockname()[1]}/"
        async with http_client.client(5.0) as http:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await http.get(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        async with http_client.client(5.0) as http:
            assert (await http.get(url)).status_code == 204


async def test_a_proxy_is_not_asked_about_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    async with StrictServer() as server, call(realtime(server)) as ear:
        assert ear.lost is None


@pytest.mark.parametrize(
    ("answer", "retry"), [(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", True), (b"garbage\r\n\r\n", True)]
)
async def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch, answer: bytes, retry: bool) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with tcp_server(handle) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        lost = await lost_by("wss://tutor.invalid/v1")
        assert "proxy" in lost.title
        assert lost.retry is retry


async def test_a_proxy_we_cannot_speak_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")
    assert "python-socks" in (await lost_by("wss://tutor.invalid/v1")).hint
    monkeypatch.setenv("https_proxy", "tea://127.0.0.1:1")
    assert "proxy" in (await lost_by("wss://tutor.invalid/v1")).title


@pytest.mark.parametrize(
    "frame",
    [b"\x83\x00", b"\xc1\x00", b"\x81\x02\xff\xfe", b"\x81\xff" + b"\xff" * 8],
    ids=["unknown opcode", "reserved bit", "not UTF-8", "absurd length"],
)
async def test_frames_that_break_the_websocket_protocol(frame: bytes) -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        server.sessions[-1].connection.transport.write(frame)
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert lost.title.endswith(".")
        assert lost.hint


async def test_nothing_of_a_refusal_is_chained_into_the_traceback() -> None:
    """The library's own exceptions can hold headers; they must not print with ours."""
    async with StrictServer(Behaviour(http_status=401)) as server:
        lost = await lost_by(server.base_url)
        assert lost.__cause__ is None
        assert lost.__suppress_context__


def test_every_sentence_ends_and_every_way_out_is_there() -> None:
    pairs = [*errors.FATAL.values(), *errors.PASSING.values(), *errors.OTHER_DIALECT.values()]
    pairs += [errors.EXPIRED, errors.ANSWERS_IN_BETA]
    pairs += [errors.Sentence(title, hint) for title, hint, _ in (*errors._CLOSED.values(), *errors._STATUS.values())]
    for title, hint in pairs:
        assert title.endswith((".", ").")), title
        assert hint.endswith((".", "step.")), hint


async def test_a_link_that_cannot_be_opened_is_never_handed_out() -> None:
    handed_out: list[object] = []
    with pytest.raises(LinkLost):
        async with WebSocketTutor(RealtimeEndpoint("ws://127.0.0.1:1/v1"), "m").connect(PLAN) as link:
            handed_out.append(link)
    assert handed_out == []
