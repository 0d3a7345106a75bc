"""Azure's address, header and deployments."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.strict_server import Behaviour, StrictServer
from tests.tutors.helpers import PLAN, call, refusals, tcp_server
from tutor_tui.core import events as ev
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import AZURE
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.webrtc import signalling
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


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
