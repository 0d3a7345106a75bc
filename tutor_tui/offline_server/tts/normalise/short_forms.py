"""Short forms: z. B., Mme, etc."""

from __future__ import annotations

import re
from collections.abc import Callable

from tutor_tui.offline_server.tts.normalise.rules import Rule
from tutor_tui.offline_server.tts.normalise.tables import Changes

_NAME_FOLLOWS = r"(?=\s?[A-ZÀ-ÖØ-Þ])"


def short_form_rules(abbreviations: Changes, titles: Changes) -> tuple[Rule, ...]:
    """Rules for patterns without their edges; titles count only before a name."""
    plain = [(re.compile(rf"(?<![\w.]){pattern}{_edge(pattern)}"), _full(words)) for pattern, words in abbreviations]
    named = [(re.compile(rf"(?<![\w.]){pattern}{_NAME_FOLLOWS}"), _with_gap(words)) for pattern, words in titles]
    return (*named, *plain)


def _edge(pattern: str) -> str:
    return "" if pattern.endswith(")") else r"(?!\w)"  # some look ahead by themselves


def _full(words: str) -> Callable[[re.Match[str]], str]:
    def said(match: re.Match[str]) -> str:
        """A full stop that ended the sentence, too, still ends it."""
        at_end = match[0].endswith(".") and not match.string[match.end() :].strip(" \"'”’»)")
        return f"{words}{'.' * at_end}"

    return said


def _with_gap(words: str) -> Callable[[re.Match[str]], str]:
    return lambda match: words if match.string[match.end()].isspace() else f"{words} "
