"""Terms with a gap in them, "me llamo …": what stands there is another thing each time, a name or a number."""

from __future__ import annotations

import re

BLANK = "____"
"""Stands in a sentence where a word is asked for."""
_MARK = re.compile(r"…|\.{3,}|_{2,}|[~〜～]|\[[^\[\]]*\]")
"""As units, tutors and lists of words write one."""
_GAP = re.compile(rf"\s*(?:{_MARK.pattern})\s*")


def parts_of(term: str) -> list[str]:
    """The words of a term that do not change, cut where something stands between, before or behind them."""
    return [part for part in _GAP.split(term) if part.strip()]


def has_gap(term: str) -> bool:
    """Whether there is a gap in a term; what is nothing but one has none."""
    return bool(_GAP.search(term)) and bool(parts_of(term))


def begins_with_gap(term: str) -> bool:
    """Whether a gap stands before all of its words."""
    return _GAP.match(term) is not None


def ends_with_gap(term: str) -> bool:
    """Whether a gap stands behind all of its words."""
    return any(found.end() == len(term) for found in _GAP.finditer(term))


def plain_gaps(term: str) -> str:
    """A term with its gaps as a learner reads them: "me llamo …", whatever was written there."""
    return _MARK.sub("…", term) if has_gap(term) else term
