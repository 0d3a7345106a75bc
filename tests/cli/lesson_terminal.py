"""A lesson in a terminal of its own, for tests, and the programs that it starts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.cli.test_main import clean_environment
from tests.support.fair_clock import FairClock
from tests.support.pulse import PulseServer
from tests.support.terminal import Terminal

Opener = Callable[..., AbstractContextManager[Terminal]]
MAIN = "import sys; from tutor_tui.__main__ import main; sys.exit(main())"
ENGLISH = ("--profile", "english-first-words")
HELLO = "Hello, and welcome!"
"""Begins what a brief lesson says."""
with_sound = pytest.mark.device
"""Two lessons with sound at once tear holes into each other's."""


@pytest.fixture
def silent_lesson(tmp_path: Path) -> Opener:
    """Open a lesson in a terminal of its own, without sound, in an empty home."""

    @contextmanager
    def open_it(*arguments: str, code: str = "", **environ: str) -> Iterator[Terminal]:
        start = ["-c", f"{code}\n{MAIN}"] if code else ["-m", "tutor_tui"]
        command = [sys.executable, *start, *arguments]
        environment = clean_environment(tmp_path) | environ
        with Terminal(command, width=160, height=40, env=environment, cwd=tmp_path) as terminal:
            yield terminal

    return open_it


@pytest.fixture
def lesson(silent_lesson: Opener, pulse: PulseServer) -> Opener:
    """The same with sound."""
    return partial(silent_lesson, **pulse.variables)


def children_of(pid: int) -> list[int]:
    """The process ids of a process's children."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def state_of(pid: int) -> str:
    """A process's state as `ps` has it: R, S, T (stopped), Z (over, but not yet asked for its end); empty: none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(pid: int) -> bool:
    return state_of(pid) not in ("", "Z")


def assert_all_ends(pids: list[int], within_s: float) -> None:
    clock = FairClock(*pids)
    while any(map(is_running, pids)):
        assert clock.seconds < within_s, f"still running: {[pid for pid in pids if is_running(pid)]}"
        time.sleep(0.02)
