"""The keys of another layout are those of the Latin one."""

from __future__ import annotations

import unicodedata

import pytest

from tutor_tui.core.actions import ACTIONS
from tutor_tui.core.keyboard_layouts import LAYOUTS, latin_keys

WHOLE = {
    "Korean, two-set": "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
    "Russian": "йцукенгшщзфывапролдячсмить",
    "Greek": ";ςερτυθιοπασδφγηξκλζχψωβνμ",
    "Japanese, kana": "たていすかんなにらせちとしはきくまのりつさそひこみも",
    "Chinese, bopomofo": "ㄆㄊㄍㄐㄔㄗㄧㄛㄟㄣㄇㄋㄎㄑㄕㄘㄨㄜㄠㄈㄌㄏㄒㄖㄙㄩ",
    "Hebrew": "/'קראטוןםפשדגכעיחלךזסבהנמצ",
    "Arabic": "ضصثقفغعهخحشسيبلاتنمئءؤر;ىة",
    "Thai": "ๆไำพะัีรนยฟหกดเ้่าสผปแอิืท",
}
"""What the letter keys write, in the order of a Latin keyboard's rows."""
LATIN = "qwertyuiopasdfghjklzxcvbnm"


@pytest.mark.parametrize("layout", WHOLE)
def test_every_letter_key_of_a_layout_is_the_latin_one(layout: str) -> None:
    meant = {key: latin_keys(char) for key, char in zip(LATIN, WHOLE[layout], strict=True) if not char.isascii()}
    assert meant == {key: key for key in meant}
    assert layout in LAYOUTS


@pytest.mark.parametrize("layout", sorted({*LAYOUTS} - {"Japanese and Chinese input methods"}))
def test_no_layout_leaves_a_row_without_its_keys(layout: str) -> None:
    for written, keys in LAYOUTS[layout]:
        assert len(written) == len(keys)
        assert [latin_keys(char) for char in written] == list(keys)


def test_no_letter_stands_for_two_keys() -> None:
    pairs = {(char, key) for rows in LAYOUTS.values() for row in rows for char, key in zip(*row, strict=True)}
    assert len(pairs) == len({char for char, _ in pairs})


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("ｍ", "m"),
        ("Ｍ", "M"),
        ("？", "?"),
        ("［", "["),
        ("\u3000", " "),
        ("「", "["),
        ("】", "]"),
        ("도", "eh"),  # an input method puts the letters of two keys together
        ("한", "gks"),
        ("값", "rkqt"),
        ("ㅘ", "hk"),
        (unicodedata.normalize("NFD", "도"), "eh"),
        ("モ", "m"),
        ("ﾓ", "m"),
        ("が", "t@"),
        ("ぱ", "f["),
        ("ά", "a"),
        ("й", "q"),
        (unicodedata.normalize("NFD", "й"), "q"),
        ("і", "s"),
        ("ї", "]"),
    ],
)
def test_what_input_methods_write_is_taken_apart(typed: str, keys: str) -> None:
    assert latin_keys(typed) == keys


@pytest.mark.parametrize("typed", ["", "m", "[", "é", "ß", "漢", "🙂", "\x1b[A", "±"])
def test_what_is_latin_or_on_no_layout_is_left_alone(typed: str) -> None:
    assert latin_keys(typed) == typed


def test_every_letter_that_is_a_command_can_be_pressed_on_every_layout() -> None:
    letters = {key for each in ACTIONS for key in each.key.split(",") if len(key) == 1 and key.isalpha()}
    for layout in ("Korean, two-set", "Russian", "Greek", "Japanese, kana", "Chinese, bopomofo"):
        assert letters <= {latin_keys(char) for char in WHOLE[layout]}, layout
