"""Calls that do not come about, or break: one clear sentence each."""

from __future__ import annotations

import asyncio
import builtins
import importlib.util
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from tests.support.fair_clock import FairClock
from tests.tutors.helpers import PLAN, Listener, call, tcp_server
from tests.tutors.realtime.webrtc.helpers import TOKEN, calling, offline_server
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.extras import install_command
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.webrtc.call import WebRtcCall
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor
from tutor_tui.webrtc.aiortc_patches import offering
from tutor_tui.webrtc.peer import hang_up, new_peer

pytestmark = pytest.mark.real_time

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """A server that does what it is told to with each POST; yields its base URL."""
    app = web.Application()
    app.add_routes([web.post("/v1/realtime/{path}", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def refusal(base_url: str, **options: Any) -> LinkLost:
    """What a call to `base_url` ends with before it has begun."""
    clock = FairClock()
    with pytest.raises(LinkLost) as lost:
        async with calling(base_url, **options).connect(PLAN):
            raise AssertionError("the call stands")
    assert clock.seconds < 8
    problem = lost.value
    assert problem.title.endswith(".")
    assert TOKEN not in str(problem)
    assert "Traceback" not in str(problem)
    return problem


def saying(status: int, body: str = "", content_type: str = "application/json") -> Answer:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, text=body, content_type=content_type)

    return answer


def error(code: str, message: str = "No.") -> str:
    return json.dumps({"error": {"message": message, "type": "invalid_request_error", "code": code}})


@pytest.mark.parametrize(
    ("status", "body", "title", "retry"),
    [
        (401, error("invalid_api_key"), "The tutor's server refuses the API key.", False),
        (401, "", "The tutor's server refuses the API key (HTTP 401).", False),
        (403, "<html>", "The API key is not allowed to use this model (HTTP 403).", False),
        (404, error("model_not_found"), "The server does not have this model, or not for this key.", False),
        (404, "", "takes no WebRTC calls (HTTP 404).", False),
        (405, "[]", "takes no WebRTC calls (HTTP 405).", False),
        (501, error("not_implemented", "Install it."), "takes no WebRTC calls (HTTP 501).", False),
        (400, error("invalid_offer", "The offer is bad."), "refuses the call (HTTP 400).", False),
        (400, '{"error": "text"}', "refuses the call (HTTP 400).", False),
        (429, error("insufficient_quota"), "The account has no credit left.", False),
        (429, "", "asked too often", True),
        (500, error("server_error"), "has a fault of its own (HTTP 500).", True),
        (302, "", "is not a Realtime server (HTTP 302).", False),
        (418, "", "is not a Realtime server (HTTP 418).", False),
    ],
)
async def test_a_refusal_is_one_sentence(status: int, body: str, title: str, retry: bool) -> None:
    async with answering(saying(status, body)) as base_url:
        problem = await refusal(base_url)
    assert title in problem.title
    assert problem.retry is retry
    assert problem.hint


@pytest.mark.parametrize(("code", "wait_s", "final"), [("", 30.0, False), ("insufficient_quota", 0.0, True)])
async def test_a_pause_that_is_asked_for_and_an_empty_account(code: str, wait_s: float, final: bool) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=429, text=error(code), headers={"Retry-After": "30"})

    async with answering(answer) as base_url:
        problem = await refusal(base_url)
    assert (problem.asked_wait_s, problem.final) == (wait_s, final)
    assert problem.retry is not final


async def test_the_servers_reason_is_passed_on_as_plain_text() -> None:
    async with answering(saying(400, error("invalid_offer", "No \x1b[31m audio."))) as base_url:
        problem = await refusal(base_url)
    assert problem.hint.startswith("No ")
    assert "\x1b" not in str(problem)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("", "answers the call with something that is no SDP."),
        ("<html>hello</html>", "answers the call with something that is no SDP."),
        ("v=0\r\n", "answers the call with SDP that makes no sense."),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio nonsense\r\n", "SDP that makes no sense."),
        ("v=0" + "x" * 2**21, "answers the call without end."),
    ],
    ids=["nothing", "a page", "no media", "no such media", "without end"],
)
async def test_an_answer_that_is_none(body: str, title: str) -> None:
    async with answering(saying(201, body, "application/sdp")) as base_url:
        problem = await refusal(base_url)
    assert title in problem.title
    assert not problem.retry
    assert "--tutor openai" in problem.hint


