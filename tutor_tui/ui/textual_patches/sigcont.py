"""Lets the screen come back from a stop only if there was one.

"Continue" comes without a stop too: from debuggers, and from a terminal that closes, right behind its "hang up".
Textual takes it for the end of a stop and starts its threads for a second time; of those that read the keys, one then
never ends, and keeps the process alive at full speed. Written for Textual 8.2, whose `LinuxDriver` takes SIGTSTP and
SIGCONT when it is built; suspending is Textualize/textual#1582, a reading thread that never ends #6690.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType


def resume_once_per_stop() -> None:
    """Put us before the handlers of Textual's driver; call it when that has been built, on the main thread."""
    if sys.platform == "win32":
        return  # it has neither signal
    stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(stop) or not callable(go_on):
        return  # a driver without them: tests run without a terminal
    stopped = False

    def on_stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        stop(number, frame)

    def on_continue(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            stopped = False
            go_on(number, frame)

    signal.signal(signal.SIGTSTP, on_stop)
    signal.signal(signal.SIGCONT, on_continue)
