"""A clock for promises in seconds, kept on a busy machine: what processes had to wait for a processor does not count.

    clock = FairClock()
    await leave()
    assert clock.seconds < 2.0

A promise is a lesson's end within two seconds, or a lost device told within one. What is a matter of milliseconds is
measured by the benchmarks, beside the least client that does the same.

Linux counts for each thread how long it stood in line for a processor (/proc/PID/task/TID/schedstat, the second
figure). On a quiet machine that is nothing, and this clock goes as every clock.
"""

from __future__ import annotations

import os
import time
from pathlib import Path


class FairClock:
    """The time of these processes, or of this one, from now on.

    The figures of a process end with it: look at the clock now and then while others are waited for.
    """

    def __init__(self, *pids: int) -> None:
        self._pids = pids or (os.getpid(),)
        self._queued_ns: dict[Path, tuple[int, int]] = {}
        """Thread → what it had waited when first and when last seen."""
        self._look()
        self._began_s = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since it started, without those that were spent in line."""
        passed_s = time.monotonic() - self._began_s
        self._look()
        return passed_s - sum(last - first for first, last in self._queued_ns.values()) / 1e9

    def _look(self) -> None:
        for pid in self._pids:
            for thread in Path(f"/proc/{pid}/task").glob("*"):
                try:
                    queued_ns = int((thread / "schedstat").read_text().split()[1])
                except (OSError, IndexError):
                    continue  # it has just ended, or this system does not count
                first, _ = self._queued_ns.get(thread, (queued_ns, 0))
                self._queued_ns[thread] = (first, queued_ns)
