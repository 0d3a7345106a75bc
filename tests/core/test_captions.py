"""What is shown of the tutor's words on each rung of the caption ladder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor_tui.core.captions import RUNGS, KnownWords, Mask, Rung, masked, rung_of_level
from tutor_tui.core.safe_text import printable

WORDS = ("good", "how", "are", "you", "i", "do", "know", "it", "a", "walk")
KNOWN = KnownWords((*WORDS, "저", "안녕하세요", "私", "行", "我", "喜欢"))
ENGLISH = "Good morning! Are you walking? I don't know: a well-known café."
KOREAN = "안녕하세요? 저는 학교에 갔어요."
JAPANESE = "私は学校へ行きます。お茶かコーヒー、3時に。"
CHINESE = "我喜欢喝茶。你呢？"
TEXT = st.text("ab’'-éßЖ가뷁學々あアーｱ、。！?１3 \n😀\u0e31\u093f\u0301", max_size=20).map(printable)


@pytest.mark.parametrize(
    ("text", "hidden", "first_letters", "rare_words"),
    [
        (
            ENGLISH,
            "____ _______  ___ ___ _______  _ _____ ____  _ __________ ____ ",
            "G___ m______! A__ y__ w______? I d____ k___: a w_________ c___.",
            "____ morning! ___ ___ _______? _ _____ ____: _ well-known café.",
        ),
        (
            KOREAN,
            "＿＿＿＿＿  ＿＿ ＿＿＿ ＿＿＿ ",
            "ㅇ＿＿＿＿? ㅈ＿ ㅎ＿＿ ㄱ＿＿.",
            "＿＿＿＿＿? ＿＿ 학교에 갔어요.",
        ),
        (
            JAPANESE,
            "＿＿＿＿＿＿＿＿＿　＿＿＿＿＿＿＿　_＿＿　",
            "私＿学＿＿行＿＿＿。お＿＿コ＿＿＿、3＿＿。",
            "＿＿学校へ＿＿＿＿。お茶かコーヒー、3時に。",
        ),
        (CHINESE, "＿＿＿＿＿　＿＿　", "我＿＿＿＿。你＿？", "＿＿＿喝茶。你呢？"),
    ],
    ids=["English", "Korean", "Japanese", "Chinese"],
)
def test_what_is_shown_of_a_line(text: str, hidden: str, first_letters: str, rare_words: str) -> None:
    shown = [masked(text, Mask(rung, KNOWN)) for rung in RUNGS]
    assert shown == [hidden, first_letters, rare_words, text, text]
    assert masked(text, None) == text


def test_a_word_that_may_still_grow_is_not_shown_as_rare() -> None:
    begun = Mask(Rung.RARE_WORDS, KNOWN, complete=False)
    assert masked("Good morn", begun) == "____ ____"
    assert masked("Good morning!", begun) == "____ morning!"
    assert masked("Good morn", Mask(Rung.FIRST_LETTERS, complete=False)) == "G___ m___"


def test_help_in_another_script_is_not_of_the_language_and_is_shown() -> None:
    korean = Mask(Rung.RARE_WORDS, KnownWords(["서울", "같이"]))
    assert masked("여기는 서울은. Listen, and say it:", korean) == "여기는 ＿＿＿. Listen, and say it:"


def test_without_a_list_of_words_the_long_ones_are_rare() -> None:
    assert masked("Mi piace camminare.", Mask(Rung.RARE_WORDS)) == "__ _____ camminare."


@given(TEXT, st.sampled_from(RUNGS), st.booleans(), st.sampled_from((KNOWN, KnownWords())))
def test_nothing_jumps_when_a_line_is_revealed(text: str, rung: Rung, complete: bool, known: KnownWords) -> None:
    shown = masked(text, Mask(rung, known, complete))
    assert [cell_len(each) for each in shown] == [cell_len(each) for each in text]
    assert [each for each in shown if each == "\n"] == [each for each in text if each == "\n"]


def test_a_hidden_line_has_no_letter_of_the_words() -> None:
    for text in (ENGLISH, KOREAN, JAPANESE, CHINESE, "ไปเที่ยว नमस्ते naïve"):
        assert not any(each.isalnum() for each in masked(text, Mask(Rung.HIDDEN)))


def test_what_is_not_said_is_told_apart_by_its_brackets_and_hidden_unless_the_words_are_to_be_read_in_part() -> None:
    hidden, begun = Mask(Rung.HIDDEN), Mask(Rung.FIRST_LETTERS, but_asides=True)
    assert masked("커피 주세요. (Coffee, please.)", hidden) == "＿＿ ＿＿＿  (______  ______ )"
    assert masked("네。（是。）", hidden) == "＿\N{IDEOGRAPHIC SPACE}（＿\N{IDEOGRAPHIC SPACE}）"
    assert masked("네. (Ye", hidden) == "＿  (__", "it may still grow"
    assert masked("커피 주세요. (Coffee, please.)", begun) == "ㅋ＿ ㅈ＿＿. (Coffee, please.)"
    assert masked("네. (Ye", begun) == "ㄴ. (Ye", "it may still grow"


def test_the_ladder_is_climbed_rung_by_rung_and_begins_anew_above() -> None:
    assert [rung.next for rung in RUNGS] == [*RUNGS[1:], RUNGS[0]]
    assert [rung.hides for rung in RUNGS] == [True, True, True, False, False]


def test_beginners_read_along_and_the_others_listen_first() -> None:
    rungs = {level: rung_of_level(level) for level in ("", "A1", "A2", "B1", "B2", "C1", "C2")}
    assert {level for level, rung in rungs.items() if rung is Rung.HIDDEN} == {"B1", "B2", "C1", "C2"}
    assert {rung for level, rung in rungs.items() if level[:1] in ("", "A")} == {Rung.ALL}
