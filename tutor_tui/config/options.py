"""What the command line asked for, as plain values that everything below it can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Command = Literal["talk", "devices", "profiles", "doctor"]


@dataclass(frozen=True, slots=True)
class Options:
    """One command, and what goes with it."""

    command: Command = "talk"
    settings: Mapping[str, tuple[str, object]] = field(default_factory=dict)
    """Settings overridden for this run: full name → (option as typed, value)."""
    prompts: Path | None = None
    """A folder of prompt profiles that wins over all others."""
    log_file: Path | None = None
    """Where to keep a log; none is kept otherwise."""
    show_config: bool = False
    """doctor: show where each setting came from instead of checking anything."""
