"""What stands in brackets in a tutor's line: it is there to be read, and no voice says it."""

from __future__ import annotations

import re

ASIDE = re.compile(r"[(（][^()（）]*(?:[)）]|$)")
"""A translation, mostly, or a stage direction; the last one may still be under way."""
_SILENT = re.compile(rf"\s*{ASIDE.pattern}")


def is_aside(text: str) -> bool:
    """Whether a text is nothing but one, to its end."""
    return ASIDE.fullmatch(text) is not None and text.endswith((")", "）"))


def without_asides(text: str) -> str:
    """What of a line is said aloud."""
    return ASIDE.sub("", text)


def characters_heard(text: str, share: float) -> int:
    """How many characters of a line have reached the learner when so much (0 to 1) of its sound was heard.

    A share of the sound is taken for the same share of what is said; up to a whole word, where words are parted. What
    stands in brackets belongs to what is said before it.
    """
    silent = [each.span() for each in _SILENT.finditer(text)]
    left = round((len(text) - sum(last - first for first, last in silent)) * share)
    begin = 0
    for first, last in (*silent, (len(text), len(text))):
        if left < first - begin:
            space = text.rfind(" ", begin, begin + left)
            return space + 1 if space >= 0 else begin + left
        left, begin = left - (first - begin), last
    return len(text)
