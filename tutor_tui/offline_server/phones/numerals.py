"""Digits written out in the script of a language, for readers that know no digits."""

from __future__ import annotations

import re
from itertools import pairwise

_DIGITS = re.compile(r"\d+")
_MOST_DIGITS = 8
"""Longer ones are said digit by digit."""
_HAN = "〇一二三四五六七八九"
_SINO = "영일이삼사오육칠팔구"
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_COUNTED = "시간 시 개 명 살 잔 병 마리 권 장 그릇 번째 사람 달"
_COUNTED_NATIVELY = tuple(_COUNTED.split())
_LAST_NATIVE_HOUR = 12


def in_han(text: str, language: str) -> str:
    """`text` with its digits as Japanese ("ja") or Chinese ("zh") characters."""
    units = ("", "十", "百", "千")

    def written(found: re.Match[str]) -> str:
        number = _grouped(found[0], _HAN, units, "万", "零" if language == "zh" else "")
        if language == "ja":
            number = re.sub("一([十百千])", r"\1", number)
        elif number.startswith("一十"):
            number = number[1:]
        return number

    return _DIGITS.sub(written, text)


def in_hangul(text: str) -> str:
    """`text` with its digits in Hangul: Korean numbers before what is counted by them, else Chinese ones."""

    def written(found: re.Match[str]) -> str:
        behind = found.string[found.end() :].lstrip()
        number = int(found[0])
        native = behind.startswith(_COUNTED_NATIVELY) and 0 < number < 100
        if native and not (behind.startswith("시") and not behind.startswith("시간") and number > _LAST_NATIVE_HOUR):
            said = _NATIVE_TENS[number // 10] + _NATIVE_ONES[number % 10]
            return "스무" if said == "스물" else said
        return re.sub("일([십백천])", r"\1", _grouped(found[0], _SINO, ("", "십", "백", "천"), "만", ""))

    return _DIGITS.sub(written, text)


def _grouped(digits: str, names: str, units: tuple[str, ...], myriad: str, gap: str) -> str:
    """As number words of four digits each; `gap` stands for zeros inside."""
    if len(digits) > _MOST_DIGITS or (len(digits) > 1 and digits[0] == "0"):
        return "".join(names[int(digit)] for digit in digits)
    if not int(digits):
        return names[0]
    high, low = digits[:-4].lstrip("0"), digits[-4:]
    said = _group(high, names, units, gap) + myriad if high else ""
    return said + _group(low, names, units, gap if said else "", inside=gap)


def _group(digits: str, names: str, units: tuple[str, ...], lead: str, inside: str = "") -> str:
    places = [(int(digit), len(digits) - 1 - at) for at, digit in enumerate(digits) if digit != "0"]
    if not places:
        return ""
    said = lead if places[0][1] < len(digits) - 1 else ""
    said += names[places[0][0]] + units[places[0][1]]
    for (_, before), (digit, unit) in pairwise(places):
        said += (inside if before - unit > 1 else "") + names[digit] + units[unit]
    return said
