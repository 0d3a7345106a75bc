"""How long the machine was asleep: a loop's clock stands still meanwhile, and what waits looks as young as before."""

from __future__ import annotations

import time
from collections.abc import Callable

LEAST_S = 2.0
"""Two clocks that are read one after the other are less apart."""
_WITH_SLEEP: int | None = getattr(time, "CLOCK_BOOTTIME", None)
if _WITH_SLEEP is None and hasattr(time, "CLOCK_UPTIME_RAW"):  # macOS, where this one goes on while it sleeps
    _WITH_SLEEP = time.CLOCK_MONOTONIC


def slept_s() -> float:
    """How long the machine was asleep, since some time or other; always the same where no clock can tell.

    No clock that is set changes it.
    """
    return 0.0 if _WITH_SLEEP is None else time.clock_gettime(_WITH_SLEEP) - time.monotonic()


class Machine:
    """Notices that it has been asleep."""

    def __init__(self, slept: Callable[[], float] = slept_s) -> None:
        self._slept = slept
        self._known_s = slept()

    def has_woken(self) -> bool:
        """Whether it was asleep since this was last asked."""
        before_s, self._known_s = self._known_s, self._slept()
        return self._known_s - before_s >= LEAST_S
