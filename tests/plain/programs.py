"""A plain lesson as a process of its own, on pipes: what it writes, and what is typed into it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.cli.test_main import clean_environment
from tests.support.paths import ROOT

WAIT_S = 30.0


HELLO = "Tutor: Hello, and welcome!"

BRIEF = ("--profile", "brief", "--prompts", str(ROOT / "tests" / "plain" / "prompts"))
"""For what is not about a lesson. It begins as the shipped one, and is read and said in no time."""

KEYS_SHOWN = "press t to type"


KEEPING = {"TUTOR_TUI_LEARNER_KEEP": "yes"}


def later_by(home: Path, seconds: float) -> dict[str, str]:
    """The environment of a program for which it is so much later: Python loads this when it begins."""
    folder = home / "later"
    folder.mkdir()
    clock = f"import time\nnow = time.time\ntime.time = lambda: now() + {seconds}\n"
    (folder / "sitecustomize.py").write_text(clock, encoding="utf-8")
    return {"PYTHONPATH": f"{folder}:{ROOT}"}


class Lines:
    """What a program writes, as it comes."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.text = ""

    def wait_for(self, wanted: str, timeout_s: float = WAIT_S) -> str:
        """Wait until `wanted` has been written after what was waited for last; returns the text up to there."""
        deadline_s = time.monotonic() + timeout_s
        while wanted not in self.text[self._seen :]:
            assert time.monotonic() < deadline_s, f"{wanted!r} never came:\n{self.text}"
            self.read(0.05)
        self._seen = self.text.index(wanted, self._seen) + len(wanted)
        return self.text[: self._seen]

    _seen = 0

    def wait_for_each(self, *wanted: str) -> None:
        """The same of several, which may come in any order."""
        last, ends = self._seen, []
        for each in wanted:
            self._seen = last
            ends.append(len(self.wait_for(each)))
        self._seen = max(ends)

    def read(self, timeout_s: float) -> bool:
        """Read what there is; False when nothing came."""
        if not select.select([self._fd], [], [], timeout_s)[0]:
            return False
        piece = os.read(self._fd, 65_536)
        self.text += piece.decode()
        return bool(piece)

    def rest(self) -> str:
        """Everything, once the program has ended."""
        while self.read(0.2):
            pass
        return self.text


class Piped:
    """A plain lesson on pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin: IO[bytes] = process.stdin
        self.lines = Lines(process.stdout.fileno())

    def type(self, line: str) -> None:
        """One line into the pipe."""
        self.stdin.write(f"{line}\n".encode())
        self.stdin.flush()


@contextmanager
def piped(home: Path, *arguments: str, **environ: str) -> Iterator[Piped]:
    """A plain lesson without a sound card, unless one is in `environ`."""
    command = [sys.executable, "-m", "tutor_tui", "plain", *arguments]
    with subprocess.Popen(
        command,
        env=clean_environment(home) | environ,
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield Piped(process)
        finally:
            process.kill()


def hold(home: Path, typed: bytes, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A whole plain lesson with this input."""
    done = subprocess.run(
        [sys.executable, "-m", "tutor_tui", *arguments],
        env=clean_environment(home) | environ,
        cwd=home,
        input=typed,
        capture_output=True,
        timeout=90,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def said_in(text: str) -> list[str]:
    """The lines of the conversation."""
    return [line for line in text.splitlines() if line.startswith(("You:", "Tutor:"))]
