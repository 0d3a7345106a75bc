"""The sound library: loading it, what we use of it, and what its refusals mean.

Everything untyped about PyAudio ends here. All calls may block: the worker thread makes them, never the event loop.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tutor_tui.audio import endpoints, install_hints
from tutor_tui.audio.native_stderr import silence_native_stderr
from tutor_tui.core.events import Which
from tutor_tui.core.problems import ExitCode, Problem

PA_INT16 = 8
"""PortAudio's `paInt16`."""
PA_CONTINUE = 0
"""PortAudio's `paContinue`: the stream goes on after this callback."""
INPUT_OVERFLOW = 2
"""PortAudio's `paInputOverflow`: sound was lost before this block."""
OUTPUT_UNDERFLOW = 4
"""PortAudio's `paOutputUnderflow`: the system had to invent sound before this block."""
LATENCY_LIMIT_S = 2.0
"""Longer than any real device; a larger figure is a driver's mistake."""

_BAD_DEVICE, _BAD_RATE, _BAD_CHANNELS, _HOST_ERROR, _BUSY = -9996, -9997, -9998, -9999, -9985
ANOTHER_FORMAT = frozenset({_BAD_RATE, _BAD_CHANNELS, _HOST_ERROR})
"""Error numbers after which another rate or channel count may still work."""

StreamCallback = Callable[[bytes | None, int, Mapping[str, float], int], tuple[bytes | None, int]]
"""Called by the device's thread with (sound, frames, times, status flags)."""


class Stream(Protocol):
    """An open stream."""

    def start_stream(self) -> None:
        """Let the callbacks begin."""
        ...

    def get_input_latency(self) -> float:
        """Seconds from sound to callback."""
        ...

    def get_output_latency(self) -> float:
        """Seconds from callback to sound."""
        ...

    def close(self) -> None:
        """Stop at once and give the device back."""
        ...


class PortAudio(Protocol):
    """What we use of `pyaudio.PyAudio`."""

    def get_device_count(self) -> int:
        """How many devices there are."""
        ...

    def get_device_info_by_index(self, device_index: int) -> Mapping[str, Any]:
        """PortAudio's `PaDeviceInfo` as a dictionary."""
        ...

    def get_default_input_device_info(self) -> Mapping[str, Any]:
        """The same for the system's microphone. Raises `OSError` when there is none."""
        ...

    def get_default_output_device_info(self) -> Mapping[str, Any]:
        """The same for the system's speaker. Raises `OSError` when there is none."""
        ...

    def get_host_api_info_by_index(self, host_api_index: int) -> Mapping[str, Any]:
        """PortAudio's `PaHostApiInfo` as a dictionary."""
        ...

    def is_format_supported(self, rate: float, **options: object) -> bool:
        """Whether a device takes a format. Raises `ValueError` when it does not."""
        ...

    def open(self, **options: object) -> Stream:
        """Open a stream. Raises `OSError` with PortAudio's error number."""
        ...

    def terminate(self) -> None:
        """Give everything back."""
        ...


class SoundProblem(Problem):
    """Something about the sound card, with the command that fixes it."""

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title, hint, ExitCode.SOUND)


def load() -> Any:
    """The `pyaudio` module, loaded quietly. Raises `SoundProblem` when it or PortAudio is missing."""
    silence_native_stderr()
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # PyAudio prints a line when its C part cannot be loaded
            import pyaudio
    except ModuleNotFoundError as error:
        raise SoundProblem(
            "PyAudio is not installed, so there is no sound.", install_hints.install_pyaudio()
        ) from error
    except ImportError as error:
        raise SoundProblem(
            "The PortAudio library is missing, so there is no sound.", install_hints.install_portaudio()
        ) from error
    return pyaudio


def start() -> PortAudio:
    """Load and start PortAudio; on Linux this looks at every device and takes some 200 ms. Raises `SoundProblem`."""
    pyaudio = load()
    endpoints.define()
    try:
        library: PortAudio = pyaudio.PyAudio()
    except OSError as error:
        raise SoundProblem("PortAudio could not be started.", install_hints.no_device()) from error
    return library


def version() -> str:
    """The version of PortAudio, as it names itself. Raises `SoundProblem` when it is missing."""
    return str(load().get_portaudio_version_text()).split(",")[0]


def explain(which: Which, name: str, error: OSError) -> SoundProblem:
    """What a refusal to open a stream means, and what to do about it."""
    if error.errno == _BUSY:
        return SoundProblem(f"The {which} ({name}) is busy or was unplugged.", install_hints.busy())
    if error.errno == _BAD_DEVICE:
        return SoundProblem(f"The {which} ({name}) is gone.", install_hints.no_device())
    reason = (error.strerror or str(error)).rstrip(".")
    return SoundProblem(f"The {which} ({name}) cannot be opened: {reason}.", install_hints.no_device())


def no_answer(error: OSError) -> SoundProblem:
    """What it means when the devices cannot even be counted: the sound server has just died, or is starting."""
    reason = (error.strerror or str(error)).rstrip(".")
    return SoundProblem(f"The sound devices cannot be listed: {reason}.", install_hints.no_device())


def unexpected(which: Which, error: Exception) -> SoundProblem:
    """What to report for an error that PortAudio does not document."""
    return SoundProblem(f"The {which} cannot be opened ({type(error).__name__}).", install_hints.no_device())
