"""`tutor-tui devices` and `tutor-tui profiles`: what there is to choose from, as plain lines that can be piped."""

from __future__ import annotations

from tutor_tui.app.run import configure, find_profiles
from tutor_tui.cli.output import table
from tutor_tui.config.command_line import Options
from tutor_tui.core.ports import Device
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line


def list_devices(options: Options) -> int:
    """Print every microphone and speaker. Raises `Problem` when there is no PortAudio."""
    configure(options)
    from tutor_tui.audio.devices import list_devices as look_up  # loads PortAudio

    devices = look_up()
    if not devices:
        raise Problem("No sound device was found.", "tutor-tui doctor says what to do.", ExitCode.SOUND)
    rows = [(str(each.index), each.name, each.api, _use(each), f"{each.rate_hz} Hz") for each in devices]
    for line in table(("NUMBER", "NAME", "SYSTEM", "USE", "RATE"), rows):
        print(line)
    return int(ExitCode.OK)


def list_profiles(options: Options) -> int:
    """Print every profile, and below them the broken ones with file, line and reason; or just the names of the good."""
    profiles = find_profiles(configure(options), options)
    if options.names_only:
        print("\n".join(each.key for each in profiles.profiles))
        return int(ExitCode.OK)
    rows = [
        (each.key, each.language, each.level or "-", each.offline_lesson or "-", each.description or each.name)
        for each in profiles.profiles
    ]
    for line in table(("PROFILE", "LANGUAGE", "LEVEL", "OFFLINE LESSON", "WHAT IT IS"), rows):
        print(line)
    for broken in profiles.broken:
        print(printable_line(f"broken: {broken}"))
    return int(ExitCode.OK)


def _use(device: Device) -> str:
    uses = [
        (device.inputs, "microphone", device.default_input),
        (device.outputs, "speaker", device.default_output),
    ]
    return ", ".join(name + " (default)" * default for channels, name, default in uses if channels)
