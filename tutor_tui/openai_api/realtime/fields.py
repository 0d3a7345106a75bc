"""Reading single fields of a server's JSON, of which any may be missing, of a wrong type, or absurd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS
from tutor_tui.core.safe_text import well_formed

_ABSURD = 1e12
"""Nothing in the protocol, Unix times included, comes near this."""
_EMPTY: Mapping[str, Any] = {}


_LONGEST_TEXT = 2 * MOST_TEXT_CHARACTERS
"""More of a text is not even looked at; that it is too long is told by its length."""


def text(parent: Mapping[str, Any], name: str) -> str:
    """A text without lone surrogates; empty for anything else."""
    value = parent.get(name)
    return well_formed(value[:_LONGEST_TEXT]) if isinstance(value, str) else ""


def text_or_none(parent: Mapping[str, Any], name: str) -> str | None:
    """The same, where an absent text means something of its own."""
    value = parent.get(name)
    return well_formed(value[:_LONGEST_TEXT]) if isinstance(value, str) else None


def mapping(value: object) -> Mapping[str, Any]:
    """A JSON object; empty for anything else."""
    return value if isinstance(value, dict) else _EMPTY


def number(value: object) -> float | None:
    """A number that can be worked with, else None: JSON also has infinities and integers of 400 digits."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) < _ABSURD:
        return None
    return float(value)


def count(parent: Mapping[Any, Any], name: str) -> int:
    """A number of tokens; anything else than a natural number counts as none."""
    return int(max(0.0, number(parent.get(name)) or 0.0))
