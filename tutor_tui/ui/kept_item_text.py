"""What is said of a kept item in a list and below it. Pure."""

from __future__ import annotations

from textual.content import Content

from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.local_time import local_time
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.items import Item, ItemKind, KeptItem
from tutor_tui.learning.learner import SCHEDULED, can_be_asked
from tutor_tui.learning.uptake import uptake_words
from tutor_tui.ui.widgets.definition_list import Fact

_KIND_NAMES = {
    ItemKind.WORD: "word",
    ItemKind.CORRECTION: "mistake",
    ItemKind.CAN_DO: "can-do",
    ItemKind.FACT: "about you",
}
_NO_MEANING = "not known yet: e writes it down"
_MEANING_NAMES = {ItemKind.CORRECTION: "why", ItemKind.CAN_DO: "unit"}


def item_entry(kept: KeptItem, meaning_at: int = 0) -> Content:
    """An item on one line; a can-do by its unit, which is shorter than all that it teaches. In a list, what it means
    stands `meaning_at` so many cells, unless it is too long for that.
    """
    item = kept.item
    name, more = (item.meaning, item.term) if item.kind is ItemKind.CAN_DO else (item.term, item.meaning)
    name, more = (name, more) if name else (more, "")
    more = "" if item.said else more  # why it was wrong is no meaning, and stands below the list
    before = f"{printable_line(item.said)} → " if item.said else ""
    reading = f"  {printable_line(item.reading)}" if item.reading else ""
    known = "✓ " if item.known else ""
    entry = Content.assemble((known, "$muted"), before, (printable_line(name), "bold"), reading)
    gap = " " * max(2, meaning_at - entry.cell_length)
    return Content.assemble(entry, (f"{gap}{printable_line(more)}", "$muted"))


def item_facts(kept: KeptItem, *, is_kept: bool = True) -> tuple[Fact, ...]:
    """All of an item, and how well it is known. `is_kept`: it is in the learner's file."""
    item = kept.item
    facts = (
        Fact(_KIND_NAMES[item.kind], f"{item.said} → {item.term}" if item.said else item.term),
        Fact("reading", item.reading),
        Fact(meaning_name(item), item.meaning or (_NO_MEANING if item.kind is ItemKind.WORD else "")),
        Fact("as said", item.example),
        Fact("learnt", _how_it_stands(kept) if is_kept else "not kept for later lessons"),
        Fact("mended", uptake_words(kept)),
    )
    return tuple(each for each in facts if each.value)


def meaning_name(item: Item) -> str:
    """What the meaning of such an item is."""
    return _MEANING_NAMES.get(item.kind, "meaning")


def _how_it_stands(kept: KeptItem) -> str:
    if kept.item.kind not in SCHEDULED:
        return ""
    verb = "done" if kept.item.kind is ItemKind.CAN_DO else "used"
    used = f"{verb} {counted(kept.uses, 'time')} on your own" if kept.uses else f"not {verb} on your own yet"
    missed = f", missed {counted(kept.lapses, 'time')}" if kept.lapses else ""
    if kept.item.known:
        return f"known, you say; {used}{missed}"
    if not can_be_asked(kept.item):
        return "not asked for, as it has neither a meaning nor a sentence"
    if kept.schedule is None:
        return "not asked yet"
    day = local_time(kept.schedule.due_at)
    return f"{used}{missed}; due from {day.day} {day:%B %Y}"
