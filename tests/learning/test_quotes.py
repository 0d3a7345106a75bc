"""Terms with a gap in what was said: whatever stands in the gap, and nothing in place of the words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.helpers import at, spoken
from tutor_tui.core.lesson_plan import DueItem
from tutor_tui.core.term_gaps import has_gap, parts_of, plain_gaps
from tutor_tui.learning.briefing import due_item
from tutor_tui.learning.evidence import Claim, ModelledLine, judged
from tutor_tui.learning.items import Item, ItemKind, Use
from tutor_tui.learning.quotes import filled_in, found_in, term_in

ME_LLAMO = Item("es", ItemKind.WORD, "me llamo …", "my name is …", "Hola, me llamo Ana María.")


@pytest.mark.parametrize(
    ("term", "said", "found"),
    [
        ("me llamo …", "Hola, me llamo Ana. ¿Y tú?", "me llamo Ana"),
        ("me llamo ...", "ME LLAMO Ana", "ME LLAMO Ana"),
        ("me llamo [nombre]", "Yo me llamo Ana", "me llamo Ana"),
        ("I'm ___ years old", "I'm ten years old", "I'm ten years old"),
        ("tiene … años", "Mi hermano tiene veinte años.", "tiene veinte años"),
        ("저는 … 예요", "저는 마리아예요.", "저는 마리아예요"),
        ("안 … 했어요", "어제 안 공부 했어요", "안 공부 했어요"),
        ("…から来ました", "わたしはフランスから来ました。", "わたしはフランスから来ました"),
        ("我叫…", "你好！我叫安娜。", "我叫安娜"),
        ("not as … as", "It is not as big as London.", "not as big as"),
    ],
)
def test_what_stands_in_a_gap_is_part_of_the_use(term: str, said: str, found: str) -> None:
    assert term_in(term, said) == filled_in(term, said) == found


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("me llamo …", "Se llama Ana"),
        ("tiene … años", "tiene años"),
        ("tiene … años", "Tiene hambre. Cumple diez años"),
        ("tiene … años", f"tiene {'muy ' * 12}pocos años"),
        ("tiene … años", "años tiene diez"),
        ("안 … 했어요", "안녕하세요 공부 했어요"),
        ("…", "x"),
    ],
)
def test_what_lacks_its_words_or_is_another_sentence_is_none(term: str, said: str) -> None:
    assert term_in(term, said) == ""


def test_a_gap_at_an_end_may_be_left_open_but_then_nothing_is_filled_in() -> None:
    assert term_in("me llamo …", "Me llamo") == "Me llamo" and filled_in("me llamo …", "Me llamo") == ""
    assert filled_in("la casa", "la casa") == "" and filled_in("a …", f"a {'b' * 80}") == ""


@given(st.text("ab …", max_size=8), st.text("ab .", max_size=16))
def test_what_is_found_is_in_what_was_said_and_without_a_gap_it_is_as_ever(term: str, said: str) -> None:
    found = term_in(term, said)
    assert found in said
    if found:
        assert all(found_in(part, found) for part in parts_of(term)) or not has_gap(term)
    if not has_gap(term):
        assert found == found_in(term, said)


def test_a_gap_is_shown_in_one_way() -> None:
    assert [plain_gaps(term) for term in ("me llamo [name]", "tiene ___ años", "…", "la casa")] == [
        "me llamo …",
        "tiene … años",
        "…",
        "la casa",
    ]


def test_it_is_evidence_and_helped_where_the_tutor_has_just_said_it_with_another_name() -> None:
    quote = term_in(ME_LLAMO.term, "Me llamo Carlos.")
    used = judged(Claim(ME_LLAMO.id, Use.INDEPENDENT, quote), ME_LLAMO.term, spoken("Me llamo Carlos."))
    assert used is not None and (used.use, used.quote) == (Use.INDEPENDENT, "Me llamo Carlos")
    modelled = replace(spoken("Me llamo Carlos."), modelled=(ModelledLine("¡Hola! Me llamo Pablo.", at(1)),))
    helped = judged(Claim(ME_LLAMO.id, Use.INDEPENDENT, quote), ME_LLAMO.term, modelled)
    assert helped is not None and helped.use is Use.ASSISTED


def test_a_tutor_that_asks_for_it_knows_how_it_was_said_once() -> None:
    assert due_item(ME_LLAMO) == DueItem("me llamo …", "my name is …", "", "me llamo Ana")
    assert due_item(replace(ME_LLAMO, example="")).filled == ""
