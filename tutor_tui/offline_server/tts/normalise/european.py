"""The rules of a European language, made from its tables, in the order in which they have to come."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.amounts import NEXT_WORD, Written, in_words, number_rules, unit_rules
from tutor_tui.offline_server.tts.normalise.cardinals import one_by_one
from tutor_tui.offline_server.tts.normalise.dates import date_rules
from tutor_tui.offline_server.tts.normalise.money import money_rules
from tutor_tui.offline_server.tts.normalise.rules import Rule
from tutor_tui.offline_server.tts.normalise.short_forms import short_form_rules
from tutor_tui.offline_server.tts.normalise.signs import (
    address_rules,
    between_numbers,
    other_signs,
    signs_for_the_eye,
)
from tutor_tui.offline_server.tts.normalise.tables import Tables
from tutor_tui.offline_server.tts.normalise.telephone import telephone_rules
from tutor_tui.offline_server.tts.normalise.times import COLON, time_rules

_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}


def european_rules(tables: Tables) -> tuple[Rule, ...]:
    """What is longer and clearer comes first; numbers that nothing else explains come last."""
    return (
        *address_rules(tables.letters),
        *short_form_rules(tables.abbreviations, tables.titles),
        *tables.roman,
        telephone_rules(lambda digits: _group(digits, tables), tables.signs["+"], tables.telephone),
        *date_rules(tables.date),
        *between_numbers(tables.signs),
        *time_rules(tables.clock, (*tables.times, COLON)),
        *tables.own,
        *money_rules(tables),
        *unit_rules(tables),
        *fraction_rules(tables),
        *other_signs(tables.signs),
        *signs_for_the_eye(),
        *number_rules(tables),
    )


def _group(digits: str, tables: Tables) -> str:
    if tables.telephone_in_pairs and len(digits) == 2 and digits[0] != "0":
        return in_words(Written(False, digits, ""), tables)
    return one_by_one(digits, tables.code)


def fraction_rules(tables: Tables) -> tuple[Rule, ...]:
    """Halves, thirds and quarters, as signs or with a slash; 1½ is said with "and"."""

    def said(match: re.Match[str]) -> str:
        fraction = _FRACTIONS.get(match["sign"], match["slash"] or "")
        gender = tables.gender_of(follows[1].lower()) if (follows := NEXT_WORD.match(match.string, match.end())) else ""
        return tables.signs.get(fraction + gender) or tables.signs[fraction]

    known = "|".join(re.escape(key) for key in tables.signs if re.fullmatch("[0-9]/[0-9]", key))
    fraction = rf"(?P<sign>[½¼¾⅓⅔])|(?<![0-9/.,])(?P<slash>{known})(?![0-9/]|[.,][0-9])"
    return (
        (re.compile(r"(?<=[0-9])\s?½"), f" {tables.signs['1½']}"),
        (re.compile(r"(?<=[0-9])\s?(?=[¼¾⅓⅔])"), f" {tables.signs['and']} "),
        (re.compile(fraction), said),
    )
