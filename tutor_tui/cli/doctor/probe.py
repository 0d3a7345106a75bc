"""`tutor-tui doctor --probe`: what a Realtime server really does, and keeping that for the lessons to come.

The learner's own key goes to the address that the settings name, and to no other: the key of any other server has to be
named with --key-env.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.config.api_keys import parse_key
from tutor_tui.config.probe_results import ProbeRecord, address, recall, remember
from tutor_tui.core.capabilities import ABILITIES
from tutor_tui.core.key_masking import masked
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.endpoint import hostname_of
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import AZURE, GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS, VOICE_LIVE, owner_of
from tutor_tui.tutors.realtime.probe.prober import LIMIT_S, Prober, ProbeResult

SENTENCE = "Good morning. My name is Anna."
"""Said to the server by the offline tutor's voice."""
NO_KEY_SENT = "No key was sent. If the server needs one, put it into a variable, and name that with --key-env."
CHECK_THESE = "Check the address, the key and --model."
_AZURE_HOSTS = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")


async def probe(setup: Setup, limit_s: float = LIMIT_S) -> AsyncIterator[Finding]:
    """Ask the server for one thing after another, for `limit_s` seconds at most. Raises `Problem`."""
    settings = setup.configuration.settings.tutor
    url = setup.options.probe or settings.base_url
    key = await asyncio.to_thread(_key, setup, url)  # which may be in a keyring that takes its time
    endpoint = RealtimeEndpoint(url, key, settings.insecure, dialect_at(url, DIALECTS[settings.dialect]))
    prober = Prober(
        endpoint,
        settings.model,
        transcriber=settings.transcription_model,
        speech=await asyncio.to_thread(_speech),
        limit_s=limit_s,
    )
    results: list[ProbeResult] = []
    async for each in prober.run():
        results.append(each)
        yield _finding(each, prober.dialect or endpoint.dialect, DIALECTS[settings.dialect], key_sent=bool(key))
    if prober.dialect is not None:
        yield _kept(setup, endpoint.address, prober.dialect.name, results)


def _key(setup: Setup, url: str) -> str:
    """The key for the server at `url`; empty if there is none for it. Raises `Problem`."""
    configuration, name = setup.configuration, setup.options.key_variable
    if name:
        raw = configuration.service_keys.get(name)
        if raw is None:
            hint = f"Put {masked(name)}=the-key into .env or your shell's environment."
            raise Problem(f"There is no variable {masked(name)}, which --key-env names.", hint, ExitCode.USAGE)
    else:
        own = address(url) == address(configuration.settings.tutor.base_url)
        raw = configuration.key if own else None
    key = None if raw is None else parse_key(raw.text(), raw.origin.place)
    return key.reveal() if key else ""


def dialect_at(url: str, wanted: ServerDialect) -> ServerDialect:
    """The dialect of the settings, but a vendor's own at its address: that much the address tells."""
    host = hostname_of(url)
    if wanted is not GA:
        return wanted
    if host.endswith(_AZURE_HOSTS):
        return VOICE_LIVE if urlsplit(url.strip()).path.rstrip("/").endswith(VOICE_LIVE.auth.url_end) else AZURE
    return owner_of(host) or wanted


def _speech() -> bytes:
    """The sentence as sound; nothing where there is no voice, which the report says in its place."""
    try:
        from tutor_tui.offline_server.tts.espeak import Espeak  # numpy and the engine: only here

        return b"".join(Espeak().speak(SENTENCE, "en"))
    except (Problem, ImportError):
        return b""


def _finding(result: ProbeResult, found: ServerDialect, chosen: ServerDialect, *, key_sent: bool) -> Finding:
    match result:
        case ProbeResult("dialect", "yes") if found is not chosen:
            fix = f'Set tutor.dialect = "{found.name}" (or --dialect {found.name}).'
            return Finding("note", result.what, result.detail, fix)
        case ProbeResult(outcome="yes"):
            return Finding("ok", result.what, result.detail)
        case ProbeResult(outcome="no", vital=True):
            fix = CHECK_THESE if key_sent else NO_KEY_SENT
            return Finding("BAD", result.what, result.detail, fix, ExitCode.TUTOR)
        case ProbeResult(outcome="no"):
            return Finding("no", result.what, result.detail)
        case _:
            return Finding("note", result.what, result.detail)


def _kept(setup: Setup, url: str, dialect: DialectName, results: list[ProbeResult]) -> Finding:
    """Keep what was found out; of what could not be tried now, what was known before."""
    file = setup.configuration.folders.probes_file
    before = recall(file, url)
    known = set(before.lacks if before is not None else ())
    untried = {each.ability for each in results if each.outcome == "untried"}
    lacking = {each.ability for each in results if each.outcome == "no"} | (known & untried)
    lacks = tuple(name for name in ABILITIES if name in lacking)
    try:
        remember(file, url, ProbeRecord(datetime.now(UTC).date(), dialect, lacks))
    except Problem as problem:
        return Finding("note", "kept", problem.title, problem.hint)
    what = "what it cannot do is greyed there" if lacks else "nothing is known that it cannot do"
    return Finding("ok", "kept", f"Lessons at this address go by this: {what}.")
