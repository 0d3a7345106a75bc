"""Words that are words of their own, and so no other word misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pocketsphinx import get_model_path

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.normalise import UNSPACED, tokens
from tutor_tui.offline_server.lesson.word_lists import WordLists


@lru_cache(maxsize=8)
def known_words(lists: WordLists) -> frozenset[str]:
    """All words of the lists; in English also those of the recogniser's dictionary. In Korean, Japanese and Chinese,
    whole entries.
    """
    known = set(lists.function_words)
    for node in (lists.before, lists.after, *(entry for slot in lists.slots.values() for entry in slot.entries)):
        for text in _texts(node):
            written = tokens(text, lists.language)
            known.update(["".join(written)] if lists.language in UNSPACED else written)
    return frozenset(known | _english() if lists.language == "en" else known)


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
