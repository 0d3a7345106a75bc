"""Answers and expected answers in one form: numbers, contractions, accents."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.lesson.normalise import key, words


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "I am 21.", "I'm twenty-one"),
        ("en", "105 pounds", "one hundred five pounds"),
        ("en", "105 pounds", "one hundred and five pounds"),
        ("en", "in 1984", "in one thousand nine hundred eighty-four"),
        ("en", "007", "seven"),
        ("es", "Tengo 21 años.", "tengo veintiuno años"),
        ("es", "Son 45 euros.", "son cuarenta y cinco euros"),
        ("fr", "J'ai 21 ans.", "j'ai vingt et un ans"),
        ("de", "Ich bin 21.", "ich bin einundzwanzig"),
        ("it", "Ho 28 anni.", "ho ventotto anni"),
        ("pt", "São 35 euros.", "são trinta e cinco euros"),
    ],
)
def test_digits_and_words_are_the_same_number(language: str, written: str, said: str) -> None:
    assert key(written, language) == key(said, language)


def test_other_numbers_stay_other_numbers() -> None:
    assert key("I am 21.", "en") != key("I am 22.", "en")
    assert key("son 15", "es") != key("son 50", "es")


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("call 5551234567", "en", ("call", "5551234567")),
        ("커피 3개", "ko", ("커피", "3개")),
        ("21", "xx", ("21",)),
        ("rock and roll", "en", ("rock", "and", "roll")),
    ],
)
def test_digits_without_words_for_them_stay(text: str, language: str, found: tuple[str, ...]) -> None:
    assert words(text, language) == found
