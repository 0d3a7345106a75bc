"""Keeping many words at once that the learner brings along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tutor_tui.learning.items import Item
from tutor_tui.learning.learner import LearnerChange, can_be_asked, keep
from tutor_tui.learning.reviews import next_day

NEW_A_DAY = 20
"""So many of them are due a day, beginning at once: Anki's own figure for new cards."""
_DAY_S = 24 * 3_600


class Imported(NamedTuple):
    """What became of them."""

    new: int
    known: int
    """Those that were kept already."""


def keep_all(change: LearnerChange, items: Iterable[Item], at: float) -> Imported:
    """Keep these items, and have the new ones due little by little; `at` is now, as Unix time in s."""
    new = known = 0
    for item in items:
        before = change.item(item.id)
        kept = keep(change, item)
        if kept is None:
            continue
        if before is None or before.deleted:
            if can_be_asked(kept):
                days = new // NEW_A_DAY
                change.put_schedule(kept, None, next_day(at) + (days - 1) * _DAY_S if days else at)
            new += 1
        else:
            known += 1
    return Imported(new, known)
