"""What runs for the whole of a lesson is begun again when it breaks, and told: no lesson only looks alive.

A fault that repeats itself is told once; the log has each one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tutor_tui.core.problems import LinkLost

_log = logging.getLogger(__name__)

AGAIN_S = 1.0
"""How long what broke rests, so that what breaks at once again does not keep the machine busy."""


async def kept_running(work: Callable[[], Awaitable[None]], tell: Callable[[Exception], None]) -> None:
    """Do `work` until it ends by itself; after a fault, `tell` of it and begin again."""
    pause_s = 0.0
    while True:
        try:
            await asyncio.sleep(pause_s)
            await work()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the lesson goes on, and it is told
            _log.error("a fault in what runs all the time", exc_info=fault)
            tell(fault)
            pause_s = AGAIN_S
        else:
            return


def kind_of(fault: BaseException) -> str:
    """What broke, for the learner to report: of tasks that end together, the one that broke first."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return type(fault).__name__


def as_lost(fault: Exception) -> LinkLost:
    """How a connection ends that a fault of ours has broken: another is opened."""
    _log.error("a fault broke the connection", exc_info=fault)
    return LinkLost(f"A fault of ours broke the connection ({kind_of(fault)}).", "Dialling again.", retry=True)
