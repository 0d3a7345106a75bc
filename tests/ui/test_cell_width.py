from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tutor_tui.core.safe_text import printable, printable_line
from tutor_tui.ui.cell_width import fitted, padded


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("[bold]loud[/bold] [@click=app.quit]", "[bold]loud[/bold] [@click=app.quit]"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "�31m"),
        ("a\tb", "a    b"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo␍three\nfour"),
        ("abc\u202edcba\u202c \u2066x\u2069 \u200f!", "abcdcba x !"),
        ("zero\u200bwidth\u2060\ufeff\u00ad", "zerowidth"),
        ("half \ud83d pair", "half � pair"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f", "👩👩👧 ❤"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("\u3164\uffa0hangul filler", "hangul filler"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Z\u0300\u0301\u0302\u0303\u0304\u0305algo", "Z\u0300\u0301\u0302algo"),
        ("안녕하세요 こんにちは 漢字", "안녕하세요 こんにちは 漢字"),
    ],
)
def test_what_comes_from_outside_is_shown_literally_or_dropped(raw: str, safe: str) -> None:
    assert printable(raw) == unicodedata.normalize("NFC", safe)


@given(st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=60))
def test_nothing_that_a_terminal_obeys_survives(raw: str) -> None:
    safe = printable(raw)
    assert not any(mark != "\n" and unicodedata.category(mark) in ("Cc", "Cs") for mark in safe)
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\u200e\u200f\ufeff")
    safe.encode("utf-8")


@given(st.text(max_size=60))
def test_a_safe_texts_width_is_the_sum_of_its_characters(raw: str) -> None:
    safe = printable_line(raw)
    assert cell_len(safe) == sum(map(get_character_cell_size, safe))


@given(st.text(max_size=40), st.integers(min_value=0, max_value=30))
def test_fitted_and_padded_keep_to_their_cells(raw: str, cells: int) -> None:
    assert cell_len(fitted(raw, cells)) <= cells
    assert cell_len(padded(raw, cells)) == cells


def test_a_wide_sign_is_never_cut_in_half() -> None:
    assert fitted("한국어 튜터", 6) == "한국…"
    assert fitted("한국어", 4) == "한…"
