"""Numbers as they are written in a European language, alone or with what is counted, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor_tui.offline_server.tts.normalise.cardinals import LONGEST, cardinal, one_by_one
from tutor_tui.offline_server.tts.normalise.rules import Noun, Rule, any_of, apart
from tutor_tui.offline_server.tts.normalise.tables import Tables, agreed

MINUS = r"(?:(?<![\w)\]%])[-−])?"
NEXT_WORD = re.compile(r"\s([^\W\d_]+)")
"""Behind a number."""
_MOST_DECIMALS = 3
"""Said as one number; more are said one by one."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it was written, taken apart."""

    is_negative: bool
    whole: str
    decimals: str

    @property
    def is_one(self) -> bool:
        return self.whole == "1" and not self.decimals


def taken_apart(text: str, tables: Tables) -> Written:
    """`text` matches `tables.number`, perhaps with a sign."""
    digits = text.lstrip("-− ")
    is_negative = digits != text
    thousands = "," if tables.decimal == "." else "[. ]"
    if re.match(rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+(?![0-9])", digits):
        digits = re.sub(thousands, "", digits).replace(",", ".")
    whole, _, decimals = digits.replace(",", ".").partition(".")
    return Written(is_negative, whole, decimals)


def in_words(number: Written, tables: Tables, gender: str = "") -> str:
    """The number, as before a noun of this gender where there is one."""
    whole = number.whole
    plain = len(whole) > LONGEST or (whole[0] == "0" and len(whole) > 1)
    said = one_by_one(whole, tables.code) if plain else cardinal(int(whole), tables.code)
    if number.decimals:
        said = f"{said} {tables.point} {_decimals(number.decimals, tables)}"
    else:
        said = agreed(said, gender, tables)
    return f"{tables.signs['-']} {said}" if number.is_negative else said


def _decimals(digits: str, tables: Tables) -> str:
    if not tables.decimals_are_a_number or len(digits) > _MOST_DECIMALS or not digits.strip("0"):
        return one_by_one(digits, tables.code)
    zeros = len(digits) - len(digits.lstrip("0"))
    return " ".join([*[cardinal(0, tables.code)] * zeros, cardinal(int(digits), tables.code)])


def counted(number: Written, noun: Noun, tables: Tables) -> str:
    """So many of `noun`."""
    said = in_words(number, tables, noun.gender)
    is_round = not number.decimals and len(number.whole) > 6 and number.whole.endswith("000000")
    word = noun.one if number.is_one else noun.many
    return f"{said} {of_millions(word, tables) if is_round else word}"


def of_millions(word: str, tables: Tables) -> str:
    """`word` behind millions: de libras, d'euros."""
    if tables.millions_link == "d'":
        return f"d'{word}" if word[0] in "aeiou" else f"de {word}"
    return f"{tables.millions_link} {word}".strip()


def unit_rules(tables: Tables) -> tuple[Rule, ...]:
    """Kilometres, degrees, per cent: what is measured, behind its number."""

    def measured(match: re.Match[str]) -> str:
        number = taken_apart(match["sign"] + match["number"], tables)
        return apart(match, counted(number, tables.units[match["unit"]], tables))

    marks = {unit for unit in tables.units if not unit[-1].isalpha()}
    letters = rf"(?:{any_of(frozenset(tables.units) - marks)})(?![\w²³])"
    pattern = rf"(?P<sign>{MINUS})(?P<number>{tables.number})\s?(?P<unit>{letters}|{any_of(frozenset(marks))})"
    return ((re.compile(pattern), measured),)


def number_rules(tables: Tables) -> tuple[Rule, ...]:
    """Every number that is left."""

    def dotted(match: re.Match[str]) -> str:
        said = (in_words(Written(False, part, ""), tables) for part in match[0].split("."))
        return apart(match, f" {tables.letters['.']} ".join(said))

    def said(match: re.Match[str]) -> str:
        number = taken_apart(match["sign"] + match["number"], tables)
        before, after = match.string[: match.start()], match.string[match.end() :]
        may_be_year = re.fullmatch("[0-9]{4}", match["sign"] + match["number"])
        if may_be_year and (year := tables.year(int(number.whole), before, after)):
            return apart(match, year)
        follows = NEXT_WORD.match(after)
        gender = tables.gender_of(follows[1].lower()) if follows else ""
        return apart(match, in_words(number, tables, gender))

    version = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+){2,}(?![0-9])")
    return ((version, dotted), (re.compile(rf"(?P<sign>{MINUS})(?P<number>{tables.number})"), said))
