"""Lets the threads that move sound run before other work."""

from __future__ import annotations

import contextlib
import os
import platform
import threading
from collections.abc import Mapping

from tutor_tui.audio.portaudio import StreamCallback

NICENESS = -11
"""What PulseAudio asks for itself."""


def go_first() -> None:
    """Raise the calling thread's priority where the system allows it: to root, and to users with a `nice` limit.

    Linux only, since only there does each thread have a niceness of its own; elsewhere, and where the priority is
    high already, this does nothing.
    """
    if platform.system() == "Linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, thread) > NICENESS:
                os.setpriority(os.PRIO_PROCESS, thread, NICENESS)


def first_in_line(callback: StreamCallback) -> StreamCallback:
    """The callback of one stream, whose thread goes first from its first block on."""
    begun = False

    def block(sound: bytes | None, frames: int, times: Mapping[str, float], status: int) -> tuple[bytes | None, int]:
        nonlocal begun
        if not begun:
            begun = True
            go_first()
        return callback(sound, frames, times, status)

    return block
