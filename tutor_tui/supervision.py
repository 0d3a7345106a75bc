"""What runs beside something else does not break in silence: no lesson only looks alive.

A lasting task is begun again (`kept_running`), hands its fault to who depends on it (`watched`), or ends with the
others that it works with (`side_by_side`). A fault that repeats itself is told once; the log has each one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

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


def watched(
    work: Coroutine[Any, Any, None], on_fault: Callable[[BaseException], object], *, name: str
) -> asyncio.Task[None]:
    """Do `work` beside whoever calls; what breaks it is given to `on_fault`. Cancelling it is no fault."""

    def done(task: asyncio.Task[None]) -> None:
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            on_fault(fault)

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(done)
    return task


async def side_by_side(*tasks: asyncio.Task[Any], until: str = asyncio.FIRST_EXCEPTION) -> None:
    """Wait until all have ended or one has broken, or `until` the first has ended. None of them outlives this.

    Raises what broke one of them.
    """
    try:
        done, _ = await asyncio.wait(tasks, return_when=until)
    finally:
        await cancelled(*tasks)
    for task in done:
        task.result()


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until they have ended, however they do."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def kind_of(fault: BaseException) -> str:
    """What broke, for the learner to report: of tasks that end together, the one that broke first."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return type(fault).__name__


def as_lost(fault: Exception) -> LinkLost:
    """How a connection ends that a fault of ours has broken: another is opened."""
    _log.error("a fault broke the connection", exc_info=fault)
    return LinkLost(f"A fault of ours broke the connection ({kind_of(fault)}).", "Dialling again.", retry=True)
