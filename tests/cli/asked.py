"""A command that asks before it does something, answered on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.cli.test_main import clean_environment


def answered(home: Path, answer: str, *arguments: str) -> str:
    """All that `tutor-tui` shows that is asked and gets this answer. It has to end well."""
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "tutor_tui", *arguments]
    environment = clean_environment(home) | {"TMPDIR": tempfile.gettempdir()}
    with subprocess.Popen(
        command, env=environment, cwd=home, stdin=terminal, stdout=terminal, stderr=terminal
    ) as program:
        os.close(terminal)
        shown = b""
        while b"[y/N] " not in shown:
            shown += os.read(controller, 1_000)
        os.write(controller, answer.encode())
        try:
            while more := os.read(controller, 1_000):
                shown += more
        except OSError:  # the terminal has no other end any more
            pass
        assert program.wait(30) == 0
    os.close(controller)
    return shown.decode().replace("\r\n", "\n")
