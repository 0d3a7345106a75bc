"""An event loop whose clock jumps to the next timer when nothing else is due: minutes of lesson take milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class _JumpingSelector(selectors.SelectSelector):
    """Never sleeps: a wait for a timer moves the clock instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError("nothing is due any more: the test waits for something that will never happen")
        self.now_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop on virtual time."""

    def __init__(self) -> None:
        self._jumper = _JumpingSelector()
        super().__init__(self._jumper)
        self._clock_resolution = 1e-9
        if factory := getattr(asyncio, "eager_task_factory", None):  # from Python 3.12 on, and Textual takes it
            self.set_task_factory(factory)

    def time(self) -> float:
        return self._jumper.now_s

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        """At once, and here: a thread would take time of its own."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as fault:  # noqa: BLE001 - whoever waits for it shall have it
            future.set_exception(fault)
        return future


def in_virtual_time(main: Coroutine[Any, Any, T], limit_s: float = 3_600) -> T:
    """Run `main` to its end on virtual time; fails when it takes longer than `limit_s` of it."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(asyncio.wait_for(main, limit_s))
