"""What is looked out for while a lesson goes on: which item a tutor means, and which items are one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tutor_tui.core.assent import without_yes
from tutor_tui.learning.held import words_of
from tutor_tui.learning.items import Item, ItemKind, term_key


class KnownItems:
    """The items of one language, each once."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = {each.id: each for each in items}

    def __iter__(self) -> Iterator[Item]:
        return iter([*self._items.values()])

    def add(self, items: Iterable[Item]) -> None:
        """Look out for these, too; one that is known already stays as it is."""
        for each in items:
            self._items.setdefault(each.id, each)

    def named(self, term: str) -> list[Item]:
        """The items that a tutor means by a term: those it was given in these very letters, or else written otherwise.
        A word and a mistake may have the same words, and what was asked for is one of them.
        """
        exactly = [each for each in self if each.term == term]
        return exactly or [each for each in self if term_key(each.term) == term_key(term)]

    def alike(self, item: Item) -> list[Item]:
        """The others that are the same words: who has said one has said them all."""
        return [each for each in self if each.id != item.id and words_key(each) == words_key(item)]

    def same_mistake(self, item: Item) -> Item | None:
        """The correction that is about the same mistake: the same was said, and one better form is in the other. None
        where there is none. (Of "go", "goes" and "went" may both be the better form: those are two mistakes.)
        """
        wanted = term_key(without_yes(item.said))
        alike = (each for each in self._corrections if term_key(without_yes(each.said)) == wanted)
        return next((each for each in alike if words_of(each.term, item.term) or words_of(item.term, each.term)), None)

    def mistake_about(self, word: Item) -> Item | None:
        """The correction whose better form holds this word, which the learner did not say: it is asked for by that.
        None where there is none.
        """
        holding = (each for each in self._corrections if words_of(word.term, each.term))
        return next((each for each in holding if not words_of(word.term, each.said)), None)

    @property
    def _corrections(self) -> Iterator[Item]:
        return (each for each in self if each.kind is ItemKind.CORRECTION)


def words_key(item: Item) -> str:
    """What items of the same words have in common."""
    return term_key(without_yes(item.term))
