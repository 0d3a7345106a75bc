"""The report of a lesson: what was said and kept, what to mend, and what has grown; and when to do it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tutor_tui.core.assent import without_yes
from tutor_tui.core.heard_words import accepted_in
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, WordRecord
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.local_time import local_time
from tutor_tui.core.minutes_text import length_words, spoken_words
from tutor_tui.learning.fluency import Fluency, fluency_of
from tutor_tui.learning.items import Evidence, Use, term_key
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
_TIMES_AS_LONG = 2
NAMED = 3
"""So many of the items that come back are named at most."""
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
class ComingBack:
    """What waits for the lessons to come."""

    number: int
    """How many items are due later than now."""
    terms: tuple[str, ...]
    """The first of them."""
    day: date
    """They are due from then on, by the learner's calendar."""
    due_now: int = 0
    """How many are due already; `terms` begins with these."""


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
    own_turns: int
    all_typed: bool
    """None of them was spoken."""
    coming: ComingBack | None
    is_past: bool = False
    """Its day is over: what comes back is told by what has happened since, and not by this lesson."""
    mended: tuple[tuple[str, str], ...] = ()
    """What has become of mistakes in it (`uptake_lines`)."""
    units: tuple[str, ...] = ()
    """How the task of each unit went that was done in it (`can_dos.how_shown`)."""
    runs: tuple[Pair, ...] = ()
    """Figures of this lesson beside those of the run of the same task before it; none where there was none."""


def report(
    kept: KeptLesson,
    earlier: Iterable[Measured] = (),
    evidence: Sequence[Evidence] = (),
    coming: ComingBack | None = None,
    first: KeptLesson | None = None,
    units: Sequence[str] = (),
    mended: Sequence[tuple[str, str]] = (),
    *,
    is_past: bool = False,
) -> Report:
    """The report of a lesson. `earlier`: other lessons; those of the same kind from before it are compared with.
    `first`: the lesson that this one did again (`runs_before`). `units`: how the tasks of its units went.
    """
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
        _own_lines(kept),
        all(turn.typed for turn in kept.turns if turn.role == "learner" and turn.text),
        coming,
        is_past,
        tuple(mended),
        tuple(units),
        () if first is None else tuple(_runs(first, kept)),
    )


