"""The report of a lesson: what was said and kept, what to mend, and what has grown; and when to do it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, WordRecord
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.local_time import local_time
from tutor_tui.learning.fluency import Fluency, fluency_of
from tutor_tui.learning.items import Evidence, Use
from tutor_tui.learning.progress import FIGURES, Figure, Measured, task_of, usual

_MOST_KEPT = _MOST_TO_MEND = 2
_LEAST_GAIN = 0.1
"""A tenth better than usual: less is chance, a lesson being what it is."""
_GAINS = ("mid_clause_pauses", "mean_run", "articulation_rate", "reply_latency_s", "talk_share", "mattr")
"""What may be told as a gain, the one that tells most of a speaker's ability first (Handley & Wang 2023)."""
AGAIN_FROM_DAYS, AGAIN_UNTIL_DAYS = 1, 3
"""With other tasks between the two, which makes speech faster and with fewer pauses than to repeat it at once
(Languages 2023, 8(4):252, 90 learners).
"""
AGAIN_NOW_SHARE = 0.75
"""Of the time of the first run, where a task is done again at once: as 3 of 4 minutes (Nation 1989, System 17:377)."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One figure that is better than usual."""

    figure: Figure
    now: float
    before: float
    """The median of earlier lessons of the same kind."""
    lessons: int
    """How many those were."""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What a learner is told of one lesson."""

    lesson: LessonRecord
    fluency: Fluency
    kept: tuple[str, ...]
    """At most two quotes of what they said on their own."""
    to_mend: tuple[CorrectionRecord, ...]
    """At most two mistakes, each with the sentence made right."""
    new_words: tuple[WordRecord, ...]
    gain: Gain | None
    due_next: int
    """How many items wait for the next lesson."""
    own_turns: int = 0


def report(
    kept: KeptLesson, earlier: Iterable[Measured] = (), evidence: Sequence[Evidence] = (), due_next: int = 0
) -> Report:
    """The report of a lesson. `earlier`: other lessons; those of the same kind from before it are compared with."""
    fluency = fluency_of(kept)
    same = [
        each.fluency
        for each in earlier
        if task_of(each.lesson) == task_of(kept.lesson) and each.lesson.began_at < kept.lesson.began_at
    ]
    return Report(
        kept.lesson,
        fluency,
        _said_well(kept, evidence),
        _to_mend(kept.corrections, evidence),
        kept.words,
        gain_of(fluency, same),
        due_next,
        sum(turn.role == "learner" and bool(turn.text) for turn in kept.turns),
    )


def _said_well(kept: KeptLesson, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """What was used unprompted, the newest first; without evidence, their longest lines in which nothing was wrong."""
    quotes = [each.quote for each in reversed(evidence) if each.use is Use.INDEPENDENT and each.quote]
    if not quotes:
        wrong = {each.item_id for each in kept.corrections}
        own = [turn for turn in kept.turns if turn.role == "learner" and turn.text and turn.item_id not in wrong]
        quotes = [turn.text for turn in sorted(own, key=lambda turn: -len(turn.text))]
    return tuple(dict.fromkeys(quotes))[:_MOST_KEPT]


def _to_mend(corrections: Sequence[CorrectionRecord], evidence: Sequence[Evidence]) -> tuple[CorrectionRecord, ...]:
    """The newest mistakes whose better form was not used in a later turn."""
    mended = {each.quote.casefold() for each in evidence if each.use is Use.INDEPENDENT}
    open_ones = [each for each in corrections if each.better and each.better.casefold() not in mended]
    return tuple({each.better: each for each in reversed(open_ones)}.values())[:_MOST_TO_MEND]


def gain_of(now: Fluency, earlier: Sequence[Fluency]) -> Gain | None:
    """The first of the figures that is better than usual by a tenth; None where none is, or nothing can be said."""
    if not now.is_enough:
        return None
    lessons = sum(each.is_enough for each in earlier)
    for figure in sorted((each for each in FIGURES if each.name in _GAINS), key=lambda each: _GAINS.index(each.name)):
        value, before = getattr(now, figure.name), usual(figure.name, earlier)
        if value is not None and before and (value - before) * figure.better >= _LEAST_GAIN * before:
            return Gain(figure, value, before, lessons)
    return None


# ---- again ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A figure of two runs of the same task."""

    figure: Figure
    first: float | None
    again: float | None


def side_by_side(first: Fluency, again: Fluency) -> tuple[SideBySide, ...]:
    """The figures of two runs, those that neither has left out."""
    rows = (SideBySide(each, getattr(first, each.name), getattr(again, each.name)) for each in FIGURES)
    return tuple(each for each in rows if each.first is not None or each.again is not None)


def is_same_task(first: LessonRecord, again: LessonRecord) -> bool:
    """Whether one lesson repeated the other: the same kind of task, and the same script where one was walked."""
    return task_of(first) == task_of(again) and first.offline_lesson == again.offline_lesson


def due_again(lessons: Iterable[LessonRecord], now: float) -> LessonRecord | None:
    """The lesson to repeat now (Unix time, s), the oldest that is due; None where none is.

    One to three days after it, by the calendar, and only one that was not held again since.
    """
    today = local_time(now).date()
    newest_first = sorted(lessons, key=lambda each: each.began_at, reverse=True)
    found = None
    for place, lesson in enumerate(newest_first):
        days = (today - local_time(lesson.began_at).date()).days
        if days > AGAIN_UNTIL_DAYS:
            break
        repeated = any(is_same_task(lesson, later) for later in newest_first[:place])
        if days >= AGAIN_FROM_DAYS and not repeated:
            found = lesson
    return found


# ---- in words -------------------------------------------------------------------------------------------------------


def shown(figure: Figure, value: float | None) -> str:
    """A figure with its unit: "3.2 syllables/s"; "–" for what is not known."""
    return "–" if value is None else f"{value * figure.factor:.{figure.digits}f} {figure.unit}"


def report_lines(told: Report) -> Iterator[tuple[str, str]]:
    """The report as headings and lines, each to be shown as one paragraph: (heading, line), the heading once."""
    fluency = told.fluency
    if fluency.phonation_ms:
        share = "" if fluency.talk_share is None else f", {100 * fluency.talk_share:.0f} % of the talk"
        yield "You spoke", f"{fluency.speaking_minutes:.1f} min{share}."
    else:
        yield "You said", f"{counted(told.own_turns, 'line')}; how long you spoke was not measured."
    yield from (("Said well", f"“{quote}”") for quote in told.kept)
    yield from (("To mend", f"“{each.said}” → “{each.better}”{_why(each)}") for each in told.to_mend)
    if told.new_words:
        yield (
            "New words",
            ", ".join(f"{each.term} ({each.meaning})" if each.meaning else each.term for each in told.new_words),
        )
    if told.gain is not None:
        gain = told.gain
        before = f"{shown(gain.figure, gain.before)} in {counted(gain.lessons, 'earlier lesson')} like it"
        yield "Grown", f"{gain.figure.title}: {shown(gain.figure, gain.now)}; {before}."
    yield "Next", _next(told.due_next)


def _why(correction: CorrectionRecord) -> str:
    return f" ({correction.why})" if correction.why else ""


def _next(due: int) -> str:
    return f"{counted(due, 'item')} will come back in the next lessons." if due else "Nothing is due yet."
