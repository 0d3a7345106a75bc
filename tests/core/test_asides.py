"""What stands in brackets is not said: whoever heard all the rest has missed nothing."""

from __future__ import annotations

import pytest

from tutor_tui.core.asides import characters_heard, without_asides

CAFE = "¡Hola! ¿Qué tal? (Hello! How are you?) Yo soy Ana. (I am Ana.)"
SHORT = "¡Estoy encantada de conocerte! (I am pleased to meet you! Say that you are pleased, too!)"


@pytest.mark.parametrize(
    ("text", "share", "heard"),
    [
        ("one two three four", 0.5, "one two "),
        ("one two three four", 1.0, "one two three four"),
        (SHORT, 1.0, SHORT),
        (SHORT, 0.5, "¡Estoy "),
        (CAFE, 0.6, "¡Hola! ¿Qué tal? (Hello! How are you?) "),
        (CAFE, 0.3, "¡Hola! "),
        (CAFE, 1.0, CAFE),
        ("こんにちは。（Hello.）お名前は？（What is your name?）", 0.55, "こんにちは。（Hello.）"),
        ("저는 안나예요. (I am", 1.0, "저는 안나예요. (I am"),
        ("(Good!)", 0.0, "(Good!)"),
        ("one two", 0.0, ""),
        ("", 0.5, ""),
    ],
)
def test_a_share_of_the_sound_is_that_share_of_what_is_said(text: str, share: float, heard: str) -> None:
    assert text[: characters_heard(text, share)] == heard


def test_only_what_is_said_takes_time() -> None:
    assert without_asides(CAFE).split() == ["¡Hola!", "¿Qué", "tal?", "Yo", "soy", "Ana."]


def test_many_brackets_take_no_time() -> None:
    text = "(" * 20_000 + "a (b) " * 3_000
    assert characters_heard(text, 0.5) <= len(text)
