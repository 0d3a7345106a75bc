"""What an item is to a learner who looks through a list: a word, a phrase, or a mistake made right."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tutor_tui.core.tools import SENTENCE_ENDS
from tutor_tui.learning.items import Item, ItemKind


class Form(StrEnum):
    """In the order of a list."""

    WORD = "word"
    PHRASE = "phrase"
    """Several words, or a whole sentence."""
    CORRECTION = "correction"
    CAN_DO = "can-do"
    FACT = "fact"


_BEFORE_WORDS: Mapping[str, str] = {
    "en": "a an the to",
    "de": "der die das den dem des ein eine einen sich",
    "es": "el la los las un una unos unas lo",
    "fr": "le la les un une des du se",
    "it": "il lo la i gli le un uno una",
    "pt": "o a os as um uma uns umas",
}
"""By language, what is learnt together with a word and makes no phrase of it: articles, and what marks a verb."""


def bare(term: str, language: str) -> str:
    """A term without what is only learnt together with it: "un café" is "café"."""
    parts = term.split()
    is_more = len(parts) > 1 and parts[0].casefold() in _BEFORE_WORDS.get(language, "").split()
    return " ".join(parts[1:] if is_more else parts)


def form_of(item: Item) -> Form:
    """What an item is. Where nothing parts words (Chinese, Japanese), what ends in a mark is a phrase."""
    if item.kind is not ItemKind.WORD:
        return Form(item.kind.value)
    has_words = " " in bare(item.term, item.language) or (
        item.language in ("ja", "zh") and item.term.rstrip().endswith(SENTENCE_ENDS)
    )
    return Form.PHRASE if has_words else Form.WORD
