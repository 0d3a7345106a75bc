"""Keeps Python's search for garbage from stopping the sound."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

STARTED_S = 10.0
"""By then all screens of the start are drawn and nearly all is imported, on a slow machine too."""
_NEVER = 2**31 - 1
"""More searches among the young than there will ever be."""


@contextmanager
def no_search_of_all(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Let what a start makes never be searched as a whole, neither while it goes on nor later.

    Such a search holds the interpreter's lock for 110 ms when the modules of a lesson are loaded (measured), and the
    speaker has 60 ms in hand. Younger objects are searched as always, which takes a millisecond or two.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*usual[:2], _NEVER)

    def started() -> None:
        gc.freeze()  # it lives as long as the lesson
        gc.set_threshold(*usual)

    timer = loop.call_later(STARTED_S, started)
    try:
        yield
    finally:
        timer.cancel()
        gc.set_threshold(*usual)
