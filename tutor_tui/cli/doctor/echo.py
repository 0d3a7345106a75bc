"""`tutor-tui doctor --echo`: plays for some seconds, listens, and says which `sound.echo_mode` fits this room."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from tutor_tui.audio.echo_calibration import (
    BURST_S,
    QUIET_S,
    SPEECH_S,
    TAIL_S,
    Calibration,
    EchoTest,
    calibrated,
    calibration_sound,
)
from tutor_tui.audio.echo_canceller import MISSING, MISSING_HINT
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.cli.doctor.sound import device_finding, states_of
from tutor_tui.cli.question import agreed
from tutor_tui.config.save import SettingsFile
from tutor_tui.core import pcm
from tutor_tui.core.actions import ELSEWHERE, with_keys
from tutor_tui.core.availability import NOTHING_BUT_ZEROS, NOTHING_BUT_ZEROS_HINT
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.events import DeviceOpened
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.sound_settings import file_instead

_WORDS: dict[EchoMode, str] = {
    "headphones": "headphones: the microphone does not hear the tutor, so you can talk over it.",
    "speakers": "speakers: the tutor's voice can be taken out of what the microphone hears, so you can talk over it.",
    "half-duplex": "half-duplex: the microphone rests while the tutor is heard; escape stops it, your voice does not.",
}
_UNHEARD = "If you did not hear the hiss either, turn the speaker up, and try again."
_LATE_S = 3.0
"""So much later than due the sound of a busy machine, or of a device that wakes up, may come."""


async def echo(setup: Setup) -> AsyncIterator[Finding]:
    """How loud and how late does the microphone hear the speaker, and what is left behind the canceller?"""
    wanted = setup.configuration.settings.sound
    if file_instead(wanted.input_device) is not None:
        said = "A WAV file speaks in the microphone's place, and hears no echo."
        yield Finding("BAD", "echo", said, "Try: tutor-tui doctor --echo --input-device ''", ExitCode.USAGE)
        return
    try:
        test = await asyncio.to_thread(EchoTest)
    except (ImportError, OSError, RuntimeError):
        yield Finding("note", "echo", f"{MISSING} Use headphones, or set sound.echo_mode to half-duplex.", MISSING_HINT)
        return
    async with PyAudioSoundCard(wanted.input_device, wanted.output_device, int(wanted.block_ms)) as card:
        states = await states_of(card.events())
        for which in ("speaker", "microphone"):
            yield device_finding(which, states.get(which))
        if not all(isinstance(states.get(which), DeviceOpened) for which in ("speaker", "microphone")):
            return
        seconds = QUIET_S + BURST_S + SPEECH_S + TAIL_S
        yield Finding(
            "ok", "echo", f"Please be quiet for {seconds:.0f} seconds: you will hear a hiss, as loud as the tutor is."
        )
        await _listen(card, test, seconds)
    found = await asyncio.to_thread(calibrated, bytes(test.heard), bytes(test.left), bytes(test.given), test.works)
    for finding in findings(found):
        yield finding
    if found.seconds < seconds / 2:
        yield Finding("note", "mode", "Too little sound came from the microphone to tell.", "Try again.")
    elif not (found.digital_silence or found.faint):
        yield _choice(setup, found.mode)


async def _listen(card: PyAudioSoundCard, test: EchoTest, seconds: float) -> None:
    """Play, and let the microphone's frames pass, until so many seconds have been heard."""
    card.microphone.canceller = card.speaker.canceller = test
    sound = await asyncio.to_thread(calibration_sound)

    async def hear() -> None:
        plays = False
        async for _ in card.microphone.frames():
            heard_s = len(test.heard) / pcm.BYTES_PER_MS / 1000
            if heard_s >= QUIET_S and not plays:
                card.speaker.play("test", sound)
                card.speaker.finish("test")
                plays = True
            if heard_s >= seconds:
                return

    try:
        await asyncio.wait_for(hear(), seconds + _LATE_S)
    except TimeoutError:
        return


def findings(found: Calibration) -> list[Finding]:
    """What was measured, in sentences."""
    if not found.seconds:
        return [
            Finding("BAD", "level", "The microphone sends no sound.", "Try another --input-device.", ExitCode.SOUND)
        ]
    if found.digital_silence:
        return [Finding("note", "level", NOTHING_BUT_ZEROS, with_keys(NOTHING_BUT_ZEROS_HINT, ELSEWHERE))]
    made = [Finding("ok", "room", f"{found.noise_dbfs:.0f} dBFS before anything was played.")]
    if found.clipped:
        hint = "Turn the microphone or the loudspeaker down in the system's mixer."
        made.append(Finding("note", "level", "Too loud: the microphone was overdriven.", hint))
    if found.faint:
        hint = "Turn it up, or unmute it, in the system's mixer; then try again."
        made.append(Finding("note", "level", "Nearly silent: the microphone hardly hears anything.", hint))
    if not found.audible:
        unheard = Finding("ok", "echo", "The microphone does not hear the speaker.", _UNHEARD)
        return made if found.faint else [*made, unheard]  # it would not hear a learner either
    late = f", {found.delay_ms:.0f} ms late" if found.delay_ms is not None else ""
    said = f"{found.echo_dbfs:.0f} dBFS{late}; a voice at the microphone is about -25."
    made.append(Finding("ok", "echo", said))
    left = f"{found.left_dbfs:.0f} dBFS are left: {found.taken_away_db:.0f} dB were taken away."
    made.append(Finding("ok" if found.mode == "speakers" else "note", "cancelled", left))
    return made


def _choice(setup: Setup, mode: EchoMode) -> Finding:
    """Which mode to take; it is saved where the learner wants that."""
    said, set_to = _WORDS[mode], setup.configuration.settings.sound.echo_mode
    how = "To set it: tutor-tui doctor --echo --save"
    if set_to == mode:
        return Finding("ok", "mode", said, "That is your setting already.")
    asks = not setup.options.save and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    if asks and not agreed(f"Best here is {said} Set sound.echo_mode to that?", "", ""):
        return Finding("note", "mode", f"sound.echo_mode stays {set_to}.", how)
    if not asks and not setup.options.save:
        return Finding("note", "mode", said, how)
    SettingsFile(setup.configuration.folders.config_file).save("sound.echo_mode", mode)
    return Finding("ok", "mode", f"sound.echo_mode is {mode} from now on." if asks else said, "" if asks else "Saved.")
