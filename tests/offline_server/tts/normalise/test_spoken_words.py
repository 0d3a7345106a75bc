"""What is expected is listened for as it is said, and shown as it is written."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.tts.normalise.spoken_words import spoken_words


@pytest.mark.parametrize(
    ("sentence", "language", "words"),
    [
        ("지금 3시예요.", "ko", [("지금", "지금"), ("3시예요", "세 시예요")]),
        ("사과 3 개 주세요.", "ko", [("사과", "사과"), ("3 개", "세 개"), ("주세요", "주세요")]),
        ("6000원이에요.", "ko", [("6000원이에요", "육천 원이에요")]),
        ("It is 2:30 pm now.", "en", [("It", "It"), ("is", "is"), ("2:30 pm", "two thirty P.M"), ("now", "now")]),
        (
            "Es kostet 3,50 €, bitte.",
            "de",
            [("Es", "Es"), ("kostet", "kostet"), ("3,50 €", "drei Euro fünfzig"), ("bitte", "bitte")],
        ),
        ("à 14 h 30 demain", "fr", [("à", "à"), ("14 h", "quatorze heures"), ("30", "trente"), ("demain", "demain")]),
        ("1 cerveza y 2 cafés", "es", [("1 cerveza", "una cerveza"), ("y", "y"), ("2", "dos"), ("cafés", "cafés")]),
        (
            "It costs £3.50 at 2 pm",
            "en",
            [("It", "It"), ("costs", "costs"), ("£3.50", "three pounds fifty"), ("at", "at"), ("2 pm", "two P.M")],
        ),
        ("¿Cómo te llamas?", "es", [("Cómo", "Cómo"), ("te", "te"), ("llamas", "llamas")]),
        ("3本ください。", "ja", [("3本ください", "さんぼんください")]),
        ("我要2杯茶。", "zh", [("我要2杯茶", "我要两杯茶")]),
        ("…", "en", []),
        ("Hola – soy Ana", "es", [("Hola", "Hola"), ("soy", "soy"), ("Ana", "Ana")]),
        ("2 Kaffee – 1 Tee", "de", [("2", "zwei"), ("Kaffee", "Kaffee"), ("1 Tee", "ein Tee")]),
    ],
)
def test_words_that_are_said_together_come_together(sentence: str, language: str, words: list[tuple[str, str]]) -> None:
    assert list(spoken_words(sentence, language)) == words
