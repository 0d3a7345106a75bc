"""Asking the learner before something is lost."""

from __future__ import annotations

import sys

from tutor_tui.app.terminal_lines import beside
from tutor_tui.core.problems import ExitCode, Problem


def agreed(question: str, what: str, command: str) -> bool:
    """Whether the learner says yes. Raises `Problem` where nobody can be asked: `what` would be done by `command`."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        title = f"Without a terminal nobody can be asked whether to {what}."
        raise Problem(title, f"Try: {command}", ExitCode.USAGE)
    print(beside("", f"{question} [y/N]", sys.stdout), end=" ", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
