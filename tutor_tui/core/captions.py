"""How much of the tutor's words the learner reads, and what is shown in place of the rest. Pure.

A line that is masked has as many characters as the line itself, each as wide as the one that it stands for: so it is
broken at the same places, and nothing jumps when it is revealed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from tutor_tui.core.asides import ASIDE


class Rung(StrEnum):
    """How much of the tutor's words the learner can read, from nothing to everything with its meaning."""

    HIDDEN = "hidden"
    FIRST_LETTERS = "first letters"
    RARE_WORDS = "rare words"
    ALL = "all"
    MEANING = "meaning"

    @property
    def place(self) -> int:
        """How high it stands, from 0."""
        return RUNGS.index(self)

    @property
    def hides(self) -> bool:
        """Whether some of the words are not to be read."""
        return self.place < Rung.ALL.place

    @property
    def next(self) -> Rung:
        """The one above; above the highest, the lowest."""
        return RUNGS[(self.place + 1) % len(RUNGS)]


RUNGS: tuple[Rung, ...] = tuple(Rung)
"""From the lowest on."""
SHOWS: dict[Rung, str] = {
    Rung.HIDDEN: "You hear the tutor, and the words are hidden.",
    Rung.FIRST_LETTERS: "You read how each word begins.",
    Rung.RARE_WORDS: "You read the words that are new at your level.",
    Rung.ALL: "You read all that the tutor says.",
    Rung.MEANING: "You read all that the tutor says, and what its last line means, if that is known.",
}
"""What a rung shows, in a sentence."""


def rung_of_level(level: str) -> Rung:
    """Where a lesson of that level (CEFR; empty for none) begins: who gets by trains the ear first.

    Captions in the language that is learnt help beginners to tell words apart; from B1 on they invite to read instead
    of listening (Mirzaei et al. 2014, on partial and synchronised captions).
    """
    return Rung.HIDDEN if level[:1] in ("B", "C") else Rung.ALL


class KnownWords:
    """The words of a language that are not rare to the learner. Compared by identity: there may be thousands."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = frozenset(word.casefold() for word in words)
        self.in_latin = any(_script(word[0]) == "Latin" for word in self._words if word)
        """Whether the language is one that is written in Latin letters, or in others that part words by blanks."""

    def __bool__(self) -> bool:
        return bool(self._words)

    def __contains__(self, word: str) -> bool:
        return word in self._words


NO_WORDS = KnownWords()


@dataclass(frozen=True, slots=True)
class Captions:
    """What the learner has chosen to read."""

    rung: Rung = Rung.ALL
    revealed: frozenset[str] = frozenset()
    """The tutor's turns that are shown whatever the rung."""
    known: KnownWords = NO_WORDS


class Mask(NamedTuple):
    """What becomes of a line."""

    rung: Rung
    known: KnownWords = NO_WORDS
    complete: bool = True
    """All of the line is there; else its last word may still grow, and nobody knows whether it is rare."""
    only: str = ""
    """Of the line, these words alone are masked; empty for all of it."""
    but_asides: bool = False
    """What stands in brackets is shown: it is not said, and tells what the words mean, or what to say."""


def masked(text: str, mask: Mask | None) -> str:
    """`text`, which has to be printable, with a line in place of what is not to be read; as it is without a mask."""
    if mask is None or not mask.rung.hides or not text:
        return text
    return _masked(text, mask)


@lru_cache(maxsize=256)
def _masked(text: str, mask: Mask) -> str:
    if mask.only and mask.only in text:
        return text.replace(mask.only, _masked(mask.only, mask._replace(only="")))
    if mask.but_asides:
        whole = _masked(text, mask._replace(but_asides=False))
        for aside in ASIDE.finditer(text):
            whole = whole[: aside.start()] + aside[0] + whole[aside.end() :]
        return whole
    if mask.rung is Rung.HIDDEN:
        inside = {place for first, last in _words(text) for place in range(first, last)}
        return "".join(_line(each) if place in inside else _blank(each) for place, each in enumerate(text))
    shown = list(text)
    for first, last in _words(text):
        for start, end in _parts(text, first, last):
            is_open = not mask.complete and last == len(text)
            rare = mask.rung is Rung.RARE_WORDS and not is_open
            keep = _rare_in(text[start:end], mask.known) if rare else [False] * (end - start)
            begins = start if mask.rung is Rung.FIRST_LETTERS else -1
            for place in range(start, end):
                if place == begins or not keep[place - start]:
                    shown[place] = _first(text[place]) if place == begins else _line(text[place])
    return "".join(shown)


def length_of(text: str) -> tuple[int, str]:
    """How long a line is, and in what: 6 "word", or 9 "character" in scripts that part no words."""
    unparted = sum(_script(each) in ("hiragana", "katakana", "Han") for each in text)
    return (unparted, "character") if unparted else (sum(1 for _ in _words(text)), "word")


def is_masked(words: str) -> bool:
    """Whether some of that, picked from what is shown, stands for something else."""
    return any(each in words for each in _LINES)


# ---- characters -----------------------------------------------------------------------------------------------------