def _said_well(kept: KeptLesson, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """What the tutor took for right where it says so, as the offline guide does; of others, what was used unprompted,
    or else their lines in which nothing was corrected. What was spoken comes before what was typed, the longest first.
    """
    own = {turn.item_id: turn for turn in kept.turns if turn.role == "learner" and turn.text}
    accepted = [(turn, words) for turn in own.values() if (words := accepted_in(turn.clearness))]
    used = [
        (own[each.turn_id], each.quote)
        for each in evidence
        if each.use is Use.INDEPENDENT and each.quote and each.turn_id in own
    ]
    wrong = {each.item_id for each in kept.corrections}
    uncorrected = [(turn, turn.text) for turn in own.values() if turn.item_id not in wrong]
    told = accepted if kept.lesson.offline_lesson else used or uncorrected
    told.sort(key=lambda each: (each[0].typed, -len(each[1])))
    return tuple(dict.fromkeys(words for _, words in told))[:_MOST_KEPT]


def _to_mend(corrections: Sequence[CorrectionRecord], evidence: Sequence[Evidence]) -> tuple[CorrectionRecord, ...]:
    """The newest mistakes whose better form was not used in a later turn."""
    mended = {term_key(each.quote) for each in evidence if each.use is Use.INDEPENDENT}
    open_ones = [each for each in corrections if each.better and term_key(without_yes(each.better)) not in mended]
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


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of two runs, in words."""

    title: str
    first: str
    again: str


def _runs(first: KeptLesson, again: KeptLesson) -> Iterator[Pair]:
    """What is known of two runs, whether they were spoken or typed."""
    began = [local_time(each.lesson.began_at) for each in (first, again)]
    hour = ", %H:%M" if began[0].date() == began[1].date() else ""
    yield Pair("When", *(f"{at.day} {at:%B{hour}}" for at in began))
    lengths = [_minutes(each) for each in (first, again)]
    if None not in lengths:
        yield Pair("Length", *(length_words(minutes) for minutes in lengths if minutes is not None))
    yield Pair("Your lines", *(str(_own_lines(each)) for each in (first, again)))
    yield Pair("Mistakes noted", *(str(len(each.corrections)) for each in (first, again)))
    figures = [fluency_of(each) for each in (first, again)]
    if all(each.phonation_ms for each in figures):
        for row in side_by_side(*figures):
            yield Pair(row.figure.title, shown(row.figure, row.first), shown(row.figure, row.again))


def _own_lines(kept: KeptLesson) -> int:
    return sum(turn.role == "learner" and bool(turn.text) for turn in kept.turns)


def _minutes(kept: KeptLesson) -> float | None:
    """How long a lesson was; None while it goes on, and where it was broken off."""
    lesson = kept.lesson
    return None if lesson.ended_at is None else (lesson.ended_at - lesson.began_at) / 60


def runs_before(again: LessonRecord, earlier: Iterable[LessonRecord]) -> Iterator[LessonRecord]:
    """The lessons before it that a lesson did again, at once or some days later, the newest first. What was broken off
    was no run of the task.
    """
    day = local_time(again.began_at).date()
    for lesson in sorted(earlier, key=lambda each: each.began_at, reverse=True):
        days = (day - local_time(lesson.began_at).date()).days
        is_before = lesson.began_at < again.began_at and days <= AGAIN_UNTIL_DAYS
        if is_before and is_same_task(lesson, again) and not lesson.recovered:
            yield lesson


def was_left_early(first: KeptLesson, again: KeptLesson) -> bool:
    """Whether a first run was given up: the second is meant to be the shorter one, and has twice as many lines."""
    return _own_lines(again) > _TIMES_AS_LONG * _own_lines(first)


def is_same_task(first: LessonRecord, again: LessonRecord) -> bool:
    """Whether one lesson repeated the other: the same kind of task, and the same script where one was walked. A drill
    repeats none: what it asks for is what is due.
    """
    return not again.drill and task_of(first) == task_of(again) and first.offline_lesson == again.offline_lesson


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
        if days >= AGAIN_FROM_DAYS and not (repeated or lesson.drill):
            found = lesson
    return found


# ---- in words -------------------------------------------------------------------------------------------------------


def shown(figure: Figure, value: float | None) -> str:
    """A figure with its unit: "3.2 syllables/s"; "–" for what is not known."""
    if value is None:
        return "–"
    if figure.unit == "min":
        return spoken_words(value)
    return f"{value * figure.factor:.{figure.digits}f} {figure.unit}"


def report_lines(told: Report) -> Iterator[tuple[str, str]]:
    """The report as headings and lines, each to be shown as one paragraph: (heading, line), the heading once."""
    fluency = told.fluency
    if fluency.phonation_ms:
        share = "" if fluency.talk_share is None else f", {100 * fluency.talk_share:.0f} % of the talk"
        yield "You spoke", f"{spoken_words(fluency.speaking_minutes)}{share}."
    else:
        how = ", in writing" if told.all_typed and told.own_turns else "; how long you spoke was not measured"
        yield "You said", f"{counted(told.own_turns, 'line')}{how}."
    yield from (("Said well", f"“{quote}”") for quote in told.kept)
    yield from (("To improve", f"“{each.said}” → “{each.better}”{_why(each)}") for each in told.to_mend)
    yield from told.mended
    yield from (("Unit", each) for each in told.units)
    if told.new_words:
        yield (
            "New words",
            ", ".join(f"{each.term} ({each.meaning})" if each.meaning else each.term for each in told.new_words),
        )
    if told.gain is not None:
        gain = told.gain
        before = f"{shown(gain.figure, gain.before)} in {counted(gain.lessons, 'earlier lesson')} like it"
        yield "Grown", f"{gain.figure.title}: {shown(gain.figure, gain.now)}; {before}."
    if not told.is_past:
        yield "Next", _next(told.coming)
    if not told.lesson.drill:  # what was missed in one comes back by itself
        yield "Again", _again(told.lesson)
    # A dozen figures: last, so that the rest stands on a small screen without scrolling.
    yield from (("Both runs", f"{each.title}: {each.first} → {each.again}") for each in told.runs)


def _again(lesson: LessonRecord) -> str:
    day = local_time(lesson.began_at).date()
    first, last = (day + timedelta(days) for days in (AGAIN_FROM_DAYS, AGAIN_UNTIL_DAYS))
    return f"The same task once more, best from {first.day} {first:%B} to {last.day} {last:%B}."


def _why(correction: CorrectionRecord) -> str:
    return f" ({correction.why})" if correction.why else ""


def _next(coming: ComingBack | None) -> str:
    if coming is None or not (coming.number or coming.due_now):
        return "Nothing is due yet."
    day = f"{coming.day.day} {coming.day:%B}"
    come = "comes" if coming.number == 1 else "come"
    if not coming.due_now:
        return f"{_named(coming.terms, coming.number)} {come} back from {day} on."
    now = f"{_named(coming.terms, coming.due_now)} {'is' if coming.due_now == 1 else 'are'} due now"
    return f"{now}; {coming.number} more {come} back from {day} on." if coming.number else f"{now}."


def _named(terms: Sequence[str], number: int) -> str:
    """So many items, the first of them by name."""
    named = [f"“{term}”" for term in terms[: min(number, NAMED)]]
    more = [f"{number - len(named)} more"] if number > len(named) else []
    *most, last = named + more
    return f"{', '.join(most)} and {last}" if most else last
