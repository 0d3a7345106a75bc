"""From the tokens that patterns were found in back to what the learner wrote: slots as they were said, and repairs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

from tutor_tui.core.term_form import is_sentence
from tutor_tui.offline_server.lesson.pattern_trails import Repair, Trail
from tutor_tui.speech.korean_particles import with_particles
from tutor_tui.speech.normalise import PREDICATE_END, UNSPACED, tokens

_WORD = re.compile(r"[^\W_]+(?:['’‘][^\W_]+)*['’]?")
_SLOT = re.compile(r"<([a-z][a-z0-9-]*)>")


class AsWritten:
    """An answer, and where in it each of its tokens stands."""

    def __init__(self, text: str, language: str) -> None:
        self.text = unicodedata.normalize("NFC", " ".join(text.split()))
        self._language = language

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """From letter, to letter, of each token; none where they cannot be told."""
        places: list[tuple[int, int]] = []
        row: list[str] = []
        for word in _WORD.finditer(self.text):
            parts = tokens(word[0], self._language)
            row += parts
            for number, token in enumerate(parts):
                begin, end = word.span()
                if self._language in UNSPACED:
                    begin = min(begin + number, end - 1)
                    end = end if token == PREDICATE_END else begin + 1
                places.append((begin, end))
        return places if tuple(row) == tokens(self.text, self._language) else []

    def between(self, begin: int, end: int) -> str:
        """The letters of these tokens; "" where they cannot be told."""
        if not begin < end <= len(self._places):
            return ""
        return self.text[self._places[begin][0] : self._places[end - 1][1]]

    def slots(self, trail: Trail) -> dict[str, str]:
        """Each slot's words as they were written; of a slot that was met twice, the first."""
        found: dict[str, str] = {}
        row = tokens(self.text, self._language)
        for name, words in trail.slots:
            if name not in found and (place := _place(row, words)) >= 0:
                written = self._slot(place, words) or " ".join(words)
                found[name] = written.title() if name.endswith("name") and written.islower() else written
        return found

    def _slot(self, begin: int, words: tuple[str, ...]) -> str:
        """What was written for these tokens: of "he's", only "he", where the slot goes no further."""
        end, places = begin + len(words), self._places
        written = self.between(begin, end)
        if not written or self._language in UNSPACED:
            return written
        if begin and places[begin - 1] == places[begin]:
            return ""
        if end < len(places) and places[end] == places[end - 1]:
            own = self.text[places[begin][0] : places[end - 1][0] + len(words[-1])]
            return own if own.casefold().endswith(words[-1]) else ""
        return written

    def with_words(self, begin: int, end: int, right: str) -> str:
        """The whole answer with other words in the place of these; "" where they cannot be told."""
        if not begin < end <= len(self._places):
            return ""
        first, last = self._places[begin][0], self._places[end - 1][1]
        if first == 0:
            right = f"{right[:1].upper()}{right[1:]}"
        return sentence(" ".join(f"{self.text[:first]}{right}{self.text[last:]}".split()))

    def repaired(self, repairs: Iterable[Repair]) -> str:
        """The whole answer with its repairs; "" where their places cannot be told."""
        better = self
        for repair in sorted(repairs, key=lambda repair: -repair.begin):  # from the end: places before it stay
            better = AsWritten(
                better.with_words(repair.begin, repair.begin + len(repair.said), repair.right), self._language
            )
        return better.text


def filled(template: str, slots: Mapping[str, str]) -> str:
    """`template` with the words of its slots; "" where one of them is missing."""
    if any(name not in slots for name in _SLOT.findall(template)):
        return ""
    return " ".join(with_particles(_SLOT.sub(lambda slot: slots[slot[1]], template)).split())


def slots_of(template: str) -> frozenset[str]:
    """The names of the slots in it."""
    return frozenset(_SLOT.findall(template))


def _place(row: tuple[str, ...], words: tuple[str, ...]) -> int:
    return next((begin for begin in range(len(row)) if row[begin : begin + len(words)] == words), -1)


def sentence(text: str) -> str:
    """`text` with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def ended(text: str, language: str) -> str:
    """`text` with a full stop, where it has no mark at its end: more is said behind it."""
    stop = "。" if language in ("ja", "zh") else "."
    return text if not text or is_sentence(text) else f"{text}{stop}"
