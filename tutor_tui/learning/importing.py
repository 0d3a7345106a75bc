"""Keeping many words at once that the learner brings along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from tutor_tui.learning.items import Item
from tutor_tui.learning.learner import LearnerChange, can_be_asked, keep
from tutor_tui.learning.reviews import next_day

NEW_A_DAY = 20
"""So many of them are due a day, beginning at once: Anki's own figure for new cards."""
_DAY_S = 24 * 3_600
_APART_S = 0.001
"""So far apart are the dates of those that come together, which keeps their order: lists begin with the newest."""


class Imported(NamedTuple):
    """What became of them."""

    new: int
    known: int
    """Those that were kept already."""


def keep_all(change: LearnerChange, items: Iterable[Item], at: float) -> Imported:
    """Keep these items, and have the new ones due little by little, in their order; `at` is now, as Unix time in s."""
    new = known = 0
    for number, item in enumerate(items):
        before = change.item(item.id)
        kept = keep(change, replace(item, added_at=max(0.0, item.added_at - number * _APART_S)))
        if kept is None:
            continue
        if before is None or before.deleted:
            if can_be_asked(kept):
                days, place = divmod(new, NEW_A_DAY)
                day = next_day(at) + (days - 1) * _DAY_S if days else at - NEW_A_DAY * _APART_S
                change.put_schedule(kept, None, day + place * _APART_S)
            new += 1
        else:
            known += 1
    return Imported(new, known)
