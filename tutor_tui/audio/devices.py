"""Which sound devices there are, and which one a learner means."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tutor_tui.audio import endpoints, install_hints, portaudio
from tutor_tui.audio.portaudio import PA_INT16, PortAudio, SoundProblem
from tutor_tui.core import pcm
from tutor_tui.core.child_environment import child_environment
from tutor_tui.core.events import Which
from tutor_tui.core.ports import Device

_LOOK_S = 10.0


def list_devices() -> Sequence[Device]:
    """All devices, for the command line. Blocks for some 100 ms. Raises `SoundProblem` when there is no PortAudio."""
    library = portaudio.start()
    try:
        return survey(library)
    finally:
        library.terminate()


def survey(library: PortAudio) -> tuple[Device, ...]:
    """All devices as PortAudio saw them when it was started. Raises `SoundProblem`.

    A sound server's own devices come first, because part of a name should mean them sooner than the hardware, which the
    server keeps busy; and last of all the monitors, which hear what a speaker plays and are no microphones.
    """
    try:
        return tuple(sorted(_devices(library), key=_place))
    except OSError as error:
        raise portaudio.no_answer(error) from error


def _devices(library: PortAudio) -> Iterator[Device]:
    default_input = _index(library.get_default_input_device_info)
    default_output = _index(library.get_default_output_device_info)
    apis: dict[int, str] = {}
    for index in range(library.get_device_count()):
        info = library.get_device_info_by_index(index)
        api = int(info["hostApi"])
        if api not in apis:
            apis[api] = str(library.get_host_api_info_by_index(api)["name"])
        name = str(info["name"])
        endpoint = endpoints.of_pcm(name)
        yield Device(
            index=index,
            name=endpoint.name if endpoint else name,
            api=endpoint.server if endpoint else apis[api],
            inputs=int(info["maxInputChannels"]),
            outputs=int(info["maxOutputChannels"]),
            rate_hz=_rate_hz(library, info),
            default_input=index == default_input,
            default_output=index == default_output,
            key=endpoint.key if endpoint else "",
            monitor=endpoint is not None and endpoint.monitor,
        )


def _place(device: Device) -> int:
    return 2 if device.monitor else 0 if device.key else 1


def _rate_hz(library: PortAudio, info: Mapping[str, Any]) -> int:
    """The lesson's rate where the device takes it each way that it has, in one channel or two; else its own."""
    for side in ("input", "output"):
        most = int(info[f"max{side.title()}Channels"])
        if most and not any(_takes(library, info, side, channels) for channels in (1, 2) if channels <= most):
            return int(info["defaultSampleRate"])
    return pcm.RATE_HZ


def _takes(library: PortAudio, info: Mapping[str, Any], side: str, channels: int) -> bool:
    wanted = {f"{side}_device": int(info["index"]), f"{side}_channels": channels, f"{side}_format": PA_INT16}
    try:
        return library.is_format_supported(pcm.RATE_HZ, **wanted)
    except (ValueError, OSError):
        return False


def look_afresh() -> Sequence[Device]:
    """All devices as a process of its own sees them now; empty when that fails.

    PortAudio looks at the devices once, when it is started, and cannot be started again under an open stream. The look
    takes half a second. A device that we have open ourselves may be missing in it, because it is busy.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LOOK_S,
            check=True,
        )
        return tuple(Device(**fields) for fields in json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return ()


def _index(look_up: Any) -> int | None:
    try:
        info: Mapping[str, Any] = look_up()
    except OSError:
        return None  # PortAudio's way to say that there is none
    return int(info["index"])


class NoSuchDevice(SoundProblem):
    """There are devices, but none of that name."""


def find(devices: Sequence[Device], which: Which, wanted: str) -> Device:
    """The device meant by an index, a name or part of one, or a sound server's own name; the system's default for "".

    A name means the same device though ALSA numbers its card otherwise after the next start: "USB Mic (hw:3,0)" finds
    "USB Mic (hw:1,0)". Part of a name never means a monitor. Raises `NoSuchDevice` where none is meant, `SoundProblem`
    where there is none at all.
    """
    able = [device for device in devices if channels(device, which)]
    if not able:
        raise SoundProblem(f"No {which} was found.", install_hints.no_device())
    named = wanted.strip().casefold()
    bare = _without_number(named)
    tests = (
        lambda device: not named and (device.default_input if which == "microphone" else device.default_output),
        lambda device: named == str(device.index),
        lambda device: named == device.name.casefold(),
        lambda device: bool(named) and named == device.key.casefold(),
        lambda device: bare != named and bare == _without_number(device.name.casefold()),
        lambda device: bool(named) and not named.isdigit() and named in device.name.casefold() and not device.monitor,
        lambda device: not named,  # no default is marked: take the first
    )
    for test in tests:
        for device in able:
            if test(device):
                return device
    names = [f"{device.index} {device.name}" for device in able]
    raise NoSuchDevice(f"There is no {which} called “{wanted}”.", install_hints.choose_another(names))


def _without_number(name: str) -> str:
    return re.sub(r"\s*\((?:plug)?hw:\d+,\d+\)", "", name)


def channels(device: Device, which: Which) -> int:
    """How many channels the device has in that direction."""
    return device.inputs if which == "microphone" else device.outputs


if __name__ == "__main__":
    # What `look_afresh` runs.
    try:
        print(json.dumps([asdict(device) for device in list_devices()]))
    except SoundProblem:
        print("[]")
