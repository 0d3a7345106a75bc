"""How a worker that only needs the processor gives way to one whose sound goes at the speed of life.

Niceness alone counts within one session where the kernel shares the processor out among sessions (`autogroup`, see
sched(7)): there each session has a niceness of its own, and a program that is started in a new session begins at none.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

GO_FIRST, GIVE_WAY = -5, 15
"""How nice a worker is on top of how nice we were started: the first is for root only, and not missed by others."""
LOOK_S = 0.1
"""How often new sessions are looked for: a program needs longer than that to begin."""
_NICENESS = os.getpriority(os.PRIO_PROCESS, 0)


def go_first(first: bool) -> None:
    """Be the first to get a processor, or, from now on and with all that this process starts, the last."""
    if not first:
        _leave_the_session()
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS + (GO_FIRST if first else GIVE_WAY))


@cache
def _leave_the_session() -> None:
    with contextlib.suppress(OSError):
        os.setsid()
    if _make_nice(os.getpid()):
        threading.Thread(target=_make_new_sessions_nice, name="give way", daemon=True).start()


def _make_new_sessions_nice() -> None:
    known = {os.getsid(0)}
    while True:
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(OSError):
                session = os.getsid(pid)
                if session not in known and _make_nice(pid):
                    known.add(session)
        time.sleep(LOOK_S)


def _make_nice(pid: int) -> bool:
    """Whether a process's session gives way now."""
    try:
        Path(f"/proc/{pid}/autogroup").write_text(str(GIVE_WAY), encoding="ascii")
    except OSError:
        return False
    return True


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text(encoding="ascii").split()):
                yield child
                yield from _descendants(child)
