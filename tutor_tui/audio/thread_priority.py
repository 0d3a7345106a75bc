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
_LAST = 19


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


class FirstInLine:
    """The callback of one stream, whose thread goes first from its first block on."""

    def __init__(self, callback: StreamCallback) -> None:
        self._callback = callback
        self._thread: int | None = None

    def __call__(
        self, sound: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        if self._thread is None:
            self._thread = threading.get_native_id()
            go_first()
        return self._callback(sound, frames, times, status)

    def go_last(self) -> None:
        """Let everybody else go before the thread: it hangs, and keeps a processor busy."""
        if self._thread is not None and platform.system() == "Linux":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._thread, _LAST)
