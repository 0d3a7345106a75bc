"""Sentences to phones: each language by the reader that knows it best."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial

from tutor_tui.offline_server.phones import by_espeak, english, french, japanese, korean, mandarin
from tutor_tui.offline_server.phones.pronounced import Pronounced, Unreadable

_READERS: Mapping[str, Callable[[str], Iterable[Pronounced]]] = {
    "en": english.read,
    "fr": french.read,
    "ko": korean.read,
    "ja": japanese.read,
    "zh": mandarin.read,
    **{language: partial(by_espeak.read, language=language) for language in ("es", "de", "it", "pt")},
}


@lru_cache(maxsize=8192)  # a lesson listens for some hundred sentences a step, and for many of them at the next, too
def pronounce(sentence: str, language: str) -> tuple[Pronounced, ...]:
    """The words of `sentence`, as they sound in it; `language` is one of `LANGUAGES`.

    Raises `Unreadable` where nobody can read a word, or there is none. The first call in a language may take 0.3 s.
    """
    reader = _READERS.get(language)
    if reader is None:
        raise Unreadable("no such language")
    words = tuple(reader(unicodedata.normalize("NFC", sentence.replace("’", "'"))))
    if not words or not all(word.phones for word in words):
        raise Unreadable("a word without a sound")
    return words


@lru_cache(maxsize=4096)
def words_if_readable(sentence: str, language: str) -> tuple[Pronounced, ...]:
    """The same; nothing for a sentence that nobody can read aloud."""
    try:
        return pronounce(sentence, language)
    except Unreadable:
        return ()


@lru_cache(maxsize=4096)
def phones_of(sentence: str, language: str) -> tuple[str, ...]:
    """Its phones in a row; none for a sentence that nobody can read aloud."""
    return tuple(phone for word in words_if_readable(sentence, language) for phone in word.phones)
