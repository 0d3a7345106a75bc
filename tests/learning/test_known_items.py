"""Which item a tutor means, and which items are one and the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.learning.known_items import KnownItems


def slip(said: str, better: str) -> Item:
    return Item("es", ItemKind.CORRECTION, better, said=said)


def word(term: str) -> Item:
    return Item("es", ItemKind.WORD, term, "a meaning")


HUNGRY, SLIP = word("tengo hambre"), slip("Soy hambre", "Tengo hambre.")


def test_a_term_in_the_very_letters_comes_before_one_that_is_only_alike() -> None:
    known = KnownItems([SLIP, HUNGRY])
    assert known.named("tengo hambre") == [HUNGRY] and known.named("Tengo hambre.") == [SLIP]
    assert known.named("TENGO  hambre!") == [SLIP, HUNGRY] and known.named("otra cosa") == []
    assert known.alike(HUNGRY) == [SLIP] and known.alike(SLIP) == [HUNGRY]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("Soy hambre", "Sí, tengo hambre."), ("Soy hambre.", "Tengo hambre."), True),
        (("Soy hambre.", "Tengo hambre."), ("Sí, soy hambre", "Sí, tengo hambre."), True),
        (("go", "goes"), ("go", "went"), False),
        (("Soy hambre", "Tengo hambre."), ("Soy sed", "Tengo sed."), False),
    ],
)
def test_one_mistake_is_one_however_it_was_made_right(
    one: tuple[str, str], other: tuple[str, str], *, is_same: bool
) -> None:
    assert (KnownItems([slip(*one)]).same_mistake(slip(*other)) is not None) is is_same
    assert (KnownItems([slip(*other)]).same_mistake(slip(*one)) is not None) is is_same


def test_a_word_that_a_mistake_is_about_comes_back_with_it() -> None:
    known = KnownItems([SLIP, slip("Yo ir a la biblioteca", "Fui a la biblioteca")])
    assert known.mistake_about(HUNGRY) is SLIP
    assert known.mistake_about(word("la biblioteca")) is None, "they had that right"
    assert known.mistake_about(word("tengo sed")) is None


@given(st.lists(st.builds(word, st.text(max_size=6)) | st.builds(slip, st.text(max_size=6), st.text(max_size=6))))
def test_what_is_alike_is_alike_both_ways_and_never_itself(items: list[Item]) -> None:
    known = KnownItems(items)
    for each in known:
        assert each in known.named(each.term)
        assert each not in known.alike(each)
        assert all(each in known.alike(other) for other in known.alike(each))
