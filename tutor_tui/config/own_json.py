"""Small files of ours that can be done without: named entries as JSON, that later programs look up.

One that is missing, broken or from another version counts as empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tutor_tui.config.files import FileTooLarge, IrregularFile, bytes_of, locked, replace_text
from tutor_tui.config.paths import shown
from tutor_tui.core.problems import ExitCode, Problem

_FORMAT = 1


def entries_in(file: Path, what: str, most_bytes: int) -> dict[str, Any]:
    """Name → entry, of whatever shape the entry is; `what` they are is the key under which they stand in the file."""
    try:
        content = json.loads(bytes_of(file, most_bytes))
    except (OSError, ValueError, RecursionError, IrregularFile, FileTooLarge):
        return {}
    found = content.get(what) if isinstance(content, dict) and content.get("format") == _FORMAT else None
    return found if isinstance(found, dict) else {}


def change_entries(file: Path, what: str, change: Callable[[], dict[str, Any]], *, lost: str, meanwhile: str) -> None:
    """Write what `change` makes of the entries, which no other program changes meanwhile. Raises `Problem`: it says
    what is `lost`, and what is true `meanwhile`.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(file.parent):
            replace_text(file, json.dumps({"format": _FORMAT, what: change()}, indent=2) + "\n")
    except OSError as error:
        title = f"{lost} could not be kept in {shown(file.parent)}: {error.strerror}."
        raise Problem(title, f"Give yourself write permission there; {meanwhile}.", ExitCode.USAGE) from None
