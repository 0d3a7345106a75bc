"""What the tables of all languages are made of: rules that find something written, and say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Rule: TypeAlias = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
"""What to look for, and what is said instead; as for `re.sub`."""


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted or measured, in words."""

    one: str
    many: str
    gender: str = ""
    """m, f or n; empty where the number before it does not change."""


@dataclass(frozen=True, slots=True)
class Currency:
    """Money, in words."""

    coin: Noun
    cent: Noun | None = None
    """The hundredth part; None where decimals are read as such."""


def noun(text: str) -> Noun:
    """ "f heure/heures", "euro/euros" or "Euro" as a noun."""
    gender, _, words = text.rpartition(":")
    one, _, many = words.partition("/")
    return Noun(one.strip(), (many or one).strip(), gender.strip())


def nouns(table: str) -> dict[str, Noun]:
    """Lines of `symbol = gender: one/many`."""
    rows = (line.split(" = ") for line in table.strip().splitlines())
    return {symbol.strip(): noun(words) for symbol, words in rows}


def currencies(table: str) -> dict[str, Currency]:
    """Lines of `symbols = coin, cent`, each as in `nouns`; several symbols of one currency stand apart by blanks."""
    found: dict[str, Currency] = {}
    for line in table.strip().splitlines():
        symbols, _, words = line.partition(" = ")
        coin, _, cent = words.partition(",")
        money = Currency(noun(coin), noun(cent) if cent else None)
        found |= dict.fromkeys(symbols.split(), money)
    return found


def pairs(table: str) -> dict[str, str]:
    """Lines of `written = said`."""
    return {key.strip(): value.strip() for key, value in (line.split(" = ") for line in table.strip().splitlines())}


def words_of(text: str) -> frozenset[str]:
    """The words of a table of nothing else."""
    return frozenset(text.split())


def any_of(words: Mapping[str, object] | tuple[str, ...] | frozenset[str]) -> str:
    """A pattern for any of these, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_ONE_LETTER = re.compile(r"(?<![^\W\d_])[^\W\d_]$")
"""Joined to its number, for "A four" would be an article."""


def apart(match: re.Match[str], words: str) -> str:
    """`words` instead of what was found, not run together with letters of Latin script beside it: A4, MP3, 3D."""
    before, after = match.string[: match.start()], match.string[match.end() :][:1]
    gap = ("-" if _ONE_LETTER.search(before) else " ") if _is_latin(before[-1:]) else ""
    return f"{gap}{words}{' ' * _is_latin(after)}"


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0250"
