"""What is known of words that are picked from a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.core.tools import Note, Word
from tutor_tui.learning.picked_words import Picked, pickable, picked

PRESENTED = (
    "네, 반가워요! Listen, and say it after me: 저는 안나예요. 저는 톰이에요. "
    "(Yes, nice to meet you! I am Anna. I am Tom.)"
)
GREETING = (
    "여기는 서울이에요. 같이 한국어를 해요! Listen, and say it after me: 안녕하세요. "
    "(This is Seoul. Let us do Korean! Hello. Word for word: are you at peace?) (Stuck? Ask: “help”.)"
)


@pytest.mark.parametrize(
    ("words", "line", "found"),
    [
        ("저는 안나예요", PRESENTED, Picked("저는 안나예요.", "I am Anna")),
        ("톰", PRESENTED, Picked("저는 톰이에요.", "")),
        ("안녕하세요", GREETING, Picked("안녕하세요.", "Hello")),
        ("help", GREETING, Picked("", "")),
        ("perro", "El perro (dog) ladra. ¡Qué grande!", Picked("El perro", "dog")),
        ("grande", "El perro ladra. ¡Qué grande!", Picked("¡Qué grande!", "")),
        ("駅", "駅はどこですか。すみません。", Picked("駅はどこですか。", "")),
        ("멀다", "", Picked("", "")),
        ("a", "( ( ) (", Picked("", "")),
    ],
    ids=[
        "a sentence",
        "a word in one",
        "at the end",
        "in brackets",
        "beside it",
        "no brackets",
        "no blanks",
        "no line",
        "marks",
    ],
)
def test_the_sentence_around_them_and_their_meaning_are_found(words: str, line: str, found: Picked) -> None:
    assert picked(words, line) == found


def test_what_the_tutor_noted_comes_first() -> None:
    notes = [Note(Word("저는 안나예요", "my name is Anna", "저는 안나예요!"), "")]
    assert picked("저는 안나예요.", PRESENTED, notes) == Picked("저는 안나예요.", "my name is Anna")
    assert picked("저는 안나예요", "", notes) == Picked("저는 안나예요!", "my name is Anna")


LINES = (
    "¿Tienes hambre? Hay tortilla y limonada. (Are you hungry? There is omelette.)",
    "Say it after me: Hola, Anna.",
)


@pytest.mark.parametrize(
    ("selected", "kept"),
    [
        ("limonada.", "limonada"),
        ("tortilla", "tortilla"),
        (" tortilla\n y  limonada", "tortilla y limonada"),
        ("¿Tienes hambre?", "¿Tienes hambre?"),
        ("Hola, Anna.", "Hola, Anna."),
        ("omelette", ""),
        ("Spanish at the café offline tutor", ""),
        ("limonada. Say it", ""),
        ("¿?", ""),
        ("", ""),
    ],
)
def test_only_what_was_said_in_one_line_is_picked_and_without_a_stray_mark(selected: str, kept: str) -> None:
    assert pickable(selected, LINES)[0] == kept


@given(st.text(), st.lists(st.text()))
def test_what_is_picked_is_in_its_line(selected: str, lines: list[str]) -> None:
    words, line = pickable(selected, lines)
    assert bool(words) == bool(line) and words in " ".join(line.split())
