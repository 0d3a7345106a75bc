"""English by the CMU dictionary that pocketsphinx brings; what it lacks by espeak-ng."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from tutor_tui.offline_server.phones import by_espeak
from tutor_tui.offline_server.phones.figures import said_words
from tutor_tui.offline_server.phones.pronounced import Pronounced


def read(sentence: str) -> Iterator[Pronounced]:
    """The words of `sentence`."""
    written = by_espeak.words(sentence)
    for word, said in zip(written, said_words(written, "en"), strict=True):
        yield Pronounced(word, tuple(phone for part in by_espeak.words(said) for phone in phones_of_word(part)))


@lru_cache(maxsize=16_384)
def phones_of_word(word: str) -> tuple[str, ...]:
    """The first pronunciation of the dictionary's, or espeak-ng's. Raises `Unreadable`."""
    entry = _dictionary().get(word.casefold())
    return tuple(entry.split()) if entry else by_espeak.phones_of_word(word, "en")


@cache
def _dictionary() -> dict[str, str]:
    from pocketsphinx import get_model_path  # 50 ms, and most lessons hold no English

    text = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8")
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
