"""What is known of a European language: its words for numbers, signs, months, money and short forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tutor_tui.offline_server.tts.normalise.rules import Currency, Noun, Rule

Changes: TypeAlias = tuple[tuple[str, str], ...]
"""Patterns, and what to say instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """One language."""

    code: str
    """ISO 639-1."""
    decimal: Literal[".", ","]
    """What stands before decimals; the other one, or a blank, stands between thousands."""
    point: str
    """How that is said."""
    decimals_are_a_number: bool
    """3,14 is three point fourteen, not three point one four."""
    signs: Mapping[str, str]
    """Signs, and ranges as "–", in words."""
    units: Mapping[str, Noun]
    currencies: Mapping[str, Currency]
    cents_link: str = ""
    """Between euros and cents."""
    millions: Mapping[str, str] = field(default_factory=dict)
    """How a price in millions may be written behind the number, and is said."""
    millions_link: str = ""
    """Between millions and what is counted."""
    abbreviations: Changes
    titles: Changes = ()
    """Those that a name follows."""
    agreement: Mapping[str, Changes] = field(default_factory=dict)
    """Gender → how the end of a number changes before such a noun."""
    gender_of: Callable[[str], str] = str
    """The gender of the word that follows a number, in small letters; "" where it is no noun."""
    date: Callable[[int, int, int | None, str], str]
    """Day, month, year if there is one, and the text before it, in words."""
    months: tuple[str, ...]
    clock: Callable[[int, int], str]
    """Hour and minute in words."""
    times: tuple[str, ...]
    """Other ways to write a time than 14:30, with groups `h` and perhaps `m`."""
    own: tuple[Rule, ...] = ()
    """What no other language has, before all numbers: ordinals above all."""
    year: Callable[[int, str, str], str] = lambda number, before, after: ""
    """A number of four digits, and the text around it: in words if it is a year that is not said as a number, else
    empty.
    """
    telephone: str = r"(?!)"
    """Numbers of the country that are not known by a plus or a zero in front."""
    telephone_in_pairs: bool = False
    letters: Mapping[str, str]
    """What stands in addresses: at, dot, dash, underscore."""
    roman: tuple[Rule, ...] = ()

    @property
    def number(self) -> str:
        """A pattern for a number without its sign."""
        if self.decimal == ".":
            return r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+(?!\.?[0-9]))?)"
        grouped = r"[0-9]{1,3}(?:[. ][0-9]{3})+(?![0-9])(?:,[0-9]+)?"
        return rf"(?:{grouped}|[0-9]+(?:[.,][0-9]+(?![.,]?[0-9]))?)"


def agreed(words: str, gender: str, tables: Tables) -> str:
    """`words` of a number as before a noun of this gender."""
    for pattern, said in tables.agreement.get(gender, ()):
        words = re.sub(pattern, said, words)
    return words
