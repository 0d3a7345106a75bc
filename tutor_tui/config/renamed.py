"""Settings that had another name: the old one works for one release, and a sentence says the new one."""

from __future__ import annotations

from collections.abc import Mapping

from tutor_tui.core.settings import variable_of

RENAMED: Mapping[str, str] = {
    "offline.mind": "offline.conversation",
    "offline.ears": "offline.speech_to_text",
}
"""Old full name → new full name. Once a release has had both, the entry goes."""
RENAMED_VARIABLES: Mapping[str, str] = {variable_of(old): variable_of(new) for old, new in RENAMED.items()}
"""The same for environment variables."""


def old_names(full_name: str) -> tuple[str, ...]:
    """What a setting was called before."""
    return tuple(old for old, new in RENAMED.items() if new == full_name)


def renamed_notice(old: str, new: str, place: str = "") -> str:
    """What to say where an old name is used; `place` is its file."""
    start = f"{place}: " if place else ""
    return f"{start}{old} is called {new} now; the old name works in this release only."
