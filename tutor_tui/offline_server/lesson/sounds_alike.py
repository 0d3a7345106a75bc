"""Which sentences does one recogniser alone hardly tell apart? By their phones, as they are listened for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from tutor_tui.offline_server.phones import phones_of
from tutor_tui.offline_server.stt.phonetic_distance import nearest

ALIKE = 0.3
"""As `phonetic_distance`: bonjour and bonsoir are 0.2 apart, buenos días and buenas días 0.08, and bonjour and bon
matin 0.43. Ears that were told “bonjour” by a synthetic voice took it for sentences as far away as 0.27.
"""
MOST_IN_ALL = 2.0
"""The same of a whole sentence, in phones: bonjour and bonsoir are 1.4 apart, “four queen of clubs” and “ten of clubs”
3.5, although they end alike.
"""
_LOOKED_AT = 24
_LIKE_IN_WRITING = 0.5
"""`difflib`'s ratio: what is less alike in writing is not looked at, so that 500 sentences take some 30 ms."""


def are_alike(one: str, other: str, language: str) -> bool:
    """Whether two sentences of a language sound nearly the same."""
    distance = _distance(one, other, language)
    return distance is not None and distance < ALIKE


def sound_the_same(one: str, other: str, language: str) -> bool:
    """Whether two sentences of a language are made of the same sounds, however they are written: not even the best ears
    tell them apart.
    """
    said = phones_of(one, language)
    return bool(said) and said == phones_of(other, language)


def alike(sentence: str, others: Iterable[str], language: str) -> Iterator[str]:
    """Those of `others` that sound nearly like `sentence`, the most alike first."""
    by_letters = {other.casefold(): other for other in others if other.casefold() != sentence.casefold()}
    near = get_close_matches(sentence.casefold(), by_letters, _LOOKED_AT, _LIKE_IN_WRITING)
    apart = {other: _distance(sentence, other, language) for other in map(by_letters.__getitem__, near)}
    found = [(distance, other) for other, distance in apart.items() if distance is not None and distance < ALIKE]
    yield from (other for _, other in sorted(found))


def _distance(one: str, other: str, language: str) -> float | None:
    """None where nobody can read one of them, or whole words are others."""
    said, meant = phones_of(one, language), phones_of(other, language)
    found = nearest(said, [meant])
    if found is None or found.distance * max(len(said), len(meant)) >= MOST_IN_ALL:
        return None
    return found.distance