async def test_an_answer_to_somebody_elses_offer_is_refused() -> None:
    peer = new_peer()
    peer.createDataChannel("only data")
    with offering(loopback=True):
        await peer.setLocalDescription(await peer.createOffer())
    foreign = peer.localDescription.sdp
    await hang_up(peer)
    async with answering(saying(201, foreign, "application/sdp")) as base_url:
        assert "SDP that makes no sense" in (await refusal(base_url)).title


async def test_a_wrong_key_at_our_own_server() -> None:
    async with offline_server() as base_url:
        tutor = WebRtcTutor(RealtimeEndpoint(base_url, "wrong"), "guide")
        with pytest.raises(LinkLost) as lost:
            async with tutor.connect(PLAN):
                raise AssertionError("the call stands")
    assert lost.value.title == "The tutor's server refuses the API key."


async def test_an_unknown_lesson_at_our_own_server() -> None:
    async with offline_server() as base_url:
        problem = await refusal(base_url, query={"lesson": "nowhere"})
    assert "refuses the call" in problem.title
    assert "nowhere" in problem.hint


async def test_nobody_there() -> None:
    problem = await refusal("http://127.0.0.1:9/v1")
    assert (problem.title, problem.retry) == ("Nothing answers at 127.0.0.1:9.", True)


async def test_somebody_who_is_no_web_server() -> None:
    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")

    async with tcp_server(greet) as port:
        problem = await refusal(f"http://127.0.0.1:{port}/v1")
    assert "does not answer like a web server" in problem.title or "hangs up" in problem.title


