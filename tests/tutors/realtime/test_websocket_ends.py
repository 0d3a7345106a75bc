"""How a Realtime conversation over a WebSocket ends, and what reaches no log."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from dataclasses import replace

import pytest

from tests.support.fair_clock import FairClock
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import PLAN, call, realtime, tcp_server
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.realtime import errors
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


@pytest.mark.parametrize(
    ("code", "reason", "retry", "words"),
    [
        (1001, "Your session hit the maximum duration of 60 minutes.", True, "longest time"),
        (1001, "", True, "going away"),
        (1011, "keepalive ping timeout", True, "fault"),
        (1012, "", True, "restarts"),
        (1013, "", True, "busy"),
        (3000, "invalid_request_error.invalid_api_key", False, "API key"),
        (3000, "", False, "API key"),
        (4000, "invalid_request_error.invalid_model", False, "model"),
        (4000, "invalid_request_error.beta_api_shape_disabled", False, "version"),
        (4004, "invalid_request_error.model_not_found", False, "model"),
        (4321, "who knows", True, "broke"),
    ],
)
async def test_a_close_code_is_one_sentence_with_a_way_out(code: int, reason: str, retry: bool, words: str) -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await server.close(code, reason)
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert words in lost.title
        assert lost.title.endswith(".")
        assert lost.hint
        assert lost.retry is retry
        with pytest.raises(LinkLost):
            await ear.link.send(cmd.Say("hello?", "t1"))


async def test_an_orderly_end_is_no_failure() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await server.close(1000)
        assert await ear.end() is None


async def test_a_plain_drop_is_worth_another_attempt() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        server.drop()
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert lost.retry


async def test_an_expired_session_by_its_error_event() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await server.error("session_expired", "Your session hit the maximum duration of 60 minutes.")
        await server.close(1001, "Your session hit the maximum duration of 60 minutes.")
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert lost.title == errors.EXPIRED[0]
        assert lost.retry


async def test_a_reconnect_tells_the_history() -> None:
    history = (HistoryLine("learner", "hello there"), HistoryLine("tutor", "Hello! How"))
    async with StrictServer() as server:
        tutor = realtime(server)
        async with call(tutor) as ear:
            server.drop()
            await ear.end()
        async with call(tutor, replace(PLAN, history=history)) as ear:
            items = [frame["item"] for frame in server.of_type("conversation.item.create")]
            assert [item["content"][0]["text"] for item in items] == ["hello there", "Hello! How"]
            assert ear.all(ev.ItemPlaced) == []


async def test_leaving_is_quick_even_from_a_server_that_ignores_it() -> None:
    stuck = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        key = next(
            line.split(b": ")[1] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
        )
        magic = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key + magic, usedforsecurity=False).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        await stuck.wait()

    async with tcp_server(answer) as port:
        tutor = WebSocketTutor(RealtimeEndpoint(f"ws://127.0.0.1:{port}/v1", "k"))
        async with tutor.connect(PLAN):
            clock = FairClock()
        assert clock.seconds < 2.0
        stuck.set()


async def test_leaving_in_the_middle_of_a_flood_is_quick_and_leaves_no_task() -> None:
    flood = Behaviour(replies=[Reply("x " * 500, tone(60_000))])
    async with StrictServer(flood) as server:
        before = asyncio.all_tasks()
        async with realtime(server).connect(PLAN) as link:
            async for event in link.events():
                if isinstance(event, ev.LinkReady):
                    await link.send(cmd.Greet(""))
                if isinstance(event, ev.TutorAudio):
                    break
            clock = FairClock()
        assert clock.seconds < 2.0
        ours = {task for task in asyncio.all_tasks() - before if "tutor link" in task.get_name()}
        assert not ours or not (await asyncio.wait(ours, timeout=5))[1]


async def test_neither_key_nor_words_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="tutor_tui")
    caplog.set_level(logging.DEBUG, logger="websockets.client")
    async with StrictServer(Behaviour(replies=[Reply("xyzzy")])) as server:
        async with call(realtime(server, "sk-secret"), replace(PLAN, instructions="plugh")) as ear:
            await ear.link.send(cmd.Say("frotz", "t1"))
            await ear.wait(ev.ReplyEnded)
        ours = [record for record in caplog.records if record.name != "websockets.server"]
        text = "\n".join(record.getMessage() for record in ours)
        assert not any(secret in text for secret in ("sk-secret", "xyzzy", "plugh", "frotz"))
