"""What an item is to a learner who looks through a list: a word, a phrase, or a mistake made right."""

from __future__ import annotations

from enum import StrEnum

from tutor_tui.core.term_form import is_phrase
from tutor_tui.learning.items import Item, ItemKind


class Form(StrEnum):
    """In the order of a list."""

    WORD = "word"
    PHRASE = "phrase"
    """Several words, or a whole sentence."""
    CORRECTION = "correction"
    CAN_DO = "can-do"
    FACT = "fact"


def form_of(item: Item) -> Form:
    """What an item is."""
    if item.kind is not ItemKind.WORD:
        return Form(item.kind.value)
    return Form.PHRASE if is_phrase(item.term, item.language) else Form.WORD
