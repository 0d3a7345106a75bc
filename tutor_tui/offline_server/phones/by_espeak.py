"""Words read by espeak-ng: in languages whose words keep their sounds next to others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from tutor_tui.offline_server.espeak_engine import engine
from tutor_tui.offline_server.phones.ipa import phones_of
from tutor_tui.offline_server.phones.pronounced import Pronounced, Unreadable
from tutor_tui.offline_server.tts.normalise.spoken_words import spoken_words

_VOICES = {"pt": "pt-br"}
"""Where the language alone would be a variety that fewer speak."""
_WORD = re.compile(r"[^\W_](?:\S*[^\W_])?")
"""With the marks within it, as in "c'est" and "10:30", and without those around it."""


def read(sentence: str, language: str) -> Iterator[Pronounced]:
    """The words of `sentence`, each as if it stood alone."""
    for word, said in spoken_words(sentence, language):
        yield Pronounced(word, tuple(phone for each in words(said) for phone in phones_of_word(each, language)))


def words(sentence: str) -> list[str]:
    """What is written between blanks, without marks around it."""
    return [word[0] for piece in sentence.split() if (word := _WORD.search(piece))]


@lru_cache(maxsize=16_384)
def phones_of_word(word: str, language: str) -> tuple[str, ...]:
    """The phones of one word, or number, in Latin letters. Raises `Unreadable`."""
    return phones_of(_ipa(in_latin(word), _VOICES.get(language, language)), language)


def _ipa(word: str, voice: str) -> str:
    """A letter alone would be read by its name: é as "e agudo". Among words it is one."""
    if len(word) == 1:
        among_words = engine().ipa(f"ta {word} ta", voice).split()
        if len(among_words) == 3:
            return among_words[1]
    return engine().ipa(word, voice)


def in_latin(text: str) -> str:
    """`text`, if its letters are Latin: of others espeak-ng says the names. Raises `Unreadable`."""
    for letter in text:
        if letter.isalpha() and not letter.isascii() and "LATIN" not in unicodedata.name(letter, ""):
            raise Unreadable("letters of another script")
    return text
