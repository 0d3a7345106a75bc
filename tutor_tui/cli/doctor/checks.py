"""`tutor-tui doctor`: is all there that a lesson needs? One line each, with the mend; the exit code says the worst.

Works in a pipe as in a terminal. Nothing is changed, and nothing but the key's own endpoint is asked.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from tutor_tui.app.run import configure, find_profiles
from tutor_tui.app.tutor_pool import find_key
from tutor_tui.audio.microphone import MicrophoneLevel, measure_level
from tutor_tui.audio.portaudio import version
from tutor_tui.audio.soundcard import PyAudioSoundCard
from tutor_tui.cli.doctor.report import Case as Case
from tutor_tui.cli.doctor.report import Check as Check
from tutor_tui.cli.doctor.report import Finding as Finding
from tutor_tui.cli.doctor.report import Verdict
from tutor_tui.cli.doctor.services import ANSWER_WAIT_S as ANSWER_WAIT_S
from tutor_tui.cli.doctor.services import Answer, Unreachable, ask_models, offline_mind, pipeline, whisper
from tutor_tui.cli.output import GREEN, RED, YELLOW, coloured
from tutor_tui.config.keys import ApiKey, how_to_add
from tutor_tui.config.logs import start_log
from tutor_tui.config.options import Options
from tutor_tui.config.prompts import prompts_folders
from tutor_tui.core import model_catalog
from tutor_tui.core.commands import Greet
from tutor_tui.core.events import DeviceLost, DeviceOpened, TutorAudio, Which
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.ports import SoundCounters, Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.settings import KEY_VARIABLES
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.realtime.server_dialects import DIALECTS
from tutor_tui.tutors.registry import TutorOptions, make_tutor

COLOURS: Mapping[Verdict, str] = {"ok": GREEN, "note": YELLOW, "no": YELLOW, "BAD": RED}
LISTEN_S = 2.0
QUIET_DBFS = -65.0
"""Below this for two seconds a microphone is switched off or far too low: a quiet room measures −60 to −50 dBFS."""
OPEN_WAIT_S = 5.0
"""PortAudio needs 0.3 s to open both devices; a sound server that is starting up, a few seconds."""
ENGINE_WAIT_S = 15.0
"""The offline tutor greets within 2 s; on a busy machine it may take longer."""
ENGINE_PLAN = LessonPlan("doctor", "Greet the learner.", "marin", opening="Greet the learner.")
REINSTALL = "Install tutor-tui again: its speech engines come with it."


def doctor(options: Options) -> int:
    """Print the report. Returns the worst exit code."""
    start_log(options.log_file)
    case = Case(options, configure(options))
    return int(asyncio.run(_examine(case, CHECKS if options.probe is None else PROBE)))


async def _examine(case: Case, checks: Mapping[Check, str]) -> ExitCode:
    worst = ExitCode.OK
    for check in checks:
        async for finding in survived(check, case):
            verdict = coloured(f"{finding.verdict:<4}", COLOURS[finding.verdict], sys.stdout)
            words = printable_line(f"{finding.said} {finding.mend}")
            print(f"{verdict}  {finding.what:<10}  {words}".rstrip(), flush=True)
            worst = max(worst, finding.exit_code)
    return worst


async def survived(check: Check, case: Case) -> AsyncIterator[Finding]:
    """The findings of a check; a `Problem` in it is one, too, and does not keep the others from being made."""
    try:
        async for finding in check(case):
            yield finding
    except Problem as problem:
        yield Finding("BAD", (CHECKS | PROBE)[check], problem.title, problem.hint, problem.exit_code)


# ---- the checks, in the order of the report -------------------------------------------------------------------------


async def portaudio(_case: Case) -> AsyncIterator[Finding]:
    """Is the library there that talks to the sound card?"""
    yield Finding("ok", "PortAudio", version())


async def sound(case: Case) -> AsyncIterator[Finding]:
    """Can both devices be opened, and does the microphone hear anything?"""
    wanted = case.configuration.settings.sound
    async with PyAudioSoundCard(wanted.input_device, wanted.output_device, int(wanted.block_ms)) as card:
        states = await _states(card.events())
        for which in ("speaker", "microphone"):
            yield _device_finding(which, states.get(which))
        if isinstance(states.get("microphone"), DeviceOpened):
            yield level_finding(await measure_level(card.microphone, LISTEN_S))
            yield losses_finding(card.counters)


async def _states(events: AsyncIterator[object]) -> dict[Which, DeviceOpened | DeviceLost]:
    """What became of each device, as soon as both are known."""
    states: dict[Which, DeviceOpened | DeviceLost] = {}
    try:
        async with asyncio.timeout(OPEN_WAIT_S):
            async for event in events:
                if isinstance(event, DeviceOpened | DeviceLost):
                    states[event.which] = event
                if len(states) == 2:
                    break
    except TimeoutError:
        return states
    return states


def _device_finding(which: Which, state: DeviceOpened | DeviceLost | None) -> Finding:
    match state:
        case DeviceOpened(_, name, rate_hz):
            return Finding("ok", which, f"{name}, {rate_hz} Hz.")
        case DeviceLost(_, reason, hint):
            return Finding("BAD", which, reason, hint, ExitCode.SOUND)
        case None:
            said = f"The {which} does not answer within {OPEN_WAIT_S:.0f} s."
            return Finding("BAD", which, said, "Restart the sound server.", ExitCode.SOUND)


def level_finding(level: MicrophoneLevel) -> Finding:
    """What a microphone's loudness over `LISTEN_S` seconds means."""
    figures = f"{level.dbfs:.0f} dBFS on average, {level.peak_dbfs:.0f} at most, in {level.seconds:.1f} s."
    if level.seconds < LISTEN_S / 2:
        return Finding("BAD", "level", "The microphone sends no sound.", "Try another --input-device.", ExitCode.SOUND)
    if level.clipped:
        return Finding("note", "level", f"Too loud: {figures}", "Turn the microphone down in the system's mixer.")
    if level.peak_dbfs < QUIET_DBFS:
        return Finding("note", "level", f"Nearly silent: {figures}", "Speak up, or unmute it in the system's mixer.")
    return Finding("ok", "level", figures)


