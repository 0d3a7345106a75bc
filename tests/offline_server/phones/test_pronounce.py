"""Sentences to phones: each language's own sounds, whole words, and nothing that cannot be read."""

from __future__ import annotations

import threading

import pytest

from tests.support.paths import PROMPTS
from tutor_tui.offline_server.lesson.listened_for import sentences_to_hear
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.phones import LANGUAGES, PHONES, Unreadable, pronounce
from tutor_tui.offline_server.tts.espeak import Espeak

FOLDERS = [PROMPTS / "lessons"]
LESSONS = ["de-a1-cafe", "en-a1-first-words", "es-a1-time", "fr-a1-cafe", "ja-a1-cafe", "ko-a1-ordering", "zh-a1-cafe"]
STEPS = 3


def said(sentence: str, language: str) -> str:
    return " | ".join(" ".join(word.phones) for word in pronounce(sentence, language))


@pytest.mark.parametrize(
    ("language", "sentence", "phones"),
    [
        ("en", "I'd like tea, please.", "AY D | L AY K | T IY | P L IY Z"),
        ("es", "¿Cómo te llamas?", "K OW M OW | T EH | Y AA M AA S"),
        ("de", "Ich heiße Jonas", "IH HH | HH AY S AH | Y OW N AA S"),
        ("it", "buongiorno, grazie", "B W AO N JH AO R N OW | G R AA T S Y EH"),
        ("pt", "não, mãe", "N AW N | M AY N"),
        ("fr", "un bon vin", "AH N | B AO N | V AE N"),
        ("ko", "저는 학생이에요", "CH AH N AH N | HH AA K S EH NG IY EH Y OW"),
        ("ja", "私はアンナです", "W AA T AA SH IY W AA | AA N AA D EH S"),
        ("zh", "我叫小明", "W AO | JH AW | SH AW | M IH NG"),
    ],
)
def test_each_language_has_its_own_sounds(language: str, sentence: str, phones: str) -> None:
    assert said(sentence, language) == phones


@pytest.mark.parametrize(
    ("written", "as_said"),
    [("같이", "가치"), ("좋아요", "조아요"), ("많아요", "마나요"), ("못 해요", "모 태요"), ("감사합니다", "감사함니다"),
     ("신라", "실라"), ("읽어요", "일거요"), ("없어요", "업써요"), ("한국말", "한궁말"), ("옷이", "오시"),
     ("먹고", "먹꼬"), ("3시", "세시"), ("12시", "열두시"), ("30분", "삼십분"), ("5 시", "다섯시")],
)  # fmt: skip
def test_korean_is_written_in_one_way_and_said_in_another(written: str, as_said: str) -> None:
    assert said(written, "ko") == said(as_said, "ko")


def test_korean_stops_have_voice_between_sounds_that_have() -> None:
    assert said("가가", "ko") == "K AA G AA"
    assert said("강가", "ko") == "K AA NG G AA"
    assert said("각가", "ko") == "K AA K AA"


def test_a_letter_that_is_a_word_is_not_read_by_its_name() -> None:
    assert said("é", "pt") == "EH"
    assert said("il y a", "fr") == "IY L | IY | AA"


def test_french_words_change_beside_others() -> None:
    assert said("les amis", "fr") == "L EY Z | AA M IY"
    assert said("les", "fr") == "L EY"


@pytest.mark.parametrize(
    ("written", "in_kana"),
    [("3つ", "みっつ"), ("三人", "さんにん"), ("日本人", "にほんじん"), ("何時ですか", "なんじですか"),
     ("七", "なな"), ("コーヒー", "こおひい"), ("学校", "がこう"), ("きょう", "きょお")],
)  # fmt: skip
def test_japanese_is_read_by_its_kana(written: str, in_kana: str) -> None:
    assert said(written, "ja") == said(in_kana, "ja")


def test_characters_of_mandarin_are_read_by_their_word() -> None:
    assert said("银行", "zh") != said("行", "zh")
    assert said("一点儿", "zh").endswith("EH R")
    assert said("2个", "zh") == "L Y AA NG | G AH"
    assert said("3杯", "zh").replace(" |", "") == said("三杯", "zh").replace(" |", "")
    assert said("2杯", "zh").replace(" |", "") == said("两杯", "zh").replace(" |", "")


def test_figures_are_words() -> None:
    assert said("at 7:30", "en") == "AE T | S EH V AH N TH ER D IY"
    assert said("10 Euro", "de") == said("zehn Euro", "de")


def test_words_are_given_as_they_are_written() -> None:
    assert [word.text for word in pronounce("¡Hola! Son las 10:30, ¿no?", "es")] == [
        "Hola",
        "Son",
        "las",
        "10:30",
        "no",
    ]
    assert [word.text for word in pronounce("2시에 만나요.", "ko")] == ["2시에", "만나요"]
    assert said("사과 3 개", "ko") == said("사과 세개", "ko")
    assert said("à 14 h 30", "fr").replace(" |", "") == said("à quatorze heures trente", "fr").replace(" |", "")
    assert said("It is £3.50.", "en").replace(" |", "") == said("It is three pounds fifty.", "en").replace(" |", "")
    assert [word.text for word in pronounce("コーヒーを3つください。", "ja")] == ["コーヒーを", "3つください"]
    assert [word.text for word in pronounce("我要3杯咖啡。", "zh")] == ["我", "要", "3", "杯", "咖啡"]


@pytest.mark.parametrize(
    ("sentence", "language"),
    [("", "en"), ("…", "es"), ("привет", "es"), ("안녕", "fr"), ("hola", "xx"), ("私はпривет", "ja")],
)
def test_what_nobody_can_read_is_said(sentence: str, language: str) -> None:
    with pytest.raises(Unreadable):
        pronounce(sentence, language)


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_lessons_listen_for_can_be_read(lesson: str) -> None:
    script = load_script(lesson, FOLDERS)
    for step in script.steps[-STEPS:]:
        sentences = sentences_to_hear(step, script.lists)
        assert len(sentences) > 20
        for sentence in sentences:
            words = pronounce(sentence, script.language)
            assert words and all(word.phones and set(word.phones) <= set(PHONES) for word in words)


def test_every_language_of_a_lesson_has_a_reader() -> None:
    assert {path.stem[:2] for path in FOLDERS[0].glob("*.toml")} <= LANGUAGES


def test_a_voice_in_the_same_process_changes_nothing() -> None:
    """espeak-ng has one state: who speaks Korean meanwhile must not make the German Korean."""
    alone = [said(f"guten Morgen {number}", "de") for number in range(40)]
    pronounce.cache_clear()
    voice = threading.Thread(target=lambda: [list(Espeak().speak("안녕하세요", "ko")) for _ in range(5)])
    voice.start()
    assert [said(f"guten Morgen, {number}", "de") for number in range(40)] == alone
    voice.join()
