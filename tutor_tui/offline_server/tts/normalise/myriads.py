"""Whole numbers in Korean, Japanese and Chinese, which count in groups of four digits.

num2words has no Chinese, spells Japanese in kanji that a voice reads wrongly (三百), and knows none of the changes of
sound; so the three have one table each.
"""

from __future__ import annotations

from collections.abc import Callable

LONGEST = 16
"""Digits; more are said one by one."""


def groups(number: int) -> list[tuple[int, int]]:
    """`number` in groups of four digits, from the front: (digits as a number, place from 0)."""
    found = []
    place = 0
    while number:
        number, group = divmod(number, 10_000)
        found.append((group, place))
        place += 1
    return found[::-1]


def digit_places(group: int) -> list[tuple[int, int]]:
    """The digits of a group but for zeros: (digit, place from 0)."""
    return [(int(digit), place) for place, digit in zip((3, 2, 1, 0), f"{group:04}", strict=True) if digit != "0"]


def _spelled(number: int, zero: str, large: tuple[str, ...], small: Callable[[int, int], str], gap: str) -> str:
    if not number:
        return zero
    return gap.join(small(group, place) + large[place] for group, place in groups(number) if group)


# ---- Korean ---------------------------------------------------------------------------------------------------------

SINO_DIGITS = "영일이삼사오육칠팔구"
_SINO_SMALL = ("", "십", "백", "천")
_SINO_LARGE = ("", "만", "억", "조")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def sino(number: int) -> str:
    """`number` in Sino-Korean: 2024 → 이천이십사."""
    return _spelled(number, "영", _SINO_LARGE, lambda group, place: _sino_group(group, place, number), " ")


def _sino_group(group: int, place: int, number: int) -> str:
    if group == 1 and place == 1 and number < 20_000:
        return ""  # 만 원, 만 오천 원
    digits = digit_places(group)
    return "".join(f"{'' if digit == 1 and at else SINO_DIGITS[digit]}{_SINO_SMALL[at]}" for digit, at in digits)


def native(number: int) -> str:
    """`number`, from 1 to 99, in native Korean as before a counter: 20 → 스무, 21 → 스물한."""
    tens, ones = divmod(number, 10)
    return "스무" if number == 20 else _NATIVE_TENS[tens] + _NATIVE_ONES[ones]


# ---- Japanese -------------------------------------------------------------------------------------------------------

KANA_DIGITS = ("ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_KANA_SMALL = ("", "じゅう", "ひゃく", "せん")
_KANA_LARGE = ("", "まん", "おく", "ちょう")
_KANA_CHANGED = {
    (3, 2): "さんびゃく",
    (6, 2): "ろっぴゃく",
    (8, 2): "はっぴゃく",
    (3, 3): "さんぜん",
    (8, 3): "はっせん",
}
_BEFORE_CHOU = {"いち": "いっ", "はち": "はっ", "じゅう": "じゅっ"}


def kana(number: int) -> str:
    """`number` in kana, as it is said: 3600 → さんぜんろっぴゃく."""
    return _spelled(number, "ゼロ", _KANA_LARGE, _kana_group, "")


def _kana_group(group: int, place: int) -> str:
    said = "".join(_kana_digit(digit, at) for digit, at in digit_places(group))
    if group == 1000 and place:
        said = "いっせん"
    if place == 3:
        for ending, changed in _BEFORE_CHOU.items():
            if said.endswith(ending):
                return said.removesuffix(ending) + changed
    return said


def _kana_digit(digit: int, at: int) -> str:
    if digit == 1 and at:
        return _KANA_SMALL[at]
    return _KANA_CHANGED.get((digit, at)) or KANA_DIGITS[digit] + _KANA_SMALL[at]


# ---- Chinese --------------------------------------------------------------------------------------------------------

HANZI_DIGITS = "零一二三四五六七八九"
_HANZI_SMALL = ("", "十", "百", "千")
_HANZI_LARGE = ("", "万", "亿", "万亿")


def hanzi(number: int) -> str:
    """`number` in hanzi: 1050 → 一千零五十, 22 → 二十二, 2000 → 两千."""
    if not number:
        return "零"
    said, whole = "", groups(number)
    for index, (group, place) in enumerate(whole):
        if group:
            gap = "零" if index and group < 1000 and not said.endswith("零") else ""
            said += gap + ("两" if group == 2 and place else _hanzi_group(group, first=not index)) + _HANZI_LARGE[place]
    return said


def _hanzi_group(group: int, *, first: bool) -> str:
    said, last = "", 0
    for digit, at in digit_places(group):
        if said and last - at > 1:
            said += "零"
        is_two = digit == 2 and at >= 2 and not said
        said += ("两" if is_two else HANZI_DIGITS[digit]) + _HANZI_SMALL[at]
        last = at
    return said.removeprefix("一") if first and 10 <= group < 20 else said
