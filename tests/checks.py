"""The checks that are no tests: lint, format, types and contracts. `python -m tests.checks` runs them alone.

They run side by side, and each is reported whole whatever becomes of the others.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

COMMANDS: Sequence[Sequence[str]] = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports",),
)


class Result(NamedTuple):
    """How a check went."""

    name: str
    code: int
    output: str
    seconds: float


def start(commands: Sequence[Sequence[str]] = COMMANDS) -> Iterator[Result]:
    """Start all of these programs of this environment in the background; their results come in the same order."""
    pool = ThreadPoolExecutor(len(commands))
    results = pool.map(_result, commands)
    pool.shutdown(wait=False)
    return results


def _result(command: Sequence[str]) -> Result:
    program = str(Path(sys.executable).with_name(command[0]))
    began_s = time.monotonic()
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Result(" ".join(command), done.returncode, done.stdout, time.monotonic() - began_s)


def report(results: Iterable[Result]) -> bool:
    """Print a block with all results, and all that was written by those that failed; return whether none did."""
    print(f"{' checks ':=^80}", flush=True)
    content = True
    for result in results:
        print(f"{result.name:24}{'ok' if result.code == 0 else 'FAILED':8}{result.seconds:5.1f} s", flush=True)
        if result.code:
            content = False
            print(result.output.strip("\n"), end="\n\n", flush=True)
    print(flush=True)
    return content


if __name__ == "__main__":
    sys.exit(0 if report(start()) else 1)
