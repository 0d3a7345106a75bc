"""How much of the tutor's words the learner chose to read last, by profile and level, for the lessons that come after.

The file is ours and can be done without: one that is missing, broken or from another version counts as empty.
"""

from __future__ import annotations

import json
from pathlib import Path

from tutor_tui.config.files import FileTooLarge, IrregularFile, bytes_of, locked, replace_text
from tutor_tui.config.paths import shown
from tutor_tui.core.captions import Rung
from tutor_tui.core.problems import ExitCode, Problem

_FORMAT = 1
_MOST = 200
"""Choices; the oldest give way."""
_LARGEST_BYTES = 100_000


def recall_rung(file: Path, profile_key: str, level: str) -> Rung | None:
    """What was chosen last for that profile at that level (CEFR, or empty); None for nothing, whatever the reason."""
    return _choices(file).get(_name(profile_key, level))


def remember_rung(file: Path, profile_key: str, level: str, rung: Rung) -> None:
    """Keep what was chosen. Raises `Problem`."""
    name = _name(profile_key, level)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(file.parent):
            choices = {each: kept for each, kept in _choices(file).items() if each != name}
            newest = dict([*choices.items(), (name, rung)][-_MOST:])
            replace_text(file, json.dumps({"format": _FORMAT, "captions": newest}, indent=2) + "\n")
    except OSError as error:
        raise Problem(
            f"What you chose to read could not be kept in {shown(file.parent)}: {error.strerror}.",
            "Give yourself write permission there; it holds in this lesson.",
            ExitCode.USAGE,
        ) from None


def _name(profile_key: str, level: str) -> str:
    return f"{profile_key} {level}".strip()


def _choices(file: Path) -> dict[str, Rung]:
    try:
        content = json.loads(bytes_of(file, _LARGEST_BYTES))
    except (OSError, ValueError, RecursionError, IrregularFile, FileTooLarge):
        return {}
    kept = content.get("captions") if isinstance(content, dict) and content.get("format") == _FORMAT else None
    found = kept.items() if isinstance(kept, dict) else ()
    return {name: Rung(rung) for name, rung in found if rung in list(Rung)}
