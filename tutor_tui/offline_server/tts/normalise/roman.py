"""Roman numerals, where they can be nothing else: behind kings and popes, in centuries, behind chapters and wars."""

from __future__ import annotations

import re
from collections.abc import Callable

from tutor_tui.offline_server.tts.normalise.rules import Rule, words_of

ROMAN = r"(?P<roman>(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX]))"
"""From 1 to 39."""
_VALUES = {"I": 1, "V": 5, "X": 10}
_KINGS = (
    "Louis Henry Henri Edward George William Charles Richard James John Paul Philip Philippe Francis François Napoleon "
    "Napoléon Felipe Carlos Alfonso Fernando Enrique Juan Sancho Pedro Jaime Ludwig Friedrich Wilhelm Karl Heinrich "
    "Otto Joseph Franz Leopold Georg Maximilian Vittorio Emanuele Umberto Carlo Federico Enrico Luigi Pio Benedetto "
    "Giovanni Paolo Leone João Manuel José Afonso Sebastião Pius Benedict Benedikt Johannes Jean Gregory Leo León Pío "
    "Benedicto Pablo Ramses Harald Gustav Christian Frederick Peter Ivan Nicholas Nikolaus Alexander Constantine"
)
QUEENS = words_of("Elizabeth Elisabetta Mary Isabel Elisabeth Katharina Catherine Catalina Caterina Victoria Margrethe")
KINGS = rf"(?P<king>{'|'.join([*_KINGS.split(), *sorted(QUEENS)])})"


def value(numeral: str) -> int:
    """XIV → 14."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(-one if one < next_one else one for one, next_one in zip(values, [*values[1:], 0], strict=True))


def roman_rule(before: str, after: str, words: Callable[[int, re.Match[str]], str]) -> Rule:
    """`words` takes the number and the match, and says what stands instead of the numeral and `after`."""

    def said(match: re.Match[str]) -> str:
        return match[0][: match.start("roman") - match.start()] + words(value(match["roman"]), match)

    return re.compile(rf"{before}{ROMAN}{after}"), said


def is_queen(match: re.Match[str]) -> bool:
    """Whether the name before the numeral is a woman's."""
    return match["king"] in QUEENS
