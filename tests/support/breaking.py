"""Making a task break in the middle of what it waits for, as a fault in its code would."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import tutor_tui

_OURS = str(Path(tutor_tui.__file__).parent)


class Boom(Exception):
    """A fault of ours."""


def our_tasks() -> dict[str, asyncio.Task[Any]]:
    """The running tasks whose code is the program's, by name; those without one, by their function's."""
    found: dict[str, asyncio.Task[Any]] = {}
    for task in asyncio.all_tasks():
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and code.co_filename.startswith(_OURS):
            name = task.get_name()
            found[code.co_qualname if name.startswith("Task-") and hasattr(code, "co_qualname") else name] = task
    return found


def break_task(task: asyncio.Task[Any]) -> bool:
    """Let what the task waits for raise `Boom`. False when it waits for another task, which is to be broken itself."""
    waiter = getattr(task, "_fut_waiter")  # noqa: B009 - CPython's own, and nobody else knows it
    if waiter is None or isinstance(waiter, asyncio.Task) or waiter.done():
        return False
    waiter.set_exception(Boom())
    return True


async def break_soon(task: asyncio.Task[Any]) -> None:
    """The same, as soon as it waits for something of its own."""
    while not break_task(task):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.001)
