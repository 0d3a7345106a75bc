"""Runs calls that may block for ever in a thread of their own, one at a time."""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

Result = TypeVar("Result")
_log = logging.getLogger(__name__)
_EXIT_S = 0.4


class DeviceThread:
    """One daemon thread for every blocking call to the sound library, which wants to be called by one thread only.

    Not a `ThreadPoolExecutor`: its threads are waited for when Python ends, and a call into a frozen sound server may
    never return.
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._busy_since_s: float | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._busy_since_s = time.monotonic()
            try:
                job()
            except Exception as fault:  # noqa: BLE001 - all later calls would be waited for for ever
                _log.error("a fault in the thread %s", self._thread.name, exc_info=fault)
            finally:
                self._busy_since_s = None

    @property
    def busy(self) -> bool:
        """Whether a call has begun and not come back."""
        return self._busy_since_s is not None

    @property
    def busy_s(self) -> float:
        """For how long that call has not come back; 0 when there is none."""
        since_s = self._busy_since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    def run(self, call: Callable[[], Result]) -> asyncio.Future[Result]:
        """Call it in the thread, after what was asked before; await the future for the result."""
        future = asyncio.wrap_future(self.submit(call))
        future.add_done_callback(_take_note)
        return future

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """The same for who looks whether it is done: the event loop is not woken."""
        outcome: Future[Result] = Future()

        def job() -> None:
            if not outcome.set_running_or_notify_cancel():
                return
            try:
                outcome.set_result(call())
            except BaseException as error:  # noqa: BLE001 - carried to whoever awaits the future, not swallowed
                outcome.set_exception(error)

        self._jobs.put(job)
        return outcome

    def close(self) -> None:
        """End the thread once it has done what it was asked.

        Python's exit waits a moment for a call that is merely slow: unloading the library under it would crash.
        """
        self._jobs.put(None)
        atexit.register(self._thread.join, _EXIT_S)


def _take_note(future: asyncio.Future[Result]) -> None:
    # Whoever waited may have been cancelled; asyncio would then print the error over the screen as never retrieved.
    if not future.cancelled():
        future.exception()
