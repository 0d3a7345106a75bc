"""A dead line is found in time, a busy one is not taken for dead, and nothing old arrives when a dark one heals.

But for one test, a second between two pings is a twentieth.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
from websockets.protocol import State

from tests.faults.bad_line import BadLine, bad_line
from tests.support.fair_clock import FairClock
from tests.support.own_certificate import own_certificate
from tests.support.strict_server import Behaviour, StrictServer
from tests.tutors.helpers import Listener, call
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.ports import TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.websocket import watched_connection
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor, dial

FOUND_S = 15.0
QUICK_PING_S = 0.05
VOICE_FROM = 1_000
"""Each frame of the voice holds one number, from here on: a server can tell when it was said."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_connection, "PING_S", QUICK_PING_S)


def tutor_on(line: BadLine, host: str = "ws://127.0.0.1") -> WebSocketTutor:
    return WebSocketTutor(RealtimeEndpoint(f"{host}:{line.port}/v1", "test"), "gpt-realtime-2.1-mini")


@asynccontextmanager
async def conversation() -> AsyncIterator[tuple[StrictServer, BadLine, Listener]]:
    """One that goes well so far; the server does not take the numbers for a voice."""
    async with (
        StrictServer(Behaviour(vad_dbfs=0.0)) as server,
        bad_line(server.port) as line,
        call(tutor_on(line)) as ear,
    ):
        await pinged()
        yield server, line, ear


async def pinged() -> None:
    """Wait until a few pings can have been answered."""
    await asyncio.sleep(4 * watched_connection.PING_S)


# ---- what the learner does meanwhile --------------------------------------------------------------------------------


async def nothing(_link: TutorLink) -> None:
    pass


async def mutes(link: TutorLink) -> None:
    while True:
        link.hear(pcm.silence(pcm.FRAME_MS))
        await asyncio.sleep(pcm.FRAME_MS / 1000)


