"""Korean, Japanese and Chinese typed in Latin letters: how what is written in the script may be typed.

Spaces, hyphens, tones and the length of Japanese o and u do not count; another vowel does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from tutor_tui.speech.japanese import words_in
from tutor_tui.speech.romanisation import latin_reading_of

LANGUAGES = frozenset({"ko", "ja", "zh"})
LEVEL = "A1"
"""The level at which writing is not yet asked for."""
_TWICE = str.maketrans({"ā": "aa", "ī": "ii", "ū": "uu", "ē": "ee", "ō": "oo"})
_WORD = re.compile(r"\S+")


def latin_letters(text: str, language: str) -> str:
    """The Latin letters of `text` alone, without accents, and without what is written in one way or another: Tōkyō,
    Toukyou, Tokyo.
    """
    plain = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    return letters.replace("ou", "o").replace("oo", "o").replace("uu", "u") if language == "ja" else letters


def is_of_a_script(letter: str) -> bool:
    """Whether it is a letter, and no Latin one."""
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")


def is_in_latin(text: str) -> bool:
    """Whether `text` has Latin letters and no others."""
    return any(map(str.isalpha, text)) and not any(map(is_of_a_script, text))


@lru_cache(maxsize=16_384)
def spellings(written: str, language: str) -> frozenset[str]:
    """How it may be typed: long vowels of Japanese with one letter, or two; none where it cannot be read."""
    reading = latin_reading_of(written, language)
    twice = unicodedata.normalize("NFC", reading).translate(_TWICE)
    return frozenset(latin_letters(each, language) for each in (reading, twice)) - {""}


def words_with_spellings(sentence: str, language: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """From which character to which each word goes (in Chinese, each character), and how it may be typed."""
    at = 0
    for word in _words(sentence, language):
        first = sentence.find(word, at)
        if first >= 0:
            at = first + len(word)
            yield first, at, spellings(word, language)


def _words(sentence: str, language: str) -> list[str]:
    if language == "ko":
        return _WORD.findall(sentence)
    found = words_in(sentence) if language == "ja" else None
    return [word.written for word in found] if found else list(sentence)
