"""The servers that a lesson leans on besides the Realtime one: are they there, and do they have what is asked of them?

Nothing is asked but the list of models, and only of servers that the settings name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from tutor_tui.app.tutor_pool import TutorPool
from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.core import model_catalog
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.tutors.registry import ServiceOptions, TutorOptions, address_and_key, is_ours

ANSWER_LIMIT_BYTES = 1_000_000
"""The list of models is some 20 kB; more than this is not read."""
ANSWER_WAIT_S = 10.0
"""A server that has not answered by then will not answer in a lesson either."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said when it was asked for its models."""

    status: int
    listed: bytes

    def has(self, model: str) -> bool:
        """Whether the model is on the list; Ollama adds its tag ("gemma3:latest")."""
        name = re.escape(model).encode()
        return re.search(rb'"' + name + rb'(:[\w.-]+)?"', self.listed) is not None


class Unreachable(Exception):
    """Nobody answered; the words are the kind of failure."""


async def ask_models(place: Endpoint, wait_s: float = ANSWER_WAIT_S) -> Answer:
    """Ask for the list of models. Raises `Unreachable`."""
    import httpx  # 60 ms, and only here

    from tutor_tui.openai_api import http_client

    address = re.sub("^ws", "http", place.base_url.strip().rstrip("/")) + "/models"
    try:
        async with (
            asyncio.timeout(wait_s),
            http_client.client(wait_s) as client,
            client.stream("GET", address, headers=place.headers()) as answer,
        ):
            return Answer(answer.status_code, await _beginning(answer.aiter_bytes()))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise Unreachable(type(error).__name__) from None
    except LinkLost as proxy:
        raise Unreachable(proxy.title.rstrip(".")) from None


async def _beginning(pieces: AsyncIterator[bytes]) -> bytes:
    """As much of an answer as we are willing to read."""
    read = bytearray()
    async for piece in pieces:
        read += piece
        if len(read) > ANSWER_LIMIT_BYTES:
            break
    return bytes(read)


# ---- the turn-based tutor -------------------------------------------------------------------------------------------

Part = Literal["transcribe", "chat", "speak"]
_PARTS: dict[Part, str] = {"transcribe": "ears", "chat": "mind", "speak": "voice"}


async def pipeline(setup: Setup) -> AsyncIterator[Finding]:
    """Are the three services of the turn-based tutor there, where it was chosen?"""
    settings = setup.configuration.settings
    if settings.tutor.kind != "pipeline":
        return
    options = TutorPool(setup.configuration).options("pipeline", settings)
    usual: dict[Part, str] = {
        "transcribe": options.transcriber,
        "chat": model_catalog.DEFAULT_CHAT_MODEL,
        "speak": model_catalog.DEFAULT_SPEECH_MODEL,
    }
    wanted: dict[Part, ServiceOptions] = {
        "transcribe": options.transcribe,
        "chat": options.chat,
        "speak": options.speak,
    }
    for part, what in _PARTS.items():
        if is_ours(options, wanted[part]):
            yield Finding("ok", what, f"The offline tutor is the pipeline's {what}.")
        else:
            yield await _service(what, f"pipeline.{part}", options, wanted[part], usual[part])


async def _service(what: str, setting: str, options: TutorOptions, wanted: ServiceOptions, usual_model: str) -> Finding:
    url, key = address_and_key(options, wanted)
    try:
        place = Endpoint(url, key, options.insecure)
    except Problem as problem:
        return Finding("BAD", what, problem.title, f"Correct {setting}_url. {problem.hint}", ExitCode.USAGE)
    return await asked(what, place, wanted.model or usual_model, setting)


async def asked(what: str, place: Endpoint, model: str, setting: str, mend: str = "") -> Finding:
    """What a server says when it is asked for `model`; `setting` begins the names of the settings for it."""
    there = mend or f"Is it running? Check {setting}_url."
    try:
        answer = await ask_models(place, ANSWER_WAIT_S)
    except Unreachable as failure:
        return Finding("BAD", what, f"{place.host} cannot be reached ({failure}).", there, ExitCode.TUTOR)
    match answer.status:
        case 200 if not model or answer.has(model):
            return Finding("ok", what, f"{place.host} has {model}." if model else f"{place.host} answers.")
        case 200:
            return Finding("note", what, f"{place.host} does not list {model}.", f"Check {setting}_model.")
        case 401 | 403:
            said = f"{place.host} refuses the key (HTTP {answer.status})."
            return Finding("BAD", what, said, f"Name the variable that holds it in {setting}_key.", ExitCode.TUTOR)
        case 404 | 405 | 501:
            return Finding("note", what, f"{place.host} answers, but lists no models (HTTP {answer.status}).")
        case status:
            return Finding("BAD", what, f"{place.host} answers with HTTP {status}.", there, ExitCode.TUTOR)


# ---- the offline tutor's mind and ears ------------------------------------------------------------------------------


async def offline_mind(setup: Setup) -> AsyncIterator[Finding]:
    """Is the chat server there that the offline tutor is to think with?"""
    settings = setup.configuration.settings
    if settings.offline.conversation != "chat":
        return
    chat = TutorPool(setup.configuration).options("offline", settings).offline.chat
    assert chat is not None  # the mind is a chat server
    place = Endpoint(chat.base_url, chat.api_key, settings.tutor.insecure)
    mend = "Start it with: ollama serve" if place.is_ollama else ""
    yield await asked("mind", place, chat.model, "offline.chat", mend)


async def whisper(setup: Setup) -> AsyncIterator[Finding]:
    """Is the Whisper model there that the offline tutor is to hear with?"""
    settings = setup.configuration.settings
    model = TutorPool(setup.configuration).options("offline", settings).offline.whisper_model
    if not model:
        return
    from tutor_tui.offline_server.stt.whisper_model import ALLOW, find  # the extra takes seconds to import

    here = await asyncio.to_thread(find, model)
    if here:
        yield Finding("ok", "whisper", f"The model {model} is on this machine.")
    elif settings.offline.whisper_download:
        yield Finding("note", "whisper", f"The model {model} will be fetched when a lesson begins.")
    else:
        yield Finding("BAD", "whisper", f"The model {model} is not on this machine.", ALLOW, ExitCode.TUTOR)
