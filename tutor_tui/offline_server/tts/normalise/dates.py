"""Dates in figures, in the order of the language: 2026-04-03, 3/4/2026, 3.4.26."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from tutor_tui.offline_server.tts.normalise.rules import Rule

InWords: TypeAlias = Callable[[int, int, int | None, str], str]
"""Day, month, year if there is one, and the text before it."""
_ISO = re.compile(r"(?<![0-9-])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9-])")
_YEAR_FIRST = re.compile(
    r"(?<![0-9./])(?P<year>[0-9]{4})(?P<mark>[./])\s?(?P<month>[0-9]{1,2})(?P=mark)\s?(?P<day>[0-9]{1,2})\.?(?![0-9./])"
)
_YEAR_LAST = re.compile(
    r"(?<![0-9./-])(?P<first>[0-9]{1,2})(?P<mark>[./-])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4}|[0-9]{2})(?![0-9/-])"
)
_THIS_CENTURY = 50
"""Years of two digits below this are of the 2000s."""


def date_rules(in_words: InWords, *, month_first: bool = False) -> tuple[Rule, ...]:
    """Dates with their year; what is no day of any year stays. `month_first` where both orders are possible."""

    def year_first(match: re.Match[str]) -> str:
        return _said(match, int(match["day"]), int(match["month"]), int(match["year"]))

    def year_last(match: re.Match[str]) -> str:
        first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
        if len(match["year"]) == 2:
            year += 2000 if year < _THIS_CENTURY else 1900
        day, month = (second, first) if (month_first and first <= 12) or second > 12 else (first, second)
        return _said(match, day, month, year)

    def _said(match: re.Match[str], day: int, month: int, year: int) -> str:
        before = match.string[: match.start()]
        return in_words(day, month, year, before) if 1 <= month <= 12 and 1 <= day <= 31 else match[0]

    return ((_ISO, year_first), (_YEAR_FIRST, year_first), (_YEAR_LAST, year_last))
