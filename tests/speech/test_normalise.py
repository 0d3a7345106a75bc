"""Answers and expected answers in one form: numbers, contractions, accents."""

from __future__ import annotations

import pytest

from tutor_tui.speech.normalise import key, tokens, words


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


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("請再說一遍。", "请再说一遍"), ("我從臺灣來", "我从台湾来"), ("兩點半", "两点半"), ("妳好！", "你好")],
)
def test_traditional_characters_are_the_same_answer_in_chinese_alone(traditional: str, simplified: str) -> None:
    assert key(traditional, "zh") == key(simplified, "zh")
    assert tokens(traditional, "zh") == tokens(simplified, "zh")
    assert key(traditional, "ja") != key(simplified, "ja")


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


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("I'm Anna!", "i am anna", "en"),
        ("It’s 7:30.", "it is seven thirty", "en"),
        ("I won't, I can't", "i will not i can not", "en"),
        ("1250", "one thousand two hundred fifty", "en"),
        ("Café", "cafe", "en"),
        ("¿Cómo estás?", "como estas", "es"),
        ("2 cafés", "dos cafes", "es"),
        ("커피를 좋아해요", "커피를 좋아합니다", "ko"),
        ("가요", "갑니다", "ko"),
        ("돼요", "됩니다", "ko"),
        ("쉬어요", "쉽니다", "ko"),
        ("보내요", "보냅니다", "ko"),
        ("있어요", "있습니다", "ko"),
        ("마셔요", "마십니다", "ko"),
        ("한국 사람이에요", "한국사람입니다.", "ko"),
        ("애나예요", "애나입니다", "ko"),
        ("안녕하세요", "안녕하십니까?", "ko"),
        ("ＡＢＣ です", "abcです", "ja"),
    ],
)
def test_the_same_answer_in_another_dress(one: str, other: str, language: str) -> None:
    assert key(one, language) == key(other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("좋아해", "좋아해요", "ko"),
        ("좋아하요", "좋아해요", "ko"),
        ("가어요", "가요", "ko"),
        ("주요", "줘요", "ko"),
        ("마시요", "마셔요", "ko"),
        ("먹요", "먹어요", "ko"),
        ("멀아요", "멀어요", "ko"),
        ("먹아요", "먹습니다", "ko"),
        ("듣어요", "듣습니다", "ko"),
        ("가요", "와요", "ko"),
        ("i am", "you are", "en"),
        ("ば", "は", "ja"),
        ("99999999999999999999", "one", "en"),
    ],
)
def test_different_answers_stay_different(one: str, other: str, language: str) -> None:
    assert key(one, language) != key(other, language)
