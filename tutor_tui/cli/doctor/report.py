"""What doctor examines, and one line of its report."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tutor_tui.config.command_line import Options
from tutor_tui.config.load import Configuration
from tutor_tui.core.problems import ExitCode

Verdict = Literal["ok", "note", "no", "BAD"]
"""`no`: it cannot be had, and lessons go on without; `BAD`: it has to be fixed."""


REINSTALL = "Install tutor-tui again: its speech engines come with it."


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    what: str
    said: str
    """A sentence or two on what was found."""
    fix: str = ""
    """What the learner can do about it."""
    exit_code: ExitCode = ExitCode.OK


@dataclass(frozen=True, slots=True)
class Setup:
    """What is examined: a lesson as it would be held with these options and settings."""

    options: Options
    configuration: Configuration


Check: TypeAlias = Callable[[Setup], AsyncIterator[Finding]]
