"""A server that is too slow for its questions, or not there at all."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.support.strict_server import StrictServer
from tests.support.strict_session import StrictSession
from tests.tutors.helpers import tcp_server
from tests.tutors.realtime.probed import INTRODUCTION, dropping, examined, good, only
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import GA
from tutor_tui.tutors.realtime.probe import prober
from tutor_tui.tutors.realtime.probe.connection import ProbeConnection
from tutor_tui.tutors.realtime.probe.prober import Prober, ProbeResult


async def test_when_the_time_is_over_the_rest_is_not_tried() -> None:
    async with StrictServer(good()) as server:
        _, seen = await examined(server, limit_s=0.0)
    asked = [each for what, each in seen.items() if what not in INTRODUCTION]
    assert {(each.outcome, each.detail) for each in asked} == {("untried", "Not tried: the 0 s were over.")}


@pytest.mark.slow
async def test_a_question_that_the_end_of_the_time_cuts_short_says_nothing_of_the_server() -> None:
    async with StrictServer(good(reply_delay_s=60)) as server:
        _, seen = await examined(server, limit_s=2.0, questions=only("sound"))
    assert seen["sound"].detail == "Not tried to its end: the 2 s were over."


async def test_a_server_that_says_nothing_of_itself_is_waited_for_and_asked_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prober, "GREET_S", 0.1)
    monkeypatch.setattr(prober, "UPDATE_S", 0.1)
    async with StrictServer(good(greets=False, confirms_updates=False)) as server:
        asking, seen = await examined(server, questions=only("sound", "clear"))
    assert asking.dialect is GA
    assert [each.outcome for each in seen.values()] == ["yes", "yes", "no", "no", "yes", "yes"]


async def test_a_server_that_is_too_slow_to_answer_a_ping_is_not_said_to_lack_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def asleep(_wire: object) -> bool:
        return False

    monkeypatch.setattr(ProbeConnection, "is_awake", asleep)
    monkeypatch.setattr(StrictSession, "tell", dropping("input_audio_buffer.cleared")["tell"])
    async with StrictServer(good()) as server:
        _, seen = await examined(server, questions=only("clear", within_s=0.5))
    assert (seen["clear"].outcome, seen["clear"].detail) == ("untried", "No answer within 0 s: too slow to tell.")


@pytest.mark.parametrize(
    ("changes", "said", "calls"),
    [
        ({"http_status": 404}, "There is no Realtime service at that address, or no such model (HTTP 404).", 2),
        ({"token": "another"}, "The tutor's server refuses the API key (HTTP 401).", 2),
        ({"http_status": 500}, "has a fault of its own (HTTP 500).", 1),
        ({"models": frozenset({"other"})}, "The server does not have this model, or not for this key.", 2),
    ],
)
async def test_a_refusal_is_said_once_as_the_first_attempt_met_it(
    changes: dict[str, Any], said: str, calls: int
) -> None:
    async with StrictServer(good(**changes)) as server:
        asking, seen = await examined(server)
        assert len(server.handshakes) == calls, "the beta is tried where that could be the cure"
    assert asking.dialect is None
    ((what, found),) = seen.items()
    assert (what, found.outcome, found.vital) == ("reachable", "no", True)
    assert found.detail.endswith(said)


async def test_where_nobody_is_there_is_one_finding() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    seen = [each async for each in Prober(RealtimeEndpoint(f"ws://127.0.0.1:{port}/v1"), "m").run()]
    assert seen == [ProbeResult("reachable", "no", f"Nothing answers at 127.0.0.1:{port}.", vital=True)]


async def test_somebody_else_at_that_port_is_one_finding() -> None:
    async with tcp_server(lambda _reader, writer: writer.write(b"220 mail.example ESMTP\r\n")) as port:
        seen = [each async for each in Prober(RealtimeEndpoint(f"ws://127.0.0.1:{port}/v1"), "m").run()]
    assert [(each.what, each.outcome) for each in seen] == [("reachable", "no")]


async def test_a_server_that_takes_neither_dialect_is_one_finding() -> None:
    refuses = {"session.instructions": "I do as I like."}
    async with StrictServer(good(refuses=refuses)) as server:
        asking, seen = await examined(server)
    assert asking.dialect is None
    assert list(seen) == ["dialect"]
    assert seen["dialect"].detail == "It refuses the settings of a lesson: I do as I like."
