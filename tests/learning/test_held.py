"""Whether a quote has anything of an item in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.core.assent import YES, without_yes
from tutor_tui.learning.held import holds, words_of

TEXT = st.text("aàb ßsİ.멀다어요学食べた1…", max_size=12)


@pytest.mark.parametrize(
    ("term", "quote", "is_held"),
    [
        ("tengo hambre", "Sí, tengo hambre", True),
        ("Sí, tengo hambre.", "Tengo mucha hambre", True),
        ("Sí, tengo hambre.", "tengo hambre", True),
        ("tengo hambre", "Quiero un café, por favor", False),
        ("tengo hambre", "tengo sed", False),
        ("tener hambre", "¿Tienes hambre?", True),
        ("hablar", "hablo", True),
        ("schreiben", "geschrieben", True),
        ("멀다", "멀어요", True),
        ("멀다", "가까워요", False),
        ("학교에 가다", "학교에 갔어요", True),
        ("食べる", "すしを食べました", True),
        ("行く", "行きます", True),
        ("学生", "学校", False),
        ("me llamo …", "me llamo Ana", True),
        ("go", "went", False),
        ("far", "", False),
    ],
)
def test_a_quote_holds_an_item_in_any_form_that_shows_it(term: str, quote: str, *, is_held: bool) -> None:
    assert holds(quote, term) is is_held


@given(TEXT, TEXT, TEXT)
def test_what_was_said_word_for_word_is_held_whatever_is_around_it(before: str, term: str, after: str) -> None:
    said = f"{before} {term} {after}"
    if words_of(term, said):
        assert holds(said, term)


@given(st.sampled_from([word for words in YES.values() for word in words]), st.text(max_size=20))
def test_a_yes_before_it_is_left_out_and_nothing_else(word: str, rest: str) -> None:
    assert without_yes(f"{word}, {rest}").casefold() in (rest.lstrip().casefold(), f"{word}, {rest}".casefold())
    assert without_yes(rest) == rest or "," in rest or "，" in rest or "、" in rest


@pytest.mark.parametrize("text", ["No, gracias.", "Sí.", "sí,", "Siempre, tengo hambre", "yesterday, I ran"])
def test_what_is_no_yes_before_something_stays(text: str) -> None:
    assert without_yes(text) == text


def test_it_stays_a_sentence() -> None:
    assert without_yes("Sí, tengo hambre.") == "Tengo hambre." and without_yes("네, 좋아요") == "좋아요"
