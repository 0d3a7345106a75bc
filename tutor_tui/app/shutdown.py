"""How a lesson ends: asked once, in good order; asked twice, or when good order takes too long, at once.

The first Ctrl-C (or the terminal closing, or `kill`) asks the lesson to end. The second ends the process, whatever it
is doing, and leaves a terminal that can be used.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from tutor_tui.app import terminal
from tutor_tui.core.problems import ExitCode

CLOSE_S = 2.0
"""How long closing everything may take."""
_THREAD_WAIT_S = 0.2
"""How long a thread may still run when everything is closed."""
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


class Shutdown:
    """Watches over the end of one lesson; a context manager around the whole of it, imports included.

    Until `stop_with` names a better way, even the first signal ends the process at once: nothing is open yet, and an
    exception raised in the middle of an import is turned into others.
    """

    def __init__(self, *, screen: bool = True) -> None:
        """Without a `screen` nothing has to be wiped from the terminal: only its settings are given back."""
        self._screen = screen
        self.exit_code = ExitCode.OK
        """What the process should end with, as far as asked from outside."""
        self.stuck = False
        """Whether a call into the sound library never came back: an ordinary exit would take the library from under it
        and crash."""
        self._stop: Callable[[], object] = self.exit_now
        self._limit: threading.Timer | None = None
        self._handlers: dict[int, Any] = {}
        self._terminal = terminal.state()
        self._thread_hook = threading.excepthook

    def __enter__(self) -> Shutdown:
        threading.excepthook = _log_thread_fault
        for name in _SIGNALS:
            if number := getattr(signal, name, None):  # Windows has neither of the last two
                self._handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._limit is not None:
            self._limit.cancel()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        threading.excepthook = self._thread_hook

    def stop_with(self, stop: Callable[[], object]) -> None:
        """Name what asks the lesson to end; it is called inside a signal handler."""
        self._stop = stop

    def screen_left(self) -> None:
        """The screen was left in good order, and the shell's holds the last words: nothing may be wiped any more.

        Terminals take the cursor back to where the lesson found it each time they are told to leave the screen.
        """
        self._screen = False

    def start_deadline(self) -> None:
        """Closing begins: from now on there are `CLOSE_S` seconds."""
        if self._limit is None:
            self._limit = threading.Timer(CLOSE_S, self.exit_now)
            self._limit.daemon = True
            self._limit.start()

    def exit_now(self) -> None:
        """End the process now, with a terminal that can be used. Our children notice by themselves."""
        if self._terminal is not None:
            terminal.restore(self._terminal, screen=self._screen)
        os._exit(int(self.exit_code))

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.exit_code = ExitCode.INTERRUPTED
        if self._limit is not None:
            self.exit_now()
        self.start_deadline()
        self._stop()


def _log_thread_fault(fault: threading.ExceptHookArgs) -> None:
    """A fault in a thread goes to the log: Python would print it over the lesson, with the data in it."""
    name = fault.thread.name if fault.thread else "gone"
    logging.getLogger(__name__).error("a fault in the thread %s", name, exc_info=fault.exc_value)


def threads_remain() -> bool:
    """Whether a thread that does not end would keep the process alive, though everything is closed."""
    others = [each for each in threading.enumerate() if each is not threading.current_thread() and not each.daemon]
    for each in others:
        each.join(_THREAD_WAIT_S)
    return any(each.is_alive() for each in others)
