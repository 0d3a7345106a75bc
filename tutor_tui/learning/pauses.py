"""Where in a turn the learner paused: before which of its words, going by the voice and by what was said.

Nobody tells when each word was spoken: a transcript has no times (ears that have them do not send them). So the words
are laid over the voiced time, each as long as its share of the syllables, and a pause lies where as many of them are
said as of the voice has sounded. From there it goes to the nearest end of a clause that is near enough, or else of a
word. On our recordings of people, who read aloud, the guess before that last step is off by up to 4 % of a turn's
syllables (0.4 of 11; of 59 by 1.3, or 2.1 where short silences count as voice); the four pauses then lie where they
were heard. Whoever drawls before a pause, or fills it with an "um" that is not written down, seems to pause later than
they did.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from tutor_tui.learning.clauses import Part

_NEAR_SHARE = 0.05
"""Of a turn's syllables: so far from the end of a word or a clause a pause may be found and still be at it."""
_NEAR_LEAST, _NEAR_MOST = 1.0, 3.0
"""Syllables: the bounds of that. A pause is never more than three syllables from where it seems to be."""


class Pause(NamedTuple):
    """A silence between two stretches of voice."""

    ms: int
    at: float
    """So many of the turn's syllables are said before it."""
    ends_clause: bool


def near(syllables: float) -> float:
    """How far from where it seems to be a pause may lie, in syllables, in a turn of so many."""
    return min(max(_NEAR_SHARE * syllables, _NEAR_LEAST), _NEAR_MOST)


def pauses(cut: Sequence[Part], spoken: Sequence[tuple[int, int]], word_ends_ms: Sequence[int] = ()) -> Iterator[Pause]:
    """Each silence between two of the stretches of voice in `spoken` (ms), in a turn of the words `cut`.

    `word_ends_ms`: when each of the words ended, on the clock of the voice, where the ears told.
    """
    ends = list(accumulate(part.syllables for part in cut))
    clause_ends = [end for part, end in zip(cut[:-1], ends, strict=False) if part.ends_clause]
    lengths = [end - begin for begin, end in spoken]
    for heard_ms, ((_, until), (after, _)) in zip(accumulate(lengths), pairwise(spoken), strict=False):
        if len(word_ends_ms) == len(cut):
            said = bisect_left(word_ends_ms, (until + after) / 2)
            yield Pause(after - until, ends[said - 1] if said else 0, said == 0 or cut[said - 1].ends_clause)
            continue
        seems = ends[-1] * heard_ms / max(1, sum(lengths))
        ends_clause = _nearest(clause_ends, seems, near(ends[-1]))
        at = ends_clause if ends_clause is not None else _nearest(ends[:-1], seems, near(ends[-1]))
        yield Pause(after - until, seems if at is None else at, ends_clause is not None)


def _nearest(places: Sequence[int], to: float, at_most: float) -> int | None:
    found = min(places, key=lambda place: abs(place - to), default=None)
    return found if found is not None and abs(found - to) <= at_most else None


def longest_before(
    first: float,
    behind: float,
    cut: Sequence[Part],
    spoken: Sequence[tuple[int, int]],
    word_ends_ms: Sequence[int] = (),
) -> int:
    """The longest silence that stands before what is said from `first` until `behind`, or within it, ms; 0 without one.

    Both are places in syllables. A little word may lie between, an article: what was looked for is the word behind it.
    So one that seems to be as near before it as a guess may be wrong counts, too, and none at its end or later.
    """
    earliest = first - near(sum(part.syllables for part in cut))
    found = pauses(cut, spoken, word_ends_ms)
    return max((pause.ms for pause in found if earliest <= pause.at < behind), default=0)
