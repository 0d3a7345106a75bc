"""Keeps the sound libraries' chatter off the terminal, where the screen is painted.

PortAudio, ALSA and JACK write dozens of lines to the C library's `stderr`: when devices are listed, when a stream is
opened, and from PortAudio's own thread when a sound server dies. Textual paints on file descriptor 2, so that must stay
as it is. What can move is the C variable `stderr`, which only C code writes through: Python's `sys.stderr`, tracebacks
and child processes use the descriptor and keep working.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import sys
from functools import cache

from tutor_tui.audio.environment import complete_environment

_STDERR_VARIABLE = {"linux": "stderr", "darwin": "__stderrp"}
"""What the variable behind C's `stderr` is called. Only glibc and Apple's library let it be set."""

_AlsaErrorHandler = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)


_say_nothing = _AlsaErrorHandler(lambda file, line, function, error, form: None)
"""Stands in for ALSA's error printer. Module-level, because ALSA keeps calling it until the process ends."""


@cache
def silence_native_stderr() -> None:
    """Silence PortAudio, ALSA and JACK for the rest of this process. Call it before the first of them is loaded."""
    complete_environment()
    _move_c_stderr()
    _silence_alsa()


def _move_c_stderr() -> None:
    variable = _STDERR_VARIABLE.get(sys.platform)
    if variable is None or (sys.platform == "linux" and platform.libc_ver()[0] != "glibc"):
        return
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    nowhere = libc.fopen(os.devnull.encode(), b"w")
    if nowhere:
        ctypes.c_void_p.in_dll(libc, variable).value = nowhere


def _silence_alsa() -> None:
    # For C libraries whose stderr cannot be moved (musl): ALSA at least offers a handler.
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_say_nothing)
    except (OSError, AttributeError):
        return  # no ALSA here, so it cannot speak either
