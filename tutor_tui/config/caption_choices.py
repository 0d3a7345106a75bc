"""How much of the tutor's words the learner chose to read last, by profile and level, for later lessons."""

from __future__ import annotations

from pathlib import Path

from tutor_tui.config.own_json import change_entries, entries_in
from tutor_tui.core.captions import Rung

_MOST = 200
"""Choices; the oldest give way."""
_LARGEST_BYTES = 100_000


def recall_rung(file: Path, profile_key: str, level: str) -> Rung | None:
    """What was chosen last for that profile at that level (CEFR, or empty); None for nothing, whatever the reason."""
    return _choices(file).get(_name(profile_key, level))


def remember_rung(file: Path, profile_key: str, level: str, rung: Rung) -> None:
    """Keep what was chosen. Raises `Problem`."""
    name = _name(profile_key, level)

    def changed() -> dict[str, Rung]:
        choices = {each: kept for each, kept in _choices(file).items() if each != name}
        return dict([*choices.items(), (name, rung)][-_MOST:])

    change_entries(file, "captions", changed, lost="What you chose to read", meanwhile="it holds in this lesson")


def _name(profile_key: str, level: str) -> str:
    return f"{profile_key} {level}".strip()


def _choices(file: Path) -> dict[str, Rung]:
    found = entries_in(file, "captions", _LARGEST_BYTES)
    return {name: Rung(rung) for name, rung in found.items() if rung in list(Rung)}
