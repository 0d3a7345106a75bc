"""How deep a TOML text nests, found before it is parsed: Python's parser takes time with the square of the levels."""

from __future__ import annotations

import re

MOST_LEVELS = 50
"""Our files have four. tomllib takes 2 s for 15,000 dotted names in one line, and breaks at some hundred brackets."""
_QUOTED_OR_COMMENT = re.compile(r"""\"[^"]*\"|'[^']*'|#.*""")


def line_nested_too_deep(text: str) -> int:
    """The first line (from 1) with more than `MOST_LEVELS` dots or open brackets outside of texts; 0 if there is none.

    A text over several lines may be taken for code here; nobody writes so many dots in one.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_LEVELS or line.count("[") + line.count("{") > MOST_LEVELS:
            code = _QUOTED_OR_COMMENT.sub("", line)
            if code.count(".") > MOST_LEVELS or _deepest(code) > MOST_LEVELS:
                return number
    return 0


def _deepest(code: str) -> int:
    depth = deepest = 0
    for mark in code:
        depth += (mark in "[{") - (mark in "]}")
        deepest = max(deepest, depth)
    return deepest
