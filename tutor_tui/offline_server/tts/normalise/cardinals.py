"""Whole numbers in the words of European languages: num2words, and what it gets wrong."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 15
"""Digits; more are said one by one."""
_NAMES = {"pt": "pt_BR"}
"""The voices that ship speak as Brazil does."""
_MENDED = {
    "en": ((re.compile(","), ""),),
    "de": ((re.compile("eins(?=tausend)"), "ein"), (re.compile("eins(?= Milli)"), "eine")),
    "es": ((re.compile(r"veintiuno(?= mil)"), "veintiún"), (re.compile(r"\buno(?= mil)"), "un")),
    "fr": ((re.compile("vingtsième"), "vingtième"), (re.compile("centsième"), "centième")),
    "pt": ((re.compile(","), ""),),
}


def cardinal(number: int, language: str) -> str:
    """`number` in words; a very long one digit by digit."""
    return _words(number, language, "cardinal") if len(str(number)) <= LONGEST else one_by_one(str(number), language)


def ordinal(number: int, language: str) -> str:
    """`number` as a place in a row: first, second."""
    return _words(number, language, "ordinal") if number < 10_000 else cardinal(number, language)


def year(number: int, language: str) -> str:
    """`number` as a year is said, where that is not as a number: nineteen eighty-four."""
    return _words(number, language, "year")


def one_by_one(digits: str, language: str) -> str:
    """Each digit by itself."""
    return " ".join(cardinal(int(digit), language) for digit in digits)


@lru_cache(maxsize=4096)
def _words(number: int, language: str, kind: str) -> str:
    from num2words import num2words  # 75 ms, and most sentences hold no digit

    words = str(num2words(number, lang=_NAMES.get(language, language), to=kind))
    for wrong, right in _MENDED.get(language, ()):
        words = wrong.sub(right, words)
    return words