async def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor_tui.tutors.realtime.webrtc.signalling.ANSWER_WAIT_S", 0.5)

    async def sleep(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    async with tcp_server(sleep) as port:
        problem = await refusal(f"http://127.0.0.1:{port}/v1")
    assert (problem.title, problem.retry) == (f"127.0.0.1:{port} does not answer in time.", True)


# ---- calls that are answered, and then ------------------------------------------------------------------------------


class Callee:
    """The other end of a call, in a few lines, and as rude as wanted."""

    def __init__(self, *, with_sound: bool = True, deaf: bool = False, alone: bool = False) -> None:
        self.peer: RTCPeerConnection | None = None
        self.said: list[str] = []
        self._with_sound = with_sound
        self._deaf = deaf
        self._alone = alone

    async def answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        sdp = form["sdp"]
        offer = sdp.decode() if isinstance(sdp, bytes | bytearray) else str(sdp)
        self.peer = peer = new_peer()
        peer.on("datachannel", self._channel_came)
        with offering(loopback=True):
            await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            if self._with_sound:
                peer.addTrack(AudioStreamTrack())
            await peer.setLocalDescription(await peer.createAnswer())
        answer = peer.localDescription.sdp
        if self._alone:  # where nobody listens
            await hang_up(peer)
        if self._deaf:
            setattr(peer.sctp, "_handle_data", _ignore)  # noqa: B010 - not ours to assign to, says mypy
        return web.Response(status=201, text=answer, content_type="application/sdp")

    def _channel_came(self, channel: Any) -> None:
        channel.on("message", self.said.append)
        self.channel = channel

    async def close(self) -> None:
        if self.peer is not None:
            await hang_up(self.peer)


async def _ignore(_: bytes) -> None:
    """What a deaf callee does with what comes on the data channel."""


@asynccontextmanager
async def callee(**options: Any) -> AsyncIterator[tuple[Callee, str]]:
    rude = Callee(**options)
    async with answering(rude.answer) as base_url:
        try:
            yield rude, base_url
        finally:
            await rude.close()


async def test_a_callee_that_says_nothing_at_all() -> None:
    async with callee() as (rude, base_url), call(calling(base_url, ready_wait_s=0.5), ready=False) as ear:
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert "says nothing" in lost.title
        assert rude.said != []


async def talking_to(rude: Callee, ear: Listener) -> None:
    """Until the callee has heard our settings, and given its blessing."""
    async with asyncio.timeout(5):
        while not rude.said:  # noqa: ASYNC110 - a list tells nobody that it has grown
            await asyncio.sleep(0.02)
    rude.channel.send('{"type": "session.created", "session": {}}')


async def test_the_other_side_hangs_up() -> None:
    async with callee() as (rude, base_url), call(calling(base_url), ready=False) as ear:
        await talking_to(rude, ear)
        await rude.close()
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert lost.retry
        assert lost.title in (
            "The tutor's server hung up.",
            "The call to the tutor broke.",
            "The tutor's voice has left the call.",
        )
        with pytest.raises(LinkLost):
            await ear.link.send(cmd.Greet(""))


async def test_the_other_side_closes_the_channel() -> None:
    async with callee() as (rude, base_url), call(calling(base_url), ready=False) as ear:
        await talking_to(rude, ear)
        rude.channel.close()
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert (lost.title, lost.retry) == ("The tutor's server hung up.", True)


async def test_the_voice_leaves_the_call() -> None:
    async with callee() as (rude, base_url), call(calling(base_url), ready=False) as ear:
        await talking_to(rude, ear)
        assert rude.peer is not None
        await asyncio.sleep(0.5)
        await rude.peer.getSenders()[0].stop()
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert (lost.title, lost.retry) == ("The tutor's voice has left the call.", True)


async def test_rubbish_on_the_channel_is_counted_and_the_lesson_goes_on() -> None:
    async with callee() as (rude, base_url), call(calling(base_url), ready=False) as ear:
        await talking_to(rude, ear)
        for rubbish in ("{", "[]", b"\x00\x01", '{"type": "output_audio_buffer.started"}', '{"type": "never.heard"}'):
            rude.channel.send(rubbish)
        await ear.wait(ev.Unknown, 4)
        for kind in ("started", "stopped", "cleared"):
            rude.channel.send(json.dumps({"type": f"output_audio_buffer.{kind}", "response_id": "resp_unknown"}))
        rude.channel.send('{"type": "response.created", "response": {"id": "resp_1"}}')
        await ear.wait(ev.ReplyStarted)
        assert not ear.ended


async def test_an_expired_session_says_so() -> None:
    async with offline_server("--fault", "expire_after_s=1") as base_url, call(calling(base_url)) as ear:
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert (lost.title, lost.retry) == ("The conversation reached the longest time the service allows.", True)


async def test_a_line_that_drops_is_dialled_again() -> None:
    async with offline_server("--fault", "drop_after_s=1") as base_url, call(calling(base_url)) as ear:
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert lost.retry


# ---- without the extra ----------------------------------------------------------------------------------------------


def test_without_the_extra_there_is_one_sentence_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "aiortc" else find(name))
    with pytest.raises(Problem) as problem:
        calling("http://127.0.0.1:9/v1")
    assert problem.value.exit_code is ExitCode.USAGE
    assert str(problem.value) == f"WebRTC needs one more package. Run: {install_command('webrtc')}"


def test_the_tutor_can_be_named_without_loading_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        assert not name.startswith(("aiortc", "aioice", "av")), f"{name} is loaded"
        return load(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert calling("http://127.0.0.1:9/v1").name == "guide"


async def test_a_fault_while_sending_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """It used to end the writer alone: the lesson looked alive, and nothing was sent any more."""

    def fail(_call: WebRtcCall, _text: str) -> None:
        raise ZeroDivisionError

    async with offline_server() as base_url, call(calling(base_url)) as ear:
        monkeypatch.setattr(WebRtcCall, "send", fail)
        await ear.link.send(cmd.Greet(""))
        assert isinstance(await ear.end(), ZeroDivisionError)
