"""How an item is read, where its script does not say so to everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tutor_tui.core.line_help import SCRIPTS
from tutor_tui.core.problems import Problem
from tutor_tui.learning.items import Evidence, Item, ItemKind, term_key
from tutor_tui.speech.romanisation import reading_of

_READ = (ItemKind.WORD, ItemKind.CORRECTION)


def with_reading(item: Item) -> Item:
    """An item with its reading: Japanese in kana, or in Latin letters where it is in kana, Chinese in pinyin, Korean in
    Latin letters. As it is where it has one, or none is known. The first of a language takes 0.3 s.
    """
    if item.reading or item.kind not in _READ or item.language not in SCRIPTS:
        return item
    try:
        ways = reading_of(item.term, item.language)
    except Problem:  # a package is missing
        return item
    return replace(item, reading=next((each for each in ways if term_key(each) != term_key(item.term)), ""))


def with_readings(changes: Iterable[Item | Evidence]) -> list[Item | Evidence]:
    """The same of all items among these."""
    return [with_reading(each) if isinstance(each, Item) else each for each in changes]
