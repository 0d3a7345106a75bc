"""Which keys of the Latin layout were pressed, whatever layout or input method the learner writes with.

Whoever has just typed Hangul and goes back to the keys presses the one that says M and sends ㅡ. A terminal tells what
a key writes, not which one it is, so the layouts are told apart by their script: one table each, by the keys' legends.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

_TOP, _HOME, _BOTTOM = "qwertyuiop", "asdfghjkl", "zxcvbnm"

LAYOUTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Korean, two-set": (
        ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", _TOP),
        ("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", _HOME),
        ("ㅋㅌㅊㅍㅠㅜㅡ", _BOTTOM),
        ("ㅃㅉㄸㄲㅆㅒㅖ", "QWERTOP"),
    ),
    "Russian": (
        ("йцукенгшщзхъ", f"{_TOP}[]"),
        ("фывапролджэ", f"{_HOME};'"),
        ("ячсмитьбю", f"{_BOTTOM},."),
        ("ЙЦУКЕНГШЩЗХЪ", f"{_TOP.upper()}{{}}"),
        ("ФЫВАПРОЛДЖЭ", f'{_HOME.upper()}:"'),
        ("ЯЧСМИТЬБЮ", f"{_BOTTOM.upper()}<>"),
        ("ёЁ", "`~"),
    ),
    "Ukrainian and Belarusian, where they differ from Russian": (("іїєґўІЇЄҐЎ", "s]'\\oS}\"|O"),),
    "Greek": (
        ("ςερτυθιοπ", _TOP[1:]),
        ("ασδφγηξκλ", _HOME),
        ("ζχψωβνμ", _BOTTOM),
        ("ΕΡΤΥΘΙΟΠ", _TOP[2:].upper()),
        ("ΑΣΔΦΓΗΞΚΛ", _HOME.upper()),
        ("ΖΧΨΩΒΝΜ", _BOTTOM.upper()),
    ),
    "Japanese, kana": (
        ("ぬふあうえおやゆよわほへー", "1234567890-^\\"),
        ("たていすかんなにらせ゛゜", f"{_TOP}@["),
        ("ちとしはきくまのりれけむ", f"{_HOME};:]"),
        ("つさそひこみもねるめろ", f"{_BOTTOM},./_"),
        ("ぁぅぇぉゃゅょをぃっ", "#$%&'()~EZ"),
    ),
    "Japanese and Chinese input methods": (("「」『』【】・、。", "[][][]/,."),),
    "Chinese, bopomofo": (
        ("ㄅㄉㄓㄚㄞㄢㄦ", "125890-"),
        ("ㄆㄊㄍㄐㄔㄗㄧㄛㄟㄣ", _TOP),
        ("ㄇㄋㄎㄑㄕㄘㄨㄜㄠㄤ", f"{_HOME};"),
        ("ㄈㄌㄏㄒㄖㄙㄩㄝㄡㄥ", f"{_BOTTOM},./"),
    ),
    "Hebrew": (("קראטוןםפ", _TOP[2:]), ("שדגכעיחלךף", f"{_HOME};"), ("זסבהנמצתץ", f"{_BOTTOM},.")),
    "Arabic": (
        ("ضصثقفغعهخحجد", f"{_TOP}[]"),
        ("شسيبلاتنمكط", f"{_HOME};'"),
        ("ئءؤرىةوزظ", "zxcvnm,./"),
    ),
    "Thai": (
        ("ๆไำพะัีรนยบล", f"{_TOP}[]"),
        ("ฟหกดเ้่าสวง", f"{_HOME};'"),
        ("ผปแอิืทมใฝ", f"{_BOTTOM},./"),
    ),
}
"""By name: what the keys write, and the same keys on the Latin layout, a row each. Full-width letters need no table."""

_TWO_KEYS = "ㅘhk ㅙho ㅚhl ㅝnj ㅞnp ㅟnl ㅢml ㄳrt ㄵsw ㄶsg ㄺfr ㄻfa ㄼfq ㄽft ㄾfx ㄿfv ㅀfg ㅄqt"
"""Korean letters that take two keys."""
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST_FINAL = 0x11A8
"""Where a syllable's last letters begin in Unicode, in the order above."""
_KATAKANA, _HIRAGANA = 0x30A1, 0x3041
_KANA_LETTERS = 86
_VOICED, _HALF_VOICED = "\u3099", "\u309a"


@cache
def _keys() -> Mapping[str, str]:
    """What a key writes → the same key, or keys, on the Latin layout."""
    table = {written: key for rows in LAYOUTS.values() for row in rows for written, key in zip(*row, strict=True)}
    table |= {pair[0]: pair[1:] for pair in _TWO_KEYS.split()}
    finals = {chr(_FIRST_FINAL + i): table[letter] for i, letter in enumerate(_FINALS)}
    parts = {unicodedata.normalize("NFKD", letter): key for letter, key in table.items() if "ㄱ" <= letter <= "ㅣ"}
    katakana = {chr(_KATAKANA + i): table[kana] for i in range(_KANA_LETTERS) if (kana := chr(_HIRAGANA + i)) in table}
    return finals | parts | katakana | {_VOICED: "@", _HALF_VOICED: "["} | table


def latin_keys(typed: str) -> str:
    """The keys of the Latin layout that write `typed` on another: "m" for ㅡ, "eh" for 도.

    What is Latin already, or on none of the layouts, is returned as it is.
    """
    if typed.isascii():
        return typed
    found = [key for char in unicodedata.normalize("NFC", typed) for key in _keys_of(char)]
    return "".join(found) if all(found) else typed


def _keys_of(char: str) -> Iterator[str]:
    """The keys for one character; an empty one where there is none."""
    if key := _keys().get(char):
        yield key
        return
    if unicodedata.name(char, "").startswith("LATIN"):  # é is no E: on a French keyboard it is a key of its own
        yield ""
        return
    parts = unicodedata.normalize("NFKD", char)
    letters = [part for part in parts if part in (_VOICED, _HALF_VOICED) or not unicodedata.combining(part)]
    for part in letters or [char]:
        yield part if part.isascii() else _keys().get(part, "")
