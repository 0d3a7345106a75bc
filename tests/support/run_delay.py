"""How long programs had to wait for a processor: what a busy machine adds to the times of a lesson in real time."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


class RunDelay:
    """Counts from its making on, for this process and for those that it starts."""

    def __init__(self) -> None:
        self._before = _delays_ms()

    @property
    def ms(self) -> float:
        """The longest wait of a thread in each process, added up: sound goes from one process to the other."""
        longest: dict[int, float] = {}
        for (pid, thread), delay_ms in _delays_ms().items():
            waited_ms = delay_ms - self._before.get((pid, thread), 0.0)
            longest[pid] = max(longest.get(pid, 0.0), waited_ms)
        return sum(longest.values())


def _delays_ms() -> dict[tuple[int, str], float]:
    """By process and thread: how long it was ready to run and did not, since it began (Linux: `schedstat`)."""
    found = {}
    for pid in (os.getpid(), *_children(os.getpid())):
        for task in Path(f"/proc/{pid}/task").glob("*"):
            with contextlib.suppress(OSError, IndexError, ValueError):  # it has ended meanwhile
                found[pid, task.name] = int((task / "schedstat").read_text().split()[1]) / 1e6
    return found


def _children(parent: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
