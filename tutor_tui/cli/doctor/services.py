"""The servers that a lesson leans on besides the Realtime one: are they there, and do they have what is asked of them?

Nothing is asked but the list of models, and only of servers that the settings name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tutor_tui.app.configured import find_profiles
from tutor_tui.app.first_profile import profile_to_begin_with
from tutor_tui.app.service_choice import PARTS, Part, ServiceChoice, VariableMissing
from tutor_tui.app.tutor_choice import TutorPool, voices_wanted, whisper_model
from tutor_tui.cli.doctor.report import REINSTALL, Finding, Setup
from tutor_tui.config.load import Configuration
from tutor_tui.core import extras
from tutor_tui.core.availability import MORE_EARS, WHISPER_IS_THERE, listed
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.languages import language_name
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import Settings
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.services import Service

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

    from tutor_tui.openai_api import failures, http_client

    try:
        async with (
            asyncio.timeout(wait_s),
            http_client.client(wait_s) as client,
            client.stream("GET", place.http_url("models"), headers=place.headers()) as answer,
        ):
            return Answer(answer.status_code, await _beginning(answer.aiter_bytes()))
    except failures.UnusableProxy as proxy:
        raise Unreachable(str(proxy).rstrip(".")) from None
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise Unreachable(type(error).__name__) from None


async def _beginning(pieces: AsyncIterator[bytes]) -> bytes:
    """As much of an answer as we are willing to read."""
    read = bytearray()
    async for piece in pieces:
        read += piece
        if len(read) > ANSWER_LIMIT_BYTES:
            break
    return bytes(read)


# ---- the turn-based tutor -------------------------------------------------------------------------------------------

_NAMES: dict[Part, str] = {"transcribe": "transcription", "chat": "chat", "speak": "speech"}


async def pipeline(setup: Setup) -> AsyncIterator[Finding]:
    """Are the three services of the turn-based tutor there, where it was chosen?"""
    settings = setup.configuration.settings
    if settings.tutor.kind != "pipeline":
        return
    chosen = ServiceChoice(setup.configuration)
    services = [(part, _service_or_problem(chosen, part, settings)) for part in PARTS]
    for part, service in services:
        what = _NAMES[part]
        match service:
            case None:
                yield Finding("ok", what, f"The offline tutor does the pipeline's {what}.")
            case Problem():
                yield Finding("BAD", what, service.title, service.hint, ExitCode.USAGE)
            case _:
                yield await ask(what, service.endpoint, service.model, f"pipeline.{part}")


def _service_or_problem(chosen: ServiceChoice, part: Part, settings: Settings) -> Service | Problem | None:
    try:
        return chosen.of(part, settings)
    except VariableMissing:
        raise
    except Problem as problem:
        return problem


async def ask(what: str, place: Endpoint, model: str, setting: str) -> Finding:
    """What a server says when it is asked for `model`; `setting` begins the names of the settings for it."""
    there = "Start it with: ollama serve" if place.is_ollama else f"Is it running? Check {setting}_url."
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


# ---- the offline tutor's language model and speech recognition -------------------------------------------------------


async def offline_chat(setup: Setup) -> AsyncIterator[Finding]:
    """Is the chat server there that the offline tutor is to talk through?"""
    chat = ServiceChoice(setup.configuration).offline_chat(setup.configuration.settings)
    if chat is not None:
        yield await ask("chat", chat.endpoint, chat.model, "offline.chat")


async def ears(setup: Setup) -> AsyncIterator[Finding]:
    """With what does the offline tutor hear, and what?"""
    if whisper_model(setup.configuration.settings.offline):
        said = "The offline tutor hears whatever is said, in every language, with Whisper."
        yield Finding("ok", "ears", f"{said} {_built_in('Without it, it hears')}")
    else:
        more = WHISPER_IS_THERE if extras.has_whisper() else MORE_EARS
        yield await _hearing_finding(setup, more)


async def _hearing_finding(setup: Setup, more: str) -> Finding:
    """What hearing costs, in the language of the lesson that would begin, and `more` of what can be heard."""
    from tutor_tui.offline_server.stt.cost import cost  # numpy, and what reads words

    profiles = find_profiles(setup.configuration, setup.options)
    taught = profile_to_begin_with(profiles, setup.configuration, abilities(setup.configuration)).language
    language = taught if taught in heard_languages() else "en"
    used = await asyncio.to_thread(cost, language)
    if used is None:
        return Finding("BAD", "ears", "The offline tutor's ears do not start.", REINSTALL, ExitCode.TUTOR)
    memory = f"{used.memory_mb:.0f} MB of memory and " if used.memory_mb else ""
    said = f"{language_name(language)} takes {memory}{used.processor_s:.2f} s of processor time a second of speech"
    return Finding("ok", "ears", f"{_built_in('The offline tutor hears')} {said}, by {listed(used.by)}.", more)


def _built_in(begin: str) -> str:
    """What is heard by what is always installed."""
    languages = listed(sorted(map(language_name, heard_languages())))
    return f"{begin} what its lessons listen for in {languages}, and whatever is said in English."


def abilities(configuration: Configuration) -> Capabilities:
    """What the tutor of these settings can do; where it cannot be made, which other checks say, the cloud's."""
    try:
        return TutorPool(configuration).first()[0].capabilities
    except Problem:
        return Capabilities()


async def voices(setup: Setup) -> AsyncIterator[Finding]:
    """Are the offline tutor's better voices whole, where they are installed, and can this machine run them?"""
    from tutor_tui.offline_server.ports.unavailable import Unavailable
    from tutor_tui.offline_server.tts import weights

    voices_wanted(setup.configuration.settings.offline)
    if not weights.are_wanted():
        said = "espeak-ng speaks every language."
        yield Finding("ok", "voices", said, "There are better voices for seven: tutor-tui voices")
        return
    try:
        weights.check_machine(weights.cpu_flags(), weights.free_mb())
        await asyncio.to_thread(weights.read)
    except Unavailable as trouble:
        yield Finding("note", "voices", trouble.title, trouble.hint)
    else:
        yield Finding("ok", "voices", "The better voices are complete.", "To hear them: tutor-tui voices")


async def whisper(setup: Setup) -> AsyncIterator[Finding]:
    """Is the Whisper model there that the offline tutor is to hear with?"""
    settings = setup.configuration.settings
    model = whisper_model(settings.offline)
    if not model:
        return
    from tutor_tui.offline_server.stt.whisper_model import find, missing  # numpy, and what reads models

    here = await asyncio.to_thread(find, model)
    if here:
        yield Finding("ok", "whisper", f"The model {model} is on this machine.")
    elif settings.offline.whisper_download:
        yield Finding("note", "whisper", f"The model {model} will be fetched when a lesson begins.")
    else:
        trouble = missing(model)
        yield Finding("BAD", "whisper", trouble.title, trouble.hint, ExitCode.TUTOR)
