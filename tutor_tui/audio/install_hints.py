"""The exact command that fixes a sound problem on this machine."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

_INSTALLERS = {
    # program: (command, the library, what is needed to build PyAudio, ALSA's way to the sound server)
    "apt-get": ("sudo apt-get install", "libportaudio2", "portaudio19-dev", "pulseaudio libasound2-plugins"),
    "dnf": ("sudo dnf install", "portaudio", "portaudio-devel", "pipewire-pulseaudio pipewire-alsa"),
    "pacman": ("sudo pacman -S", "portaudio", "portaudio", "pipewire-pulse pipewire-alsa"),
    "zypper": ("sudo zypper install", "libportaudio2", "portaudio-devel", "pipewire-pulseaudio pipewire-alsa"),
    "apk": ("sudo apk add", "portaudio", "portaudio-dev", "pulseaudio alsa-plugins-pulse"),
    "brew": ("brew install", "portaudio", "portaudio", ""),
}
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
            return f"Plug one in, or run: {_sound_server()}"


def busy() -> str:
    """For a device that another program holds."""
    if platform.system() == "Linux":
        return "See who has it with: fuser -v /dev/snd/* — or choose another device."
    return "Close the program that uses it, or choose another device."


def choose_another(names: list[str]) -> str:
    """For a device name that nothing answers to."""
    listed = ", ".join(names) if names else "none"
    return f"There is: {listed}. See them all with: tutor-tui devices"


def _sound_server() -> str:
    sound = Path("/dev/snd")
    if any(sound.glob("pcm*")) and not os.access(next(sound.glob("pcm*")), os.R_OK | os.W_OK):
        return "sudo usermod -aG audio $USER  (then log in again)"
    if shutil.which("pipewire"):
        return "systemctl --user restart pipewire pipewire-pulse wireplumber"
    if shutil.which("pulseaudio"):
        return "pulseaudio --start"
    return _install(_SERVER) or "alsamixer"


def _install(what: int) -> str:
    for program, words in _INSTALLERS.items():
        if shutil.which(program) and words[what]:
            return f"{words[0]} {words[what]}"
    return ""
