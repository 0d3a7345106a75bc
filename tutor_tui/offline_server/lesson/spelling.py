"""Is a word another one, misspelt? One letter wrong, missing, doubled or swapped; its end is left to grammar."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MIN_LETTERS = 4
"""Shorter words have too many neighbours to know a slip from another word."""
MIN_SYLLABLES = 3
"""The same in Korean, where 에시 would be a misspelt 에서 in any sentence."""


@lru_cache(maxsize=4096)
def misspelt(written: str, right: str, language: str) -> bool:
    """Whether `written` is no more than one slip away from `right`, and not the same."""
    if written == right:
        return False
    if language == "ko":
        return len(right) >= MIN_SYLLABLES and _one_jamo_off(written, right)
    if language in ("ja", "zh"):
        return False  # another character is another word
    if min(len(written), len(right)) < MIN_LETTERS or written[-1] != right[-1]:
        return False
    return _one_edit(written, right) or _swapped(written, right)


def _one_jamo_off(written: str, right: str) -> bool:
    one, other = (unicodedata.normalize("NFD", text) for text in (written, right))
    return len(written) == len(right) and _one_edit(one, other)


def _one_edit(one: str, other: str) -> bool:
    """One letter replaced, added or left out."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    first = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    return shorter[first + (len(shorter) == len(longer)) :] == longer[first + 1 :]


def _swapped(one: str, other: str) -> bool:
    """Two neighbouring letters in each other's place."""
    differ = [place for place in range(min(len(one), len(other))) if one[place] != other[place]]
    return (
        len(one) == len(other)
        and len(differ) == 2
        and differ[1] == differ[0] + 1
        and one[differ[0]] == other[differ[1]]
        and one[differ[1]] == other[differ[0]]
    )
