from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor_tui.core.safe_text import printable
from tutor_tui.ui.wrap import wrap


def test_latin_and_korean_break_at_spaces() -> None:
    assert wrap("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert wrap("안녕하세요 오늘은 카페에서", 12) == ["안녕하세요", "오늘은", "카페에서"]


def test_japanese_breaks_between_signs_but_not_before_a_closing_one() -> None:
    assert wrap("駅で切符を買う。はい", 14) == ["駅で切符を買", "う。はい"]
    assert wrap("これは「ペン」です", 8) == ["これは", "「ペン」", "です"]


def test_a_long_word_is_cut_between_letters_and_keeps_its_accents() -> None:
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("aaae\u0323e", 4) == ["aaae\u0323", "e"]


def test_line_ends_are_kept_and_a_sign_wider_than_the_line_still_shows() -> None:
    assert wrap("a\n\nb", 10) == ["a", "", "b"]
    assert wrap("漢字", 1) == ["漢", "字"]


@given(st.text(alphabet="ab 漢字、。「」한국어\n.,()é\u0301", max_size=80), st.integers(min_value=2, max_value=20))
def test_no_line_is_too_wide_and_no_letter_is_lost(raw: str, width: int) -> None:
    text = printable(raw)
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
