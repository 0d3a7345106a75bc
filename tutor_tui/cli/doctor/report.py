"""One line of the doctor's report, and what is examined."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tutor_tui.config.load import Configuration
from tutor_tui.config.options import Options
from tutor_tui.core.problems import ExitCode

Verdict = Literal["ok", "note", "no", "BAD"]
"""`no`: it cannot be had, and lessons go on without; `BAD`: it has to be mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    what: str
    said: str
    mend: str = ""
    exit_code: ExitCode = ExitCode.OK


@dataclass(frozen=True, slots=True)
class Case:
    """What is examined."""

    options: Options
    configuration: Configuration


Check: TypeAlias = Callable[[Case], AsyncIterator[Finding]]
