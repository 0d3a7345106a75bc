"""What has come of the lessons so far: words, mistakes and pauses over time, compared with nobody but the learner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.local_time import local_time
from tutor_tui.core.weekly_goal import monday_of
from tutor_tui.learning.fluency import Fluency
from tutor_tui.learning.practice import WEEKS, weeks

LEAST_LESSONS = 3
"""Of fewer lessons there is no median to compare with."""


# ---- items ----------------------------------------------------------------------------------------------------------


class Strength(StrEnum):
    """How well an item is remembered, by FSRS's stability: after so long it is still known with a chance of 90 %."""

    NEW = "new"
    """Never reviewed."""
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    LASTING = "half a year"


_FROM_DAYS: Mapping[Strength, float] = {Strength.LASTING: 180, Strength.MONTHS: 30, Strength.WEEKS: 7, Strength.DAYS: 0}
"""From how many days of stability on; a card of Anki's is mature from 21 days on, which lies in between."""


def strength_of(stability_days: float | None) -> Strength:
    """The class of an item; None for one that was never reviewed."""
    if stability_days is None:
        return Strength.NEW
    return next((each for each, days in _FROM_DAYS.items() if stability_days >= days), Strength.DAYS)


def by_strength(stabilities: Iterable[float | None]) -> Mapping[Strength, int]:
    """How many items there are of each class, the weakest class first."""
    counted = Counter(map(strength_of, stabilities))
    return {each: counted[each] for each in Strength}


# ---- mistakes -------------------------------------------------------------------------------------------------------


def mistakes_by_week(
    noted: Iterable[tuple[float, str]], now: float, most: int = WEEKS
) -> Mapping[str, tuple[int, ...]]:
    """Of each kind, how many mistakes were noted in each of the last weeks, the oldest first; the most frequent kind
    first. `noted`: when (Unix time, s) and of which kind (`core.tools.CORRECTION_KINDS`).
    """
    mondays = {each.monday: place for place, each in enumerate(weeks((), now, most))}
    counts: dict[str, list[int]] = {}
    for at, kind in noted:
        place = mondays.get(monday_of(local_time(at).date()))
        if place is not None:
            counts.setdefault(kind, [0] * most)[place] += 1
    return {kind: tuple(counts[kind]) for kind in sorted(counts, key=lambda kind: (-sum(counts[kind]), kind))}


# ---- fluency --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Measured:
    """A lesson, and how fluent it was."""

    lesson: LessonRecord
    fluency: Fluency


def task_of(lesson: LessonRecord) -> tuple[str, str, bool, str]:
    """What kind of task a lesson was: the language, the profile, whether a script was walked, and the kind of drill.

    Fluency depends on the task (Skehan 2009, Applied Linguistics 30:510), so only the same kind is compared.
    """
    return lesson.target_language, lesson.profile_key or lesson.profile, bool(lesson.offline_lesson), lesson.drill


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of fluency, for people."""

    name: str
    """The property of `Fluency`."""
    title: str
    unit: str
    digits: int
    better: int
    """1 where more of it is better, -1 where less is, 0 where neither is."""
    factor: float = 1.0
    """What it is shown in: 100 for a share as a percentage."""


FIGURES: tuple[Figure, ...] = (
    Figure("speaking_minutes", "You spoke", "min", 1, 1),
    Figure("talk_share", "Your share of the talk", "%", 0, 1, 100),
    Figure("articulation_rate", "Speed, pauses left out", "syllables/s", 1, 1),
    Figure("mid_clause_pauses", "Pauses within a clause", "a minute", 1, -1),
    Figure("mean_run", "From pause to pause", "syllables", 1, 1),
    Figure("phonation_ratio", "Voice in your turns", "%", 0, 1, 100),
    Figure("end_clause_pause_s", "A pause between clauses", "s", 1, 0),
    Figure("reply_latency_s", "Until you answer", "s", 1, -1),
    Figure("mattr", "Different words in 50", "%", 0, 1, 100),
)
"""What is shown of a lesson, in this order."""


def usual(name: str, measured: Iterable[Fluency]) -> float | None:
    """The median of a figure over lessons in which enough was said; None below `LEAST_LESSONS` of them."""
    values = [value for each in measured if each.is_enough and (value := getattr(each, name)) is not None]
    return median(values) if len(values) >= LEAST_LESSONS else None


def smoothed(measured: Sequence[Measured], name: str) -> tuple[tuple[float, float], ...]:
    """A figure over time: when each lesson was, and the median of it and the two before it, the oldest first."""
    known = [
        (each.lesson.began_at, value)
        for each in sorted(measured, key=lambda each: each.lesson.began_at)
        if each.fluency.is_enough and (value := getattr(each.fluency, name)) is not None
    ]
    return tuple(
        (known[place][0], median(value for _, value in known[place - LEAST_LESSONS + 1 : place + 1]))
        for place in range(LEAST_LESSONS - 1, len(known))
    )
