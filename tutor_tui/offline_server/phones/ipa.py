"""The International Phonetic Alphabet, as espeak-ng writes it, to the phones of English."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from tutor_tui.offline_server.phones.ipa_tables import EVERYWHERE, OF_LANGUAGE
from tutor_tui.offline_server.phones.pronounced import Unreadable

_VOICE_CHANGE = re.compile(r"\([a-z-]+\)")
"""Before a word that espeak-ng takes for one of another language, and behind it."""
_UNHEARD = re.compile(
    "[\u02c8\u02cc\u02d0\u02d1\u0361\u035c\u203f|\u200d\u02b0\u02b2\u02e0\u0329\u032f\u031f\u0320\\s_-]"
)
"""Stress, length, ties, aspiration and the like: English tells no phones apart by them."""


@lru_cache(maxsize=16_384)
def phones_of(ipa: str, language: str) -> tuple[str, ...]:
    """The phones of `ipa`, two like neighbours once. Raises `Unreadable` for a sign that no table has."""
    signs = _UNHEARD.sub("", _VOICE_CHANGE.sub("", ipa))
    table = _table(language)
    longest = max(map(len, table))
    found: list[str] = []
    place = 0
    while place < len(signs):
        sign = next((signs[place:end] for end in range(place + longest, place, -1) if signs[place:end] in table), "")
        if not sign:
            raise Unreadable("a sound that is not in the tables")
        found += table[sign]
        place += len(sign)
    return single(found)


def single(phones: list[str]) -> tuple[str, ...]:
    """`phones` with two like neighbours once: English has no long consonants, and its long vowels are others."""
    return tuple(phone for place, phone in enumerate(phones) if not place or phone != phones[place - 1])


@cache
def _table(language: str) -> dict[str, list[str]]:
    return {**_read(EVERYWHERE), **_read(OF_LANGUAGE.get(language, ""))}


def _read(table: str) -> dict[str, list[str]]:
    """Entries between commas: a sign, and its phones behind it; none for one that is not heard."""
    entries = [entry.split() for entry in table.split(",") if entry.strip()]
    return {sign: phones for sign, *phones in entries}
