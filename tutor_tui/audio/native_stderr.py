"""Keeps the sound libraries' chatter off the terminal, where the screen is painted, and stops who does nothing else.

PortAudio, ALSA and JACK write dozens of lines to the C library's `stderr`: when devices are listed, when a stream is
opened, and from PortAudio's own thread when a sound server dies. Textual paints on file descriptor 2, so that must stay
as it is. What can move is the C variable `stderr`, which only C code writes through: Python's `sys.stderr`, tracebacks
and child processes use the descriptor and keep working.

It leads into a pipe that we empty. PortAudio's thread (19.6, on ALSA) often goes round in circles once its server is
dead: in `PaAlsaStream_WaitForFrames`, a failed check jumps back to before that check. Nothing ends it: it has switched
its own cancellation off, and `Pa_CloseStream` waits for it. But it complains each time, so that it stands still in
`write`, at no cost, as soon as nobody empties its pipe; all others get another one.
"""

from __future__ import annotations

import atexit
import ctypes
import ctypes.util
import logging
import os
import platform
import select
import sys
import threading
import time
from collections.abc import Callable
from functools import cache

from tutor_tui.audio.environment import complete_environment

_STDERR_VARIABLE = {"linux": "stderr", "darwin": "__stderrp"}
"""What the variable behind C's `stderr` is called. Only glibc and Apple's library let it be set."""

_WATCHED_S = 1.0
_FLOOD_BYTES = 200_000
"""A thread that goes round in circles writes more than this in that time, unless it hardly gets a processor; all that
is said about devices and streams is less than a tenth of it."""
_PIECE_BYTES = 65_536
_LOOK_S = 0.005
_log = logging.getLogger(__name__)

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
    libc.fopen.restype = libc.fdopen.restype = ctypes.c_void_p
    stderr = ctypes.c_void_p.in_dll(libc, variable)
    nowhere = libc.fopen(os.devnull.encode(), b"w")
    if not nowhere:
        return
    stderr.value = nowhere

    def lead_into(pipe: int | None) -> None:
        stderr.value = (libc.fdopen(pipe, b"w") if pipe is not None else None) or nowhere

    writers: list[int] = []

    def let_go() -> None:
        """At the end nobody empties a pipe any more, and whoever still writes into one must not wait for that."""
        lead_into(None)
        for writer in writers:
            os.set_blocking(writer, False)

    atexit.register(let_go)
    threading.Thread(target=_listen, args=(lead_into, writers), name="native stderr", daemon=True).start()


def _listen(lead_into: Callable[[int | None], None], writers: list[int]) -> None:
    """Empty one pipe after another, each until a thread does nothing but write into it."""
    try:
        while True:
            reader, writer = os.pipe()
            writers.append(writer)
            lead_into(writer)
            while not (_floods(reader) and _is_full(writer)):
                pass
            _log.warning("a thread of the sound library went round in circles, and stands still now")
    except OSError as error:  # no pipe can be had
        lead_into(None)
        _log.warning("what the sound library says is not read any more", exc_info=error)


def _floods(reader: int) -> bool:
    """Read until more comes than anybody says who has something to say."""
    while True:
        until_s, came = time.monotonic() + _WATCHED_S, 0
        while time.monotonic() < until_s:
            came += len(os.read(reader, _PIECE_BYTES))
        if came > _FLOOD_BYTES:
            return True


def _is_full(writer: int) -> bool:
    """Whether the pipe, which nobody reads from now on, fills up: then the thread waits in it."""
    until_s = time.monotonic() + _WATCHED_S
    while time.monotonic() < until_s:
        if not select.select([], [writer], [], 0)[1]:
            return True
        time.sleep(_LOOK_S)
    return False


def _silence_alsa() -> None:
    # For C libraries whose stderr cannot be moved (musl): ALSA at least offers a handler.
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_say_nothing)
    except (OSError, AttributeError):
        return  # no ALSA here, so it cannot speak either
