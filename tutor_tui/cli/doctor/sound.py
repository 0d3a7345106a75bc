"""Doctor's checks of the sound: the library, both devices, how loud the microphone is, what is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.microphone import MicrophoneLevel, measure_level
from tutor_tui.audio.portaudio import version
from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.core import pcm
from tutor_tui.core.actions import ELSEWHERE, with_keys
from tutor_tui.core.availability import NOTHING_BUT_ZEROS, NOTHING_BUT_ZEROS_HINT
from tutor_tui.core.events import DeviceLost, DeviceOpened, Which
from tutor_tui.core.ports import SoundCounters
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.sound_settings import file_instead

LISTEN_S = 2.0
QUIET_DBFS = -65.0
"""Below this for two seconds a microphone is switched off or far too low: a quiet room measures −60 to −50 dBFS."""
OPEN_WAIT_S = 5.0
"""PortAudio needs 0.3 s to open both devices; a sound server that is starting up, a few seconds."""


async def portaudio(_setup: Setup) -> AsyncIterator[Finding]:
    """Is the library there that talks to the sound card?"""
    yield Finding("ok", "PortAudio", version())


async def sound(setup: Setup) -> AsyncIterator[Finding]:
    """Can both devices be opened, and does the microphone hear anything?"""
    wanted = setup.configuration.settings.sound
    async with PyAudioSoundCard(wanted.input_device, wanted.output_device, int(wanted.block_ms)) as card:
        states = await states_of(card.events())
        for which in ("speaker", "microphone"):
            yield device_finding(which, states.get(which))
        is_a_file = file_instead(wanted.input_device) is not None  # whose loudness is nobody's trouble
        card.microphone.gain_db = wanted.gain_db
        if isinstance(states.get("microphone"), DeviceOpened) and not is_a_file:
            yield level_finding(await measure_level(card.microphone, LISTEN_S))
            yield losses_finding(card.counters)


async def states_of(events: AsyncIterator[object]) -> dict[Which, DeviceOpened | DeviceLost]:
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


def device_finding(which: Which, state: DeviceOpened | DeviceLost | None) -> Finding:
    """What became of opening a device."""
    match state:
        case DeviceOpened(_, name, rate_hz, instead_of) if instead_of:
            said = f"There is no {which} called “{instead_of}”, so {name} is used, {rate_hz} Hz."
            return Finding("note", which, said, "See them all with: tutor-tui devices")
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
    if level.peak_dbfs <= pcm.FLOOR_DBFS:
        return Finding("note", "level", NOTHING_BUT_ZEROS, with_keys(NOTHING_BUT_ZEROS_HINT, ELSEWHERE))
    if level.peak_dbfs < QUIET_DBFS:
        hint = "Speak up, unmute it in the system's mixer, or set sound.gain_db."
        return Finding("note", "level", f"Nearly silent: {figures}", hint)
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
    fix = "End what keeps this machine busy, or set sound.block_ms to 40."
    return Finding("note", "losses", f"Sound was lost in {LISTEN_S:.0f} s: {said}.", fix)
