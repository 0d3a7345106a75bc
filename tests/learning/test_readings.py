"""How what is kept is read, and where it was said."""

from __future__ import annotations

import pytest

from tests.learning.helpers import use, word
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.learning.noted_items import with_example
from tutor_tui.learning.readings import with_reading, with_readings


@pytest.mark.parametrize(
    ("language", "term", "reading"),
    [
        ("ko", "음식", "eumsik"),
        ("ja", "駅", "えき"),
        ("ja", "えき", "eki"),
        ("zh", "学生", "xué sheng"),
        ("es", "tortilla", ""),
        ("ko", "OK", ""),
    ],
)
def test_a_reading_is_kept_where_the_script_does_not_say_it_to_everybody(
    language: str, term: str, reading: str
) -> None:
    found = with_reading(Item(language, ItemKind.WORD, term)).reading
    assert found.replace(" ", "") == reading.replace(" ", "")


def test_a_reading_that_is_there_stays_and_what_is_no_word_has_none() -> None:
    own = Item("ko", ItemKind.WORD, "음식", reading="EUM-shik")
    fact = Item("ko", ItemKind.FACT, "이름은 안나")
    evidence = use(word())
    assert with_readings([own, fact, evidence]) == [own, fact, evidence]


@pytest.mark.parametrize(
    ("item", "said", "example"),
    [
        (Item("es", ItemKind.WORD, "Un café, por favor."), "un café, por favor.", "un café, por favor."),
        (Item("es", ItemKind.WORD, "Un café, por favor."), "", "Un café, por favor."),
        (Item("es", ItemKind.WORD, "tengo sed"), "Hola. Tengo sed hoy.", "Tengo sed hoy."),
        (Item("es", ItemKind.WORD, "tengo sed"), "Hola.", ""),
        (Item("es", ItemKind.WORD, "tengo sed", example="Sí, tengo sed."), "Tengo sed hoy.", "Sí, tengo sed."),
        (Item("es", ItemKind.CORRECTION, "Tengo sed.", said="Soy sed."), "Tengo sed.", ""),
    ],
)
def test_a_word_has_the_sentence_in_which_it_was_said(item: Item, said: str, example: str) -> None:
    assert with_example(item, said).example == example
