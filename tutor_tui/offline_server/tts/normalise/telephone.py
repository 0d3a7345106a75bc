"""Telephone numbers and other rows of digits, which are said one by one and with a breath between the groups."""

from __future__ import annotations

import re
from collections.abc import Callable

from tutor_tui.offline_server.tts.normalise.rules import Rule

_ANYWHERE = (
    r"(?<![0-9A-Za-z.,+])(?:\+[0-9]{1,3}[ -]?(?:\([0-9]+\)[ -]?)?|\(0[0-9]*\)[ -]?|0)[0-9]+"
    r"(?:[ /-][0-9]{2,}|\.[0-9]{2}(?=\.|\b))*"
    r"(?![0-9A-Za-z_:]|[.,][0-9])"
)
"""With a plus or a zero in front."""
_GROUPED = r"(?<![0-9A-Za-z.,+-])(?:\([0-9]{2,4}\)[ -]?|[0-9]{2,4}-)[0-9]{3,5}-[0-9]{3,5}(?![0-9A-Za-z_-]|[.,][0-9])"
_SHORT = r"(?<![0-9A-Za-z.,+-])(?P<short>[0-9]{3,4}-[0-9]{4})(?![0-9A-Za-z_-]|[.,][0-9])"
"""May be a range, too: from 500-1000 euros."""
_SAYS_SO = re.compile(
    r"(?:tel|phone|call|dial|ring|fone|fono|numer|número|numéro|nummer|ruf|llam|전화|번호|電話|电话|打|拨)[^.!?]{0,25}$",
    re.IGNORECASE,
)
_FEWEST, _MOST = 7, 15
"""Digits, after which it is another kind of number."""


def telephone_rules(group_in_words: Callable[[str], str], plus: str, own: str = r"(?!)", gap: str = ", ") -> Rule:
    """`group_in_words` says the digits of one group; `own` is how the country writes its numbers."""

    def said(match: re.Match[str]) -> str:
        groups = re.findall("[0-9]+", match[0])
        if match["short"] and not _SAYS_SO.search(match.string, 0, match.start()):
            return match[0]
        if not _FEWEST <= sum(map(len, groups)) <= _MOST:
            return match[0]
        words = gap.join(map(group_in_words, groups))
        return f"{plus} {words}" if match[0].startswith("+") else words

    return re.compile(f"{own}|{_ANYWHERE}|{_GROUPED}|{_SHORT}"), said
