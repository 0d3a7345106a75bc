"""What an item is to a learner who looks through a list."""

from __future__ import annotations

import pytest

from tutor_tui.learning.item_forms import Form, form_of
from tutor_tui.learning.items import Item, ItemKind


@pytest.mark.parametrize(
    ("language", "term", "form"),
    [
        ("es", "casa", Form.WORD),
        ("es", "la casa", Form.WORD),
        ("de", "sich freuen", Form.WORD),
        ("es", "¡Hola!", Form.WORD),
        ("es", "hasta mañana", Form.PHRASE),
        ("es", "me llamo …", Form.PHRASE),
        ("ko", "안녕하세요.", Form.WORD),
        ("ko", "커피 한 잔 주세요.", Form.PHRASE),
        ("ja", "猫", Form.WORD),
        ("ja", "お元気ですか。", Form.PHRASE),
        ("xx", "", Form.WORD),
    ],
)
def test_a_word_with_its_article_is_a_word_and_several_are_a_phrase(language: str, term: str, form: Form) -> None:
    assert form_of(Item(language, ItemKind.WORD, term)) is form


def test_each_kind_has_a_form() -> None:
    assert {form_of(Item("es", kind, "la casa roja")) for kind in ItemKind} == {*Form} - {Form.WORD}
