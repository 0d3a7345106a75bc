"""Which words of a sentence the learner has had right, try after try: a word that was right once stays so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain, groupby

from tutor_tui.core.heard_words import RIGHT_SIGN
from tutor_tui.speech.latin_typing import LANGUAGES, is_in_latin, latin_letters, spellings, words_with_spellings
from tutor_tui.speech.normalise import UNSPACED, key, words
from tutor_tui.speech.traditional import simplified

_BLANK = "____"
_LEAST_TOGETHER = 3
"""Latin letters in a row that are taken for a word: fewer stand together by chance."""
_LIKE = 0.5
"""`difflib`'s ratio of letters from which on a try is one, although no word of it was right."""
_MOST_PARTS = 400
"""Words of a try, or letters: nothing that is said again or written down in one go is longer."""


class WordsRight:
    """Of one sentence. Holds plain values only, so it may be copied."""

    def __init__(self, sentence: str, language: str, *, takes_latin: bool = False) -> None:
        """`language` is that of the sentence: ISO 639-1. `takes_latin`: Latin letters will do in its script's place."""
        self._takes_latin = takes_latin and language in LANGUAGES
        self._sentence = sentence
        self._language = language
        self._chunks = [*_chunks(sentence, language)]
        """From which character to which each word goes; each letter in scripts without blanks."""
        self._right: set[int] = set()
        """Of the chunks."""

    @property
    def is_whole(self) -> bool:
        """Whether every word was right."""
        return len(self._right) == len(self._chunks)

    def take_all(self) -> None:
        """The whole sentence was right."""
        self._right.update(range(len(self._chunks)))

    def take_text(self, text: str) -> bool:
        """A try as it was typed or written down: the words that are right in it, in their order. Capitals, accents and
        marks make no difference; in Korean, nor do blanks. Whether it was a try at all: with a word that was right,
        or like the sentence, or of one word.
        """
        if self._takes_latin and is_in_latin(text) and (in_latin := self._in_latin(text)) is not None:
            self._right |= in_latin
            return bool(in_latin) or self._is_like(text)
        if self._language not in UNSPACED and key(text, self._language) == key(self._sentence, self._language):
            self.take_all()
            return True
        own = [self._parts(self._sentence[slice(*chunk)]) for chunk in self._chunks]
        tried = [*chain.from_iterable(map(self._parts, text.split()))][:_MOST_PARTS]
        found: set[int] = set()
        for block in SequenceMatcher(None, [*chain.from_iterable(own)], tried, autojunk=False).get_matching_blocks():
            found.update(range(block.a, block.a + block.size))
        at = 0
        right: set[int] = set()
        for place, parts in enumerate(own):
            if found.issuperset(range(at, at + len(parts))):
                right.add(place)
            at += len(parts)
        self._right |= right
        return bool(right) or self._is_like(text)

    def _is_like(self, text: str) -> bool:
        own, tried = self._sentence, text
        if self._takes_latin and is_in_latin(text) and (ways := spellings(own, self._language)):
            own, tried = min(ways), latin_letters(text, self._language)
        own, tried = ("".join(filter(str.isalnum, each.casefold())) for each in (own, tried))
        is_short = len(text.split()) == 1 if self._language not in UNSPACED - {"ko"} else len(tried) < _LEAST_TOGETHER
        return bool(tried) and (
            is_short or SequenceMatcher(None, own, tried[:_MOST_PARTS], autojunk=False).ratio() >= _LIKE
        )

    def _in_latin(self, text: str) -> set[int] | None:
        """The words that are right in a try in Latin letters; None where the sentence has no reading in them."""
        typed = latin_letters(text, self._language)
        if typed in spellings(self._sentence, self._language):
            return set(range(len(self._chunks)))
        units, readings = [], ""
        for first, last, ways in words_with_spellings(self._sentence, self._language):
            if ways:
                begin = len(readings)
                readings += next((way for way in sorted(ways) if way in typed), min(ways))
                units.append((first, last, begin, len(readings)))
        least = min(_LEAST_TOGETHER, len(readings))
        blocks = SequenceMatcher(None, readings, typed[:_MOST_PARTS], autojunk=False).get_matching_blocks()
        spans = [(block.a, block.a + block.size) for block in blocks if block.size >= max(1, least)]
        found: set[int] = set()
        for first, last, begin, end in units:
            if any(low <= begin and end <= high for low, high in spans):
                found.update(at for at, (a, b) in enumerate(self._chunks) if first <= a and b <= last)
        return found if units else None

    def take_heard(self, heard: Iterable[tuple[str, bool]]) -> None:
        """A try by ear: the words of the sentence, each with whether both ears hold it for clear. Such a word is right;
        of any other nothing is said, since one ear alone may be mistaken.
        """
        at, clear = 0, set[int]()
        for word, is_clear in heard:
            found = self._sentence.find(word, at)
            if found >= 0:
                at = found + len(word)
                clear.update(range(found, at) if is_clear else ())
        for place, (first, last) in enumerate(self._chunks):
            spoken = {each for each in range(first, last) if self._sentence[each].isalnum()}
            if spoken and spoken <= clear:
                self._right.add(place)

    def shown(self) -> str:
        """The sentence, each word that was right with `RIGHT_SIGN` behind it."""
        signs = {True: RIGHT_SIGN, False: ""}
        return " ".join(f"{text}{signs[is_right]}{marks}" for is_right, text, marks in self._runs())

    def with_blanks(self) -> str:
        """Its words, without the marks between them, and blanks for those that were not right yet."""
        return " ".join(text if is_right else _BLANK for is_right, text, _ in self._runs())

    @property
    def counted(self) -> tuple[int, int]:
        """How many words were right, of how many; letters in scripts without blanks."""
        return len(self._right), len(self._chunks)

    def _runs(self) -> Iterator[tuple[bool, str, str]]:
        """The words, and the marks behind each; where there are no blanks between them, the letters that stand together
        and are alike.
        """
        texts = [(place in self._right, self._sentence[slice(*chunk)]) for place, chunk in enumerate(self._chunks)]
        if self._language not in UNSPACED - {"ko"}:
            for is_right, text in texts:
                word = text.rstrip("".join(each for each in text if not each.isalnum()))
                yield is_right, word, text[len(word) :]
            return
        for is_right, together in groupby(texts, key=lambda each: each[0]):
            yield is_right, "".join(text for _, text in together), ""

    def _parts(self, word: str) -> tuple[str, ...]:
        """A word as it is compared: its letters in scripts where blanks cannot be relied upon."""
        if self._language not in UNSPACED:
            return words(word, self._language)
        plain = unicodedata.normalize("NFKC", word).casefold()
        return tuple(each for each in (simplified(plain) if self._language == "zh" else plain) if each.isalnum())


def _chunks(sentence: str, language: str) -> Iterator[tuple[int, int]]:
    """Where the words stand in which there is anything to say."""
    at = 0
    for chunk in sentence if language in UNSPACED - {"ko"} else sentence.split():
        first = sentence.index(chunk, at)
        at = first + len(chunk)
        if any(map(str.isalnum, chunk)):
            yield first, at
