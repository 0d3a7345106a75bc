"""`tutor-tui doctor`: is all there that a lesson needs? One line each, with the fix; the exit code says the worst.

Works in a pipe as in a terminal. Nothing is changed, and nothing but the key's own endpoint is asked.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from tutor_tui.app.configured import configure, find_profiles
from tutor_tui.app.first_profile import profile_to_begin_with
from tutor_tui.app.terminal_lines import beside
from tutor_tui.app.tutor_key import find_key, is_ones_own
from tutor_tui.cli.doctor.library import library
from tutor_tui.cli.doctor.report import REINSTALL, Check, Finding, Setup, Verdict
from tutor_tui.cli.doctor.services import (
    ANSWER_WAIT_S,
    Answer,
    Unreachable,
    abilities,
    ask_models,
    ears,
    offline_chat,
    pipeline,
    voices,
    whisper,
)
from tutor_tui.cli.doctor.sound import portaudio, sound
from tutor_tui.cli.output import GREEN, RED, YELLOW, coloured
from tutor_tui.config.api_keys import ApiKey, how_to_add
from tutor_tui.config.command_line import Options
from tutor_tui.config.log_file import start_log
from tutor_tui.config.profiles import prompts_folders
from tutor_tui.core import model_catalog
from tutor_tui.core.events import TutorAudio
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.settings import KEY_VARIABLES
from tutor_tui.core.tutor_commands import Greet
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.registry import TutorOptions, make_tutor

COLOURS: Mapping[Verdict, str] = {"ok": GREEN, "note": YELLOW, "no": YELLOW, "BAD": RED}
ENGINE_WAIT_S = 15.0
"""The offline tutor greets within 2 s; on a busy machine it may take longer."""
ENGINE_PLAN = LessonPlan("doctor", "Greet the learner.", "marin", opening="Greet the learner.")


def doctor(options: Options) -> int:
    """Print the report. Returns the worst exit code."""
    start_log(options.log_file)
    setup = Setup(options, configure(options, stops_at_damaged_keys=False))
    checks = ECHO if options.echo else CHECKS if options.probe is None else PROBE
    return int(asyncio.run(_examine(setup, checks)))


async def _examine(setup: Setup, checks: Mapping[Check, str]) -> ExitCode:
    worst = ExitCode.OK
    for check in checks:
        async for finding in findings_of(check, setup):
            words = printable_line(f"{finding.said} {finding.fix}".rstrip())
            line = beside(f"{finding.verdict:<4}  {finding.what:<10}  ", words, sys.stdout)
            verdict = coloured(line[:4], COLOURS[finding.verdict], sys.stdout)
            print(f"{verdict}{line[4:]}", flush=True)
            worst = max(worst, finding.exit_code)
    return worst


async def findings_of(check: Check, setup: Setup) -> AsyncIterator[Finding]:
    """The findings of a check; a `Problem` in it is one, too, and does not keep the others from being made."""
    try:
        async for finding in check(setup):
            yield finding
    except Problem as problem:
        yield Finding("BAD", (CHECKS | PROBE | ECHO)[check], problem.title, problem.hint, problem.exit_code)


# ---- the tutor and its profiles --------------------------------------------------------------------------------------


async def start_folder(setup: Setup) -> AsyncIterator[Finding]:
    """Is there a `.env` in this folder of which something is not taken, or that sends the lesson elsewhere?"""
    configuration = setup.configuration
    for sentence in configuration.start_folder_notices:
        yield Finding("note", ".env", sentence, configuration.start_folder_hint)


async def key(setup: Setup) -> AsyncIterator[Finding]:
    """Is there a key, where, and can it be one? Can nobody else read it there?"""
    if damaged := setup.configuration.damaged_keys:
        yield Finding("BAD", "key", damaged.title, damaged.hint, damaged.exit_code)
    for sentence in setup.configuration.open_files:
        yield Finding("note", "key", sentence)
    found = await asyncio.to_thread(find_key, setup.configuration)  # a keyring may take its time
    if found is not None:
        yield Finding("ok", "key", f"{found.origin} is set.")
    elif setup.configuration.settings.tutor.kind == "offline":
        yield Finding("ok", "key", "None needed: the offline tutor was chosen.")
    elif is_ones_own(setup.configuration.settings.tutor):
        yield Finding("ok", "key", "None needed: the tutor's server is on this machine.")
    else:
        variable = KEY_VARIABLES[setup.configuration.settings.tutor.dialect][0]
        yield Finding("note", "key", f"{variable} is not set: the offline tutor teaches.", how_to_add(variable))


async def endpoint(setup: Setup) -> AsyncIterator[Finding]:
    """Does the cloud answer, take the key, and have the model?"""
    wanted = setup.configuration.settings.tutor
    warning = model_catalog.shutdown_warning(wanted.model, datetime.now(UTC).date())
    if warning and wanted.kind != "offline":
        yield Finding("note", "model", warning, "Choose it with --model or in the settings.")
    try:
        found = find_key(setup.configuration)
    except Problem:
        return  # the check before this one said it
    if found is not None:
        yield await _ask_endpoint(setup, found)


async def _ask_endpoint(setup: Setup, secret: ApiKey) -> Finding:
    wanted = setup.configuration.settings.tutor
    place = RealtimeEndpoint(wanted.base_url, secret.reveal(), wanted.insecure, DIALECTS[wanted.dialect])
    try:
        answer = await ask_models(place, ANSWER_WAIT_S)
    except Unreachable as failure:
        said = f"{place.host} cannot be reached ({failure})."
        return Finding("BAD", "endpoint", said, "Check the network and --base-url.", ExitCode.TUTOR)
    return _endpoint_finding(place.host, place.model(wanted.model), answer)


def _endpoint_finding(host: str, model: str, answer: Answer) -> Finding:
    match status := answer.status:
        case 200 if answer.has(model):
            return Finding("ok", "endpoint", f"{host} takes the key and has {model}.")
        case 200:
            said = f"{host} takes the key but does not list {model}."
            return Finding("note", "endpoint", said, "Choose another --model if the lesson does not start.")
        case 401 | 403:
            said = f"{host} refuses the key (HTTP {status})."
            return Finding("BAD", "endpoint", said, "Make a new key, or use --tutor offline.", ExitCode.TUTOR)
        case 404 | 405 | 501:
            return Finding("note", "endpoint", f"{host} answers, but lists no models (HTTP {status}).")
        case _:
            said = f"{host} answers with HTTP {status}."
            return Finding("BAD", "endpoint", said, "Check --base-url, or try again later.", ExitCode.TUTOR)


async def offline(setup: Setup) -> AsyncIterator[Finding]:
    """Does the offline tutor start, greet and stop?"""
    folders = prompts_folders(setup.configuration.folders.config, setup.options.prompts)
    tutor = make_tutor("offline", TutorOptions(offline_server=OfflineServer(folders)))
    try:
        finding = await _greeting_finding(tutor)
    finally:
        await tutor.close()
    yield finding


async def _greeting_finding(tutor: Tutor) -> Finding:
    """How long the tutor takes to greet. No generator: its time limit must not run on while the reader is busy."""
    clock = asyncio.get_running_loop().time
    started_s = clock()
    try:
        async with asyncio.timeout(ENGINE_WAIT_S), tutor.connect(ENGINE_PLAN) as link:
            await link.send(Greet(ENGINE_PLAN.opening))
            async for event in link.events():
                if isinstance(event, TutorAudio) and event.pcm:
                    return Finding("ok", "offline", f"The offline tutor greets after {clock() - started_s:.1f} s.")
    except TimeoutError:
        said = f"The offline tutor says nothing within {ENGINE_WAIT_S:.0f} s."
        return Finding("BAD", "offline", said, REINSTALL, ExitCode.TUTOR)
    return Finding("BAD", "offline", "The offline tutor says nothing.", REINSTALL, ExitCode.TUTOR)


async def prompts(setup: Setup) -> AsyncIterator[Finding]:
    """Are all profiles whole, and is the chosen one among them?"""
    found = find_profiles(setup.configuration, setup.options)
    for broken in found.broken:
        yield Finding("BAD", "prompts", f"{broken}.", "Correct that line; the others work.", ExitCode.USAGE)
    chosen = profile_to_begin_with(found, setup.configuration, abilities(setup.configuration))
    yield Finding("ok", "prompts", f"{len(found.profiles)} profiles; the lesson begins with {chosen.key}.")


async def probe_server(setup: Setup) -> AsyncIterator[Finding]:
    """What does that server really do?"""
    from tutor_tui.cli.doctor.probe import probe  # websockets and the offline voice: only here

    async for finding in probe(setup):
        yield finding


async def echo_of_speaker(setup: Setup) -> AsyncIterator[Finding]:
    """Would the tutor hear itself?"""
    from tutor_tui.cli.doctor.echo import echo  # the echo canceller: only here

    async for finding in echo(setup):
        yield finding


CHECKS: dict[Check, str] = {
    portaudio: "PortAudio",
    sound: "sound",
    start_folder: ".env",
    key: "key",
    endpoint: "endpoint",
    pipeline: "pipeline",
    offline: "offline",
    ears: "ears",
    offline_chat: "chat",
    voices: "voices",
    whisper: "whisper",
    prompts: "prompts",
    library: "library",
}
"""Every check, in the order of the report, with the word for it when it fails as a whole."""
PROBE: dict[Check, str] = {probe_server: "probe"}
"""What is done for --probe instead."""
ECHO: dict[Check, str] = {echo_of_speaker: "echo"}
"""For --echo."""
