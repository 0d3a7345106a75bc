"""Times of day: 14:30 and the ways of each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tutor_tui.offline_server.tts.normalise.rules import Rule, apart

COLON = r"(?<![0-9:.])(?P<h>[0-9]{1,2}):(?P<m>[0-5][0-9])(?![0-9:])"
LAST_HOUR = 24


def time_rules(in_words: Callable[[int, int], str], patterns: Iterable[str]) -> tuple[Rule, ...]:
    """`in_words` takes hour and minute. A pattern may have a group `pm`, which is said after them."""

    def said(match: re.Match[str]) -> str:
        groups = match.groupdict()
        hour, minute = int(groups["h"]), int(groups.get("m") or 0)
        if hour > LAST_HOUR or minute > 59:
            return match[0]
        half = f" {groups['pm'].upper()}.M." if groups.get("pm") else ""
        return apart(match, in_words(hour, minute) + half)

    return tuple((re.compile(pattern), said) for pattern in patterns)
