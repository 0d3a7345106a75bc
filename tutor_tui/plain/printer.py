"""Lines on their way out. A reader that stops reading (Ctrl-S, `less`) holds up only this thread, never the lesson."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

FAREWELL_S = 0.5
"""How long the last lines may take when the lesson is over."""


class Printer:
    """Writes lines to a file descriptor, in order, from a thread of its own; a context manager.

    `on_fault` is called once, in that thread, with the error that ended it: a reader that went away, a full disk.
    """

    def __init__(self, fd: int, encoding: str, on_fault: Callable[[Exception], object]) -> None:
        self._fd = fd
        self._encoding = encoding
        self._on_fault = on_fault
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        # A daemon: a reader that never reads again must not keep the process alive.
        self._thread = threading.Thread(target=self._write_all, name="plain lines", daemon=True)

    def __enter__(self) -> Printer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.put(None)
        self._thread.join(FAREWELL_S)

    def line(self, words: str) -> None:
        """One line, soon; on a terminal as many as it takes, broken between words."""
        self._lines.put(f"{words}\n")

    def _broken(self, line: str) -> str:
        """What is piped stays one line, for `grep`."""
        with suppress(OSError):
            columns = os.get_terminal_size(self._fd).columns
            from wcwidth import wcswidth, wrap  # 15 ms, which no pipe needs

            words = line.rstrip("\n")
            if columns and wcswidth(words) > columns:
                return "\n".join(wrap(words, columns, break_on_hyphens=False)) + "\n"
        return line

    def _write_all(self) -> None:
        try:
            while (line := self._lines.get()) is not None:
                rest = self._broken(line).encode(self._encoding, errors="replace")
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody reads a lesson that prints nothing
            self._on_fault(error)
