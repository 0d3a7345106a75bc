"""The exact command that fixes a sound problem on this machine."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

from tutor_tui.audio import sound_server
from tutor_tui.core.safe_text import printable_line

_INSTALLERS = {
    # program: (command, the library, what is needed to build PyAudio, ALSA's way to the sound server)
    "apt-get": ("sudo apt-get install", "libportaudio2", "portaudio19-dev", "pulseaudio libasound2-plugins"),
    "dnf": ("sudo dnf install", "portaudio", "portaudio-devel", "pipewire-pulseaudio pipewire-alsa"),
    "pacman": ("sudo pacman -S", "portaudio", "portaudio", "pipewire-pulse pipewire-alsa"),
    "zypper": ("sudo zypper install", "libportaudio2", "portaudio-devel", "pipewire-pulseaudio pipewire-alsa"),
    "apk": ("sudo apk add", "portaudio", "portaudio-dev", "pulseaudio alsa-plugins-pulse"),
    "brew": ("brew install", "portaudio", "portaudio", ""),
}
_SYSTEMD = Path("/run/systemd/system")
"""There where systemd runs the machine; a container has none."""
_LIBRARY, _HEADERS, _SERVER = 1, 2, 3


def install_portaudio() -> str:
    """For a missing PortAudio library."""
    return f"Run: {command}" if (command := _install(_LIBRARY)) else "Install PortAudio: https://www.portaudio.com"


def install_pyaudio() -> str:
    """For a missing PyAudio, which is built against PortAudio except on Windows."""
    build = _install(_HEADERS)
    pip = f"{sys.executable} -m pip install pyaudio"
    return f"Run: {build} && {pip}" if build else f"Run: {pip}"


def no_device() -> str:
    """For a machine on which no microphone or speaker can be found."""
    match platform.system():
        case "Darwin":
            return "Plug one in, and allow the terminal in System Settings → Privacy & Security → Microphone."
        case "Windows":
            return "Plug one in, and look at Settings → System → Sound, and Privacy → Microphone."
        case _:
            return _wrong_server() or f"Plug one in, or run: {_sound_server()}"


def busy() -> str:
    """For a device that another program holds."""
    if platform.system() == "Linux":
        return "See who has it with: fuser -v /dev/snd/* — or choose another device."
    return "Close the program that uses it, or choose another device."


def choose_another(names: list[str]) -> str:
    """For a device name that nothing answers to."""
    listed = ", ".join(names) if names else "none"
    return f"There is: {listed}. See them all with: tutor-tui devices"


def _wrong_server() -> str:
    """Where the environment leads to a sound server that is none; empty where it does not."""
    wanted = os.environ.get("PULSE_SERVER", "")
    if not wanted or sound_server.answers() is not False:
        return ""
    where = printable_line(wanted)
    return f"PULSE_SERVER is {where}, where no sound server answers: start it there, or unset PULSE_SERVER."


def _sound_server() -> str:
    """The command that makes the sound go on this machine."""
    sound = Path("/dev/snd")
    if any(sound.glob("pcm*")) and not os.access(next(sound.glob("pcm*")), os.R_OK | os.W_OK):
        return "sudo usermod -aG audio $USER  (then log in again)"
    if sound_server.answers():
        return "pavucontrol  (or alsamixer): the sound server runs, so look at its devices there"
    if shutil.which("pipewire") and shutil.which("systemctl") and _SYSTEMD.is_dir():
        return "systemctl --user restart pipewire pipewire-pulse wireplumber"
    if shutil.which("pulseaudio"):
        return "pulseaudio --start"
    if shutil.which("pipewire"):
        return "pipewire & pipewire-pulse & wireplumber &"
    return _install(_SERVER) or "alsamixer"


def _install(what: int) -> str:
    for program, words in _INSTALLERS.items():
        if shutil.which(program) and words[what]:
            return f"{words[0]} {words[what]}"
    return ""