async def speaks(link: TutorLink) -> None:
    for number in count(VOICE_FROM):
        link.hear(number.to_bytes(2, "little") * (pcm.FRAME_BYTES // 2))
        await asyncio.sleep(pcm.FRAME_MS / 1000)


async def types(link: TutorLink) -> None:
    with contextlib.suppress(LinkLost):
        await link.send(cmd.Say("Hello?", "typed_1"))


async def types_more_than_fits(link: TutorLink) -> None:
    """So much that not even pings can go out: every buffer on the way is full."""
    with contextlib.suppress(LinkLost):
        await link.send(cmd.Say("x" * 12_000_000, "typed_1"))


DOINGS = (nothing, mutes, speaks, types, types_more_than_fits)
FAULTS = (BadLine.half_open, BadLine.stick)


@asynccontextmanager
async def meanwhile(doing: Callable[[TutorLink], Awaitable[None]], link: TutorLink) -> AsyncIterator[None]:
    task = asyncio.ensure_future(doing(link))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("doing", DOINGS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_dead_line_is_found_whatever_the_learner_does(
    doing: Callable[[TutorLink], Awaitable[None]], fault: Callable[[BadLine], None]
) -> None:
    async with conversation() as (_, line, ear):
        fault(line)
        async with meanwhile(doing, ear.link):
            lost = await ear.end()
    assert isinstance(lost, LinkLost)
    assert lost.retry
    assert lost.title == "The tutor's server had a fault, or stopped answering."


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("doing", [speaks, types_more_than_fits])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_dead_line_is_found_through_tls(
    doing: Callable[[TutorLink], Awaitable[None]],
    fault: Callable[[BadLine], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As with the cloud."""
    context = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    async with (
        StrictServer(tls=context) as server,
        bad_line(server.port) as line,
        call(tutor_on(line, "wss://localhost")) as ear,
    ):
        await pinged()
        fault(line)
        async with meanwhile(doing, ear.link):
            assert isinstance(await ear.end(), LinkLost)


def test_the_real_pings_are_in_time() -> None:
    """The watch takes one ping more than it counts, and a line may die just after it was heard."""
    assert (watched_connection.DEAD_PINGS + 1) * watched_connection.PING_S < FOUND_S


@pytest.mark.real_time
@pytest.mark.slow
async def test_a_dead_line_is_found_within_15_s_while_the_learner_speaks() -> None:
    async with conversation() as (_, line, ear):
        line.stick()
        clock = FairClock()
        async with meanwhile(speaks, ear.link):
            lost = await ear.end()
        assert clock.seconds < FOUND_S
    assert isinstance(lost, LinkLost)


# ---- what is no dead line -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
async def test_a_loop_of_our_own_that_is_blocked_is_no_dead_line() -> None:
    """More than twice as long as a dead line is given, at one go; then longer than that in pieces."""
    async with conversation() as (server, _, ear):
        async with meanwhile(speaks, ear.link):
            time.sleep(30 * QUICK_PING_S)  # noqa: ASYNC251 - that is the test
            for _ in range(5):
                time.sleep(4 * QUICK_PING_S)  # noqa: ASYNC251
                await asyncio.sleep(0)
        await ear.link.send(cmd.Say("Are you still there?", "typed_1"))
        await server.wait_for("conversation.item.create")
        assert ear.lost is None


@pytest.mark.usefixtures("quick")
async def test_a_reader_of_our_own_that_is_slow_is_no_dead_line() -> None:
    """More has come than the connection keeps for who does not read: what follows, pongs too, waits in the socket."""
    async with StrictServer() as server:
        socket = await dial(RealtimeEndpoint(server.base_url, "test"), "gpt-realtime-2.1-mini")
        await server.wait_told("session.created")
        for _ in range(100):
            await server.say("rate_limits.updated", rate_limits=[])
        await asyncio.sleep(2 * watched_connection.DEAD_PINGS * QUICK_PING_S)
        assert socket.state is State.OPEN
        for _ in range(101):
            await socket.recv()
        await pinged()
        assert not socket.is_late
        await socket.close()


@pytest.mark.usefixtures("quick")
async def test_a_tutor_that_speaks_is_alive_though_it_answers_no_ping() -> None:
    async with conversation() as (server, line, ear):
        line.deafen()
        for _ in range(2 * watched_connection.DEAD_PINGS):
            await server.say("rate_limits.updated", rate_limits=[])
            await asyncio.sleep(QUICK_PING_S)
        assert ear.lost is None


# ---- a line that is dark for a while --------------------------------------------------------------------------------


def arrived(server: StrictServer) -> list[int]:
    """The frames of the voice, in order."""
    samples = pcm.samples_of(bytes(server.heard))
    return list(dict.fromkeys(each for each in samples if each >= VOICE_FROM))


def missing(server: StrictServer) -> set[int]:
    """Those that did not arrive though later ones did."""
    numbers = arrived(server)
    return {*range(VOICE_FROM, numbers[-1])} - {*numbers}


@pytest.mark.usefixtures("quick")
async def test_what_is_said_into_a_dark_line_does_not_arrive_late() -> None:
    async with conversation() as (server, line, ear), meanwhile(speaks, ear.link):
        await server.until(lambda: len(arrived(server)) > 5)
        line.stick()
        last_before = arrived(server)[-1]
        await asyncio.sleep(8 * QUICK_PING_S)
        line.heal()
        await server.until(lambda: bool(missing(server)))
        assert ear.lost is None
        assert len(missing(server)) * pcm.FRAME_MS == ear.link.dropped_ms, "what is missing is counted"
        in_time_ms = (min(missing(server)) - last_before) * pcm.FRAME_MS
        assert in_time_ms < 1_000 * QUICK_PING_S * 2 * watched_connection.LATE_PINGS


@pytest.mark.usefixtures("quick")
async def test_of_a_line_that_was_given_up_nothing_arrives_when_it_heals() -> None:
    """The system would go on delivering what it holds of a closed connection: megabytes, which is a minute of voice."""
    async with conversation() as (_, line, ear):
        await types_more_than_fits(ear.link)
        await ear.wait(ev.ReplyEnded)  # by now the system has seen how much the line takes, and holds as much
        carried_bytes = line.carried_bytes
        line.stick()
        await types_more_than_fits(ear.link)
        assert isinstance(await ear.end(), LinkLost)
        line.heal()
        async with asyncio.timeout(30):
            await line.over.wait()
        assert line.carried_bytes - carried_bytes < 1_000_000, "what was on the line"
