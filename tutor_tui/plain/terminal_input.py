"""What the learner types, from whatever stdin is: bytes as they come, and the terminal's ways kept and given back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from types import TracebackType
from typing import Any

_PIECE_BYTES = 4096


async def read_some(fd: int) -> bytes:
    """What there is to read, as soon as there is something; nothing at the end."""
    loop = asyncio.get_running_loop()
    while True:
        ready = asyncio.Event()
        try:
            loop.add_reader(fd, ready.set)
        except PermissionError:  # files and /dev/null are always ready, and cannot be waited for
            await asyncio.sleep(0)
        except OSError:  # closed before we came
            return b""
        else:
            try:
                await ready.wait()
            finally:
                loop.remove_reader(fd)
        try:
            return os.read(fd, _PIECE_BYTES)
        except BlockingIOError:  # somebody else was quicker
            continue
        except OSError:  # the terminal is gone, or stdin was never open
            return b""


class KeyMode:
    """Single keys from a terminal instead of lines, until closed; a context manager that leaves it as it was.

    What is pasted meanwhile comes marked as such, from terminals that can mark it: it is no keys.
    Ctrl-Z gives the terminal back before the program stops and takes it again when it goes on. Ctrl-C stays a signal.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._before: list[Any] = []
        self._on = False

    def __enter__(self) -> KeyMode:
        import termios  # only POSIX has it

        self._before = termios.tcgetattr(self._fd)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTSTP, self._stop)
        loop.add_signal_handler(signal.SIGCONT, self._go_on)
        self.keys()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGTSTP)
        loop.remove_signal_handler(signal.SIGCONT)
        self._set(keys=False)

    def keys(self) -> None:
        """Keys come one by one, unseen."""
        self._on = True
        self._set(keys=True)

    def lines(self) -> None:
        """The terminal collects whole lines, shows them, and lets them be edited."""
        self._on = False
        self._set(keys=False)

    def _set(self, *, keys: bool) -> None:
        import termios  # only POSIX has it

        if os.environ.get("TERM", "") not in ("", "dumb"):
            with contextlib.suppress(OSError):
                os.write(self._fd, b"\x1b[?2004h" if keys else b"\x1b[?2004l")
        mode = [*self._before[:6], list(self._before[6])]
        if keys:
            mode[0] &= ~termios.IXON  # Ctrl-Q is a key here
            mode[3] &= ~(termios.ICANON | termios.ECHO)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        with contextlib.suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(self._fd, termios.TCSADRAIN, mode)

    def _stop(self) -> None:
        self._set(keys=False)
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGTSTP)
        signal.raise_signal(signal.SIGTSTP)  # to this very thread: the next line is reached when we go on
        loop.add_signal_handler(signal.SIGTSTP, self._stop)
        self._set(keys=self._on)

    def _go_on(self) -> None:
        self._set(keys=self._on)


def is_terminal(fd: int) -> bool:
    """Whether keys can be had from it."""
    return sys.platform != "win32" and os.isatty(fd)
