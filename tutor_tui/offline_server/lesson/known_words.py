"""Words that are words of their own, and so no other word misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pocketsphinx import get_model_path

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.word_lists import SlotWords, WordLists
from tutor_tui.speech.normalise import UNSPACED, tokens


def is_known(word: str, lists: WordLists) -> bool:
    """Whether it is a word of the lists; in English also of the recogniser's dictionary. In Korean, Japanese and
    Chinese, a whole entry.
    """
    return word in listed_words(lists) or (lists.language == "en" and word in _english())


@lru_cache(maxsize=128)
def listed_words(lists: WordLists) -> frozenset[str]:
    """All words and entries of the lists."""
    around = (_words(node, lists.language) for node in (lists.before, lists.after))
    return lists.function_words.union(*around, *(_entries(slot, lists.language) for slot in lists.slots.values()))


@lru_cache(maxsize=2048)
def _entries(slot: SlotWords, language: str) -> frozenset[str]:
    return frozenset().union(*(_words(entry, language) for entry in slot.entries))


def _words(node: syntax.Node, language: str) -> frozenset[str]:
    each = (tokens(text, language) for text in _texts(node))
    if language in UNSPACED:
        return frozenset(map("".join, each))
    return frozenset().union(*each)


def _texts(node: syntax.Node) -> Iterator[str]:
    match node:
        case syntax.Word(text):
            yield text
        case syntax.Sequence(parts):
            for part in parts:
                yield from _texts(part.node)
        case syntax.Choice(options) | syntax.AnyOrder(options):
            for option in options:
                yield from _texts(option)


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    """134,000 words, a tenth of a second."""
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as file:
        return frozenset(line.partition(" ")[0].partition("(")[0] for line in file)
