"""How good is an answer? Right, right but for a slip, nearly, or something else."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import TypeAlias

from tutor_tui.offline_server.lesson.answer_patterns import Pattern
from tutor_tui.offline_server.lesson.normalise import UNSPACED, key, words


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
"""Words shorter than this have too many neighbours to know a slip from another word."""
_SLIP_JAMO = 8
_SLIP_COST = 0.25


def matches(text: str, patterns: Iterable[Pattern], language: str) -> bool:
    """Whether `text` is exactly one of the sentences, or begins an open pattern and goes on."""
    said = key(text, language)
    return bool(said) and any(_matches(said, pattern, language) for pattern in patterns)


def _matches(said: str, pattern: Pattern, language: str) -> bool:
    sentences = (key(sentence, language) for sentence in pattern.sentences)
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
    compare = _compared_by_letters if language in UNSPACED else _compared_by_words
    closed = [sentence for pattern in patterns if not pattern.open for sentence in pattern.sentences]
    if not closed:
        return Judgement(Verdict.OTHER)
    graded = zip(compare(text, closed, language), closed, strict=True)
    (share, only_slips), nearest = min(graded, key=lambda entry: entry[0][0])
    if only_slips:
        return Judgement(Verdict.SLIP if share > 0 else Verdict.RIGHT, nearest)
    return Judgement(Verdict.NEARLY if share <= NEARLY_SHARE else Verdict.OTHER, nearest)


Comparison: TypeAlias = "tuple[float, bool]"
"""Share of the words that differ, and whether the differences are slips only."""


def _compared_by_words(text: str, sentences: Sequence[str], language: str) -> Iterator[Comparison]:
    """`text` beside each of the sentences."""
    said = words(text, language)
    many = [words(sentence, language) for sentence in sentences]
    for wanted, cost in zip(many, _costs(many, said, HARMLESS, _changed_word), strict=True):
        yield cost / max(1, len(wanted)), cost < 1 and cost / len(wanted) <= _SLIP_COST


def _compared_by_letters(text: str, sentences: Sequence[str], language: str) -> Iterator[Comparison]:
    """The same by letters; those of Hangul are taken apart, so that one wrong vowel is one slip."""
    said = unicodedata.normalize("NFD", key(text, language))
    many = [unicodedata.normalize("NFD", key(sentence, language)) for sentence in sentences]
    for wanted, cost in zip(many, _costs(many, said), strict=True):
        small = cost <= 1 and language == "ko" and len(wanted) >= _SLIP_JAMO
        yield cost / max(1, len(wanted)), small or cost == 0


@lru_cache(maxsize=4096)  # the same few words meet in all the sentences of a question
def _changed_word(wanted: str, said: str) -> float:
    return _SLIP_COST if _slip(wanted, said) else 1.0


def _slip(wanted: str, said: str) -> bool:
    """One letter wrong, missing, doubled or swapped, inside a word; its end is left to grammar."""
    if min(len(wanted), len(said)) < SLIP_LETTERS or wanted[-1] != said[-1]:
        return False
    swapped = [
        wanted[:place] + wanted[place + 1] + wanted[place] + wanted[place + 2 :] for place in range(len(wanted) - 1)
    ]
    return said in swapped or _letters_between(wanted, said) <= 1


def _letters_between(one: str, another: str) -> float:
    return next(_costs([one], another))


def _costs(
    many: Iterable[Sequence[str]],
    said: Sequence[str],
    harmless: Collection[str] = (),
    changed: Callable[[str, str], float] = lambda wanted, said: 1.0,
) -> Iterator[float]:
    """For each wanted one, the cheapest way from there to what was said.

    A word that is missing or added costs 1 (0 if it is harmless), one for another what `changed` says. Sentences of a
    pattern mostly begin like the one before: that part is not compared again, which makes 500 of them a matter of
    milliseconds.
    """
    rows: list[list[float]] = []
    before: Sequence[str] = ()
    added: list[float] = []
    exchanges: dict[str, list[float]] = {}
    for wanted in many:
        adding = [0.0 if word in harmless and word not in wanted else 1.0 for word in said]
        if adding != added or not rows:
            rows, before, added = [[0.0, *accumulate(adding)]], (), adding
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, wanted, strict=False)))
        del rows[same + 1 :]
        for word in wanted[same:]:
            if word not in exchanges:
                exchanges[word] = [0.0 if word == heard else changed(word, heard) for heard in said]
            rows.append(_next_row(rows[-1], exchanges[word], adding))
        before = wanted
        yield rows[-1][-1]


def _next_row(above: list[float], exchange: list[float], adding: list[float]) -> list[float]:
    """With one more word wanted: the costs up to each of the words said."""
    row = [above[0] + 1.0]
    for column, (exchanged, added) in enumerate(zip(exchange, adding, strict=True)):
        cost = above[column] + exchanged
        if (missing := above[column + 1] + 1.0) < cost:
            cost = missing
        if (more := row[column] + added) < cost:
            cost = more
        row.append(cost)
    return row