_LINES = ("_", "\N{FULLWIDTH LOW LINE}")
"""In place of what is not to be read: as wide as a Latin letter, and as a Korean one."""
_NOTHING = "\N{ZERO WIDTH NON-JOINER}"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _line(character: str) -> str:
    """A line as wide as that character."""
    if unicodedata.category(character)[0] == "M":
        return _NOTHING
    return _LINES[_is_wide(character)]


def _blank(character: str) -> str:
    """A gap as wide as that sign; what parts lines stays, and what parts the words that are said from the others."""
    if character.isspace() or character in "()（）":
        return character
    return "\N{IDEOGRAPHIC SPACE}" if _is_wide(character) else " "


_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_SYLLABLES_AN_INITIAL = 588
"""21 vowels by 28 endings (Unicode, chapter 3.12)."""


def _first(character: str) -> str:
    """What is shown of a word's first character: of a Korean syllable its first consonant, which is as wide."""
    place = ord(character) - 0xAC00
    return _INITIALS[place // _SYLLABLES_AN_INITIAL] if 0 <= place < 11_172 else character


# ---- words ----------------------------------------------------------------------------------------------------------


def _is_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _words(text: str) -> Iterator[tuple[int, int]]:
    """From where to where each word goes; "don't" and "well-known" are one."""
    start = -1
    for place, character in enumerate(text):
        if _is_of_a_word(character) or (start >= 0 and _joins(text, place)):
            start = place if start < 0 else start
        elif start >= 0:
            yield start, place
            start = -1
    if start >= 0:
        yield start, len(text)


def _joins(text: str, place: int) -> bool:
    """Whether a sign stands within a word: behind ’ a particle may follow what was quoted, in Korean."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    is_inside = len(around) == 2 and all(_is_of_a_word(each) and _script(each) == "Latin" for each in around)
    return text[place] in "'’-" and is_inside


def _parts(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A word cut where Japanese begins another without a blank: hiragana goes with what stands before it."""
    start, before = first, _script(text[first])
    for place in range(first + 1, last):
        script = _script(text[place])
        is_polite = place == start + 1 and text[start] in "おご"  # お茶 is one word
        if script not in (before, "hiragana", "mark") and "Latin" not in (before, script) and not is_polite:
            yield start, place
            start = place
        before = before if script == "mark" else script
    yield start, last


_SCRIPTS = (
    ("hiragana", 0x3041, 0x309F),
    ("katakana", 0x30A0, 0x30FF),
    ("Han", 0x3005, 0x3007),
    ("Han", 0x3400, 0x9FFF),
    ("Han", 0xF900, 0xFAFF),
    ("Han", 0x20000, 0x3FFFF),
    ("Hangul", 0xAC00, 0xD7FF),
)


def _script(character: str) -> str:
    code = ord(character)
    if code < 0x3000:
        return "Latin"  # or any other that parts words by blanks
    return next((name for name, first, last in _SCRIPTS if first <= code <= last), "mark")


# ---- rare words -----------------------------------------------------------------------------------------------------

_LONG = 7
"""Letters: of a language without a list of words, a word of so many counts as rare. Words that are used often are short
(Zipf's law of abbreviation).
"""
_ENDINGS = ("s", "es", "d", "ed", "ing", "n", "en", "e", "er")
_KOREAN_ENDING = 2
"""Syllables of a particle or an ending, at most."""
_LONGEST_HAN = 6


def _rare_in(word: str, known: KnownWords) -> list[bool]:
    """Which characters of a word, or of a run of Chinese, belong to something that is rare."""
    word = word.casefold() if len(word.casefold()) == len(word) else word
    if not any(character.isalpha() for character in word):
        return [False] * len(word)  # figures
    script = _script(word[0])
    if not known:
        return [len(word) >= _LONG or script != "Latin"] * len(word)
    match script:
        case "Han" if all(_script(each) == "Han" for each in word):
            return _uncovered(word, known)
        case "Han" | "hiragana" | "katakana":
            is_known = any(word[:end] in known for end in range(1, len(word) + 1))
        case "Hangul":
            is_known = any(word[:end] in known for end in range(max(1, len(word) - _KOREAN_ENDING), len(word) + 1))
        case _ if not known.in_latin:
            return [True] * len(word)  # of another language: the tutor helps in it
        case _:
            head = word.replace("’", "'").partition("'")[0]
            stems = [word[: -len(each)] for each in _ENDINGS if word.endswith(each)]
            stems += [head, head.removesuffix("n")]  # don't, it's
            is_known = any(each in known or f"{each}e" in known for each in (word, *stems))
    return [not is_known] * len(word)


def _uncovered(run: str, known: KnownWords) -> list[bool]:
    """Which characters of a run without blanks stand in no known word, the longest words first."""
    rare = [True] * len(run)
    place = 0
    while place < len(run):
        ends = range(min(len(run), place + _LONGEST_HAN), place, -1)
        end = next((each for each in ends if run[place:each] in known), 0)
        if end:
            rare[place:end] = [False] * (end - place)
        place = end or place + 1
    return rare
