"""Making a task break in the middle of what it waits for, as a fault in its code would."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

_TESTS = str(Path(__file__).parents[1])
_A_WIDGET = re.compile(r"(message pump \w+)\(.*", re.DOTALL)


class Boom(Exception):
    """A fault of ours."""


def tasks_now() -> dict[str, list[asyncio.Task[Any]]]:
    """The running tasks by name, but for those of the tests: the program's, and those of the libraries that it uses.

    A task without a name goes by its function's. Where both ends of a line are in this process, two share each name.
    """
    found: dict[str, list[asyncio.Task[Any]]] = {}
    for task in asyncio.all_tasks():
        coro: Any = task.get_coro()
        code = getattr(coro, "cr_code", None)
        if code is None or code.co_filename.startswith(_TESTS):
            continue
        name = task.get_name()
        if name.startswith("Task-"):
            owner = coro.cr_frame.f_locals.get("self")
            name = f"{type(owner).__name__}.{coro.__name__}" if owner is not None else coro.__qualname__
        name = _A_WIDGET.sub(r"\1", name)
        found.setdefault(name, []).append(task)
    return found


async def break_soon(task: asyncio.Task[Any]) -> None:
    """Let what the task waits for raise `Boom`, as soon as it waits for something of its own."""
    while not _broken(task):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.001)


def _broken(task: asyncio.Task[Any]) -> bool:
    waiter = getattr(task, "_fut_waiter")  # noqa: B009 - CPython's own, and nobody else knows it
    if waiter is None or isinstance(waiter, asyncio.Task) or waiter.done():
        return False
    waiter.set_exception(Boom())
    return True
