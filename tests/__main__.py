"""All checks and all tests: `python -m tests [PYTEST OPTION…]`, which is what the README's test command ends with.

The checks come first, side by side, in a block of their own: beside the tests they would take the processor from those
whose sound goes at the speed of life. The tests run whatever the checks find, and their summary is the last that is
seen; what either finds makes the exit code.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests import checks
from tests.support.paths import ROOT

PYTEST = (sys.executable, "-m", "pytest", "-n", "4", "--dist", "loadgroup")
"""One worker for what goes at the speed of life, and three for the rest, which give way to it (conftest.py) and wait a
third of their time for programs that they have started."""
COMPILING = (sys.executable, "-m", "pytest", "--collect-only", "-qq")
"""Compiles all tests beside the check of types, which takes one processor: else each worker would, in a new copy."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What is compiled is kept: else each worker would compile the plugins and what they load, 140 modules, anew."""


def main(command: Sequence[str], check_commands: Sequence[Sequence[str]] = checks.COMMANDS) -> int:
    """Run these checks and then this program of tests; its exit code, or 1 if only a check failed."""
    content = checks.report(checks.start(check_commands))
    environment = ENVIRONMENT | {"COLUMNS": str(shutil.get_terminal_size().columns)}  # to it, a pipe is no terminal
    code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    return code or (0 if content else 1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the tests, which then sum up
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    with subprocess.Popen(COMPILING, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        sys.exit(main([*PYTEST, *colour, *sys.argv[1:]]))
