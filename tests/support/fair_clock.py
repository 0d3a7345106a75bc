"""A clock for limits of time on a busy machine: what processes had to wait for a processor does not count.

    with FairClock(pid) as clock:
        os.kill(pid, signal.SIGINT)
        wait_for_the_end(pid)
        assert clock.seconds < 2.0

Linux counts for each thread how long it stood in line for a processor (/proc/PID/task/TID/schedstat, the second
figure). On a quiet machine that is nothing, and this clock goes as every clock.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_STEP_S = 0.01


class FairClock:
    """The time of these processes, or of this one; starts when entered, stands when left."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids or (os.getpid(),)
        self._queued_ns: dict[Path, tuple[int, int]] = {}
        """Thread → what it had waited when first and when last seen."""
        self._began_s = 0.0
        self._left_s: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="fair clock", daemon=True)

    def __enter__(self) -> Self:
        self._began_s = time.monotonic()
        self._look()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._left_s = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since it started, without those that were spent in line."""
        waited_ns = sum(last - first for first, last in list(self._queued_ns.values()))
        return (self._left_s or time.monotonic()) - self._began_s - waited_ns / 1e9

    def _follow(self) -> None:
        # Often, because the figures of a process end with it.
        while not self._over.wait(_STEP_S):
            self._look()

    def _look(self) -> None:
        for pid in self._pids:
            for thread in Path(f"/proc/{pid}/task").glob("*"):
                try:
                    queued_ns = int((thread / "schedstat").read_text().split()[1])
                except (OSError, IndexError):
                    continue  # it has just ended, or this system does not count
                first, _ = self._queued_ns.get(thread, (queued_ns, 0))
                self._queued_ns[thread] = (first, queued_ns)
