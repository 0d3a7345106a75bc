"""What has become of the learner's mistakes, in words: mended, or what is still missing for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tutor_tui.core.lesson_summary import counted
from tutor_tui.learning.evidence import Uptake, uptake_of
from tutor_tui.learning.items import Evidence, Item, ItemKind, KeptItem

UPTAKE_DAYS = 2
"""On so many days the better form has to come on the learner's own, without a slip in between."""


def is_mended(kept: KeptItem) -> bool:
    """Whether a mistake is mended; nothing else is."""
    return kept.item.kind is ItemKind.CORRECTION and kept.days_right >= UPTAKE_DAYS


def uptake_words(kept: KeptItem) -> str:
    """How far a mistake is mended; empty for what is none."""
    if kept.item.kind is not ItemKind.CORRECTION:
        return ""
    if is_mended(kept):
        return f"mended: right on {counted(kept.days_right, 'day')}"
    return "right once; once more on another day, and it is mended" if kept.days_right else "not right by yourself yet"


def uptake_lines(
    used: Iterable[tuple[Item, Sequence[Evidence]]], began_at: float, ended_at: float
) -> Iterator[tuple[str, str]]:
    """What has become in a lesson, from its begin to its end (Unix time, s), of the mistakes whose better form was
    used in it, each with all its evidence: for its report, as headings and lines.
    """
    for item, evidence in used:
        before = uptake_of(each for each in evidence if each.at < began_at)
        after = uptake_of(each for each in evidence if each.at <= ended_at)
        if after is before:
            continue
        if after is Uptake.MENDED:
            yield "Mended", f"“{item.term}”, which was “{item.said}”: right on two days."
        elif after is Uptake.ONCE:
            yield "Mending", f"“{item.term}”, which was “{item.said}”: right once. Once more on another day."
