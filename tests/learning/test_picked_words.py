"""What is known of words that are picked from a line."""

from __future__ import annotations

import pytest

from tutor_tui.core.tools import Note, Word
from tutor_tui.learning.picked_words import Picked, picked

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