def losses_finding(counters: SoundCounters) -> Finding:
    """What the way between device and lesson lost meanwhile; the debug footer counts the same during a lesson."""
    lost = {
        "overflows": counters.overflows,
        "underflows": counters.underflows,
        "frames dropped": counters.dropped_frames,
    }
    if not any(lost.values()):
        return Finding("ok", "losses", f"No sound was lost in {LISTEN_S:.0f} s.")
    said = ", ".join(f"{count} {what}" for what, count in lost.items())
    mend = "End what keeps this machine busy, or set sound.block_ms to 20."
    return Finding("note", "losses", f"Sound was lost in {LISTEN_S:.0f} s: {said}.", mend)


async def key(case: Case) -> AsyncIterator[Finding]:
    """Is there a key, and can it be one?"""
    found = find_key(case.configuration)
    if found is not None:
        yield Finding("ok", "key", f"{found.origin} is set.")
    elif case.configuration.settings.tutor.kind == "offline":
        yield Finding("ok", "key", "None needed: the offline tutor was chosen.")
    else:
        variable = KEY_VARIABLES[case.configuration.settings.tutor.dialect][0]
        yield Finding("note", "key", f"{variable} is not set: the offline tutor teaches.", how_to_add(variable))


async def endpoint(case: Case) -> AsyncIterator[Finding]:
    """Does the cloud answer, take the key, and have the model?"""
    wanted = case.configuration.settings.tutor
    warning = model_catalog.shutdown_warning(wanted.model, datetime.now(UTC).date())
    if warning and wanted.kind != "offline":
        yield Finding("note", "model", warning, "Choose it with --model or in the settings.")
    try:
        found = find_key(case.configuration)
    except Problem:
        return  # told by the check before this one
    if found is not None:
        yield await _ask_endpoint(case, found)


async def _ask_endpoint(case: Case, secret: ApiKey) -> Finding:
    wanted = case.configuration.settings.tutor
    place = Endpoint(wanted.base_url, secret.reveal(), wanted.insecure, DIALECTS[wanted.dialect])
    try:
        answer = await ask_models(place, ANSWER_WAIT_S)
    except Unreachable as failure:
        said = f"{place.host} cannot be reached ({failure})."
        return Finding("BAD", "endpoint", said, "Check the network and --base-url.", ExitCode.TUTOR)
    return _endpoint_finding(place.host, wanted.model, answer)


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


async def offline(case: Case) -> AsyncIterator[Finding]:
    """Does the offline tutor start, greet and stop?"""
    folders = prompts_folders(case.configuration.folders.config, case.options.prompts)
    tutor = make_tutor("offline", TutorOptions(prompts_folders=folders))
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


async def prompts(case: Case) -> AsyncIterator[Finding]:
    """Are all profiles whole, and is the chosen one among them?"""
    found = find_profiles(case.configuration, case.options)
    for broken in found.broken:
        yield Finding("BAD", "prompts", f"{broken}.", "Correct that line; the others work.", ExitCode.USAGE)
    chosen = found.find(case.configuration.settings.lesson.profile)
    yield Finding("ok", "prompts", f"{len(found.profiles)} profiles; the lesson begins with {chosen.key}.")


async def probed(case: Case) -> AsyncIterator[Finding]:
    """What does that server really do?"""
    from tutor_tui.cli.doctor.probe import probe  # websockets and the offline voice: only here

    async for finding in probe(case):
        yield finding


CHECKS: dict[Check, str] = {
    portaudio: "PortAudio",
    sound: "sound",
    key: "key",
    endpoint: "endpoint",
    pipeline: "pipeline",
    offline: "offline",
    offline_mind: "mind",
    whisper: "whisper",
    prompts: "prompts",
}
"""Every check, in the order of the report, with the word for it when it fails as a whole."""
PROBE: dict[Check, str] = {probed: "probe"}
"""What is done for --probe instead."""
