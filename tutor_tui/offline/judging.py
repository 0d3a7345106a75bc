"""How good is an answer? Right, right but for a slip, nearly, or something else."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from tutor_tui.offline.grammar import Pattern
from tutor_tui.offline.normalise import UNSPACED, key, words


class Verdict(Enum):
    """From best to worst."""

    RIGHT = "right"
    SLIP = "slip"
    """Right but for the spelling of a word: accepted, and said back as it should be."""
    NEARLY = "nearly"
    """A word that matters is missing, added or another."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and the expected sentence that came nearest."""

    verdict: Verdict
    nearest: str = ""


_HARMLESS = (
    "um uh er erm ah oh hmm well so like please thanks thank you very really actually just now yes yeah ok and then "
    "pues bueno por favor gracias muy si eh mmm"
)
HARMLESS = frozenset(_HARMLESS.split())
"""Words that may be added to an answer without changing it."""
NEARLY_SHARE = 0.4
"""Up to this share of the words may be different for an answer to count as nearly right."""
SLIP_LETTERS = 4
"""Words shorter than this have too many neighbours for a slip to be told from another word."""
_SLIP_JAMO = 8
_SLIP_COST = 0.25


def matches(text: str, patterns: Iterable[Pattern], language: str) -> bool:
    """Whether `text` is exactly one of the sentences, or begins an open pattern and goes on."""
    said = key(text, language)
    return bool(said) and any(_matches(said, pattern, language) for pattern in patterns)


def _matches(said: str, pattern: Pattern, language: str) -> bool:
    sentences = [key(sentence, language) for sentence in pattern.sentences]
    if not pattern.open:
        return said in sentences
    gap = "" if language in UNSPACED else " "
    return any(not opening or (said.startswith(opening + gap) and said != opening) for opening in sentences)


def judge(text: str, patterns: Sequence[Pattern], language: str) -> Judgement:
    """Compare `text` with all that is expected."""
    if not key(text, language):
        return Judgement(Verdict.OTHER)
    if matches(text, [pattern for pattern in patterns if not pattern.open], language):
        return Judgement(Verdict.RIGHT)
    if matches(text, patterns, language):
        return Judgement(Verdict.RIGHT)
    compare = _compare_letters if language in UNSPACED else _compare_words
    closed = [sentence for pattern in patterns if not pattern.open for sentence in pattern.sentences]
    graded = [(compare(text, sentence, language), sentence) for sentence in closed]
    if not graded:
        return Judgement(Verdict.OTHER)
    (share, only_slips), nearest = min(graded, key=lambda entry: entry[0][0])
    if only_slips:
        return Judgement(Verdict.SLIP if share > 0 else Verdict.RIGHT, nearest)
    return Judgement(Verdict.NEARLY if share <= NEARLY_SHARE else Verdict.OTHER, nearest)


def _compare_words(text: str, sentence: str, language: str) -> tuple[float, bool]:
    """Share of the words that differ, and whether the differences are slips only."""
    said, wanted = words(text, language), words(sentence, language)
    cost = _edits(
        wanted,
        said,
        missing=lambda _: 1.0,
        added=lambda word: 0.0 if word in HARMLESS and word not in wanted else 1.0,
        other=lambda one, another: _SLIP_COST if _slip(one, another) else 1.0,
    )
    slips_only = cost < 1 and cost / len(wanted) <= _SLIP_COST
    return cost / max(1, len(wanted)), slips_only


def _compare_letters(text: str, sentence: str, language: str) -> tuple[float, bool]:
    """The same by letters; those of Hangul are taken apart, so that one wrong vowel is one slip."""
    said = list(unicodedata.normalize("NFD", key(text, language)))
    wanted = list(unicodedata.normalize("NFD", key(sentence, language)))
    cost = _edits(wanted, said, missing=lambda _: 1.0, added=lambda _: 1.0, other=lambda *_: 1.0)
    small = cost <= 1 and language == "ko" and len(wanted) >= _SLIP_JAMO
    return cost / max(1, len(wanted)), small or cost == 0


def _slip(wanted: str, said: str) -> bool:
    """One letter wrong, missing, doubled or swapped, inside a word; its end is left to grammar."""
    if min(len(wanted), len(said)) < SLIP_LETTERS or wanted[-1] != said[-1]:
        return False
    swapped = [
        wanted[:place] + wanted[place + 1] + wanted[place] + wanted[place + 2 :] for place in range(len(wanted) - 1)
    ]
    return said in swapped or _letters_between(wanted, said) <= 1


def _letters_between(one: str, another: str) -> float:
    return _edits(one, another, missing=lambda _: 1.0, added=lambda _: 1.0, other=lambda *_: 1.0)


def _edits(
    wanted: Sequence[str],
    said: Sequence[str],
    *,
    missing: Callable[[str], float],
    added: Callable[[str], float],
    other: Callable[[str, str], float],
) -> float:
    """The cheapest way from `wanted` to `said`."""
    row = [0.0]
    for word in said:
        row.append(row[-1] + added(word))
    for word in wanted:
        above, row = row, [row[0] + missing(word)]
        for column, heard in enumerate(said, start=1):
            changed = above[column - 1] + (0.0 if word == heard else other(word, heard))
            row.append(min(above[column] + missing(word), row[-1] + added(heard), changed))
    return row[-1]
