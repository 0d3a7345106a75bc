"""What has come of the lessons, as pictures with figures and dates, each with a sentence on what it shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.fluency import LEAST_PHONATION_MS
from tutor_tui.learning.overview import Overview
from tutor_tui.learning.progress import LEAST_LESSONS
from tutor_tui.ui.charts import bar, columns

WIDE = 70
"""Cells for a picture, where there is room."""
_NAME_CELLS = 14
_BAR_CELLS = 24
_COLUMN_CELLS = 4
"""A figure above each column, and the day of its month below, have as many."""
_TWO_DIGITS = 99.95
"""What is less has room for a digit behind the point."""
_WEEK_CELLS = 4
"""Of a mistake: how high, how many, and what holds them apart."""
_SUM_CELLS = 6
_KINDS = 4
_ROWS = 3


class Picture(NamedTuple):
    """One picture: its heading, what it says, and its lines."""

    heading: str
    sentence: str
    lines: tuple[str, ...]


def pictures(overview: Overview, cells: int = WIDE) -> Iterator[Picture]:
    """Those for which there is something to draw, at most so many cells wide; the oldest gives way."""
    yield from _minutes(overview, cells)
    yield from _strength(overview)
    yield from _mistakes(overview, cells)
    yield from _pauses(overview, cells)


def _minutes(overview: Overview, cells: int) -> Iterator[Picture]:
    minutes = [each for _, each in overview.weeks]
    if not any(minutes):
        return
    sentence = f"{minutes[-1]:.0f} min this week; {sum(minutes):.0f} min in the last {counted(len(minutes), 'week')}."
    # On a line of its own, and first there: no line ends between the dots and what they stand for.
    sentence += f"\n{overview.goal}: your goal, in all languages." if overview.goal else ""
    latest = overview.weeks[-_fitting(cells) :]
    figures = [f"{each:.0f}" if each else "" for _, each in latest]
    yield Picture("Minutes a week", sentence, _columns(latest, figures))


def _strength(overview: Overview) -> Iterator[Picture]:
    if not (total := sum(overview.strength.values())):
        return
    most = max(overview.strength.values())
    sentence = f"{counted(total, 'item')}: how long you will remember them without practice."
    rows = (f"{_named(name)}{bar(number, most, _BAR_CELLS)} {number}" for name, number in overview.strength.items())
    yield Picture("Words and mistakes kept", sentence, tuple(rows))


def _mistakes(overview: Overview, cells: int) -> Iterator[Picture]:
    if not overview.mistakes:
        return
    sums = {kind: sum(weeks) for kind, weeks in overview.mistakes.items()}
    top = next(iter(sums))
    sentence = f"Noted week by week; most often {top or 'other'}: {sums[top]} of {sum(sums.values())}."
    weeks = max(1, (cells - _NAME_CELLS - _SUM_CELLS) // _WEEK_CELLS)
    shown = [(kind, numbers[-weeks:]) for kind, numbers in list(overview.mistakes.items())[:_KINDS]]
    rows = (f"{_named(kind)}{_sparkline(numbers)}= {sums[kind]}" for kind, numbers in shown)
    mondays = [monday for monday, _ in overview.weeks[-len(shown[0][1]) :]]
    dates = (" " * _NAME_CELLS + line for line in _dates(mondays, _WEEK_CELLS))
    yield Picture("Mistakes by kind", sentence, (*rows, *dates))


def _pauses(overview: Overview, cells: int) -> Iterator[Picture]:
    heading = "Pauses within a clause"
    if not overview.pauses:
        if any(minutes for _, minutes in overview.weeks):
            yield Picture(heading, _too_little_voice(overview), ())
        return
    (first, before), (_, now) = overview.pauses[0], overview.pauses[-1]
    newest = "" if overview.last_pauses is None else f" (the newest alone: {overview.last_pauses:.1f})"
    sentence = f"{now:.1f} a minute of speech, the median of your last {LEAST_LESSONS} lessons{newest}"
    sentence += f"; {before:.1f} by {first.day} {first:%B}" if len(overview.pauses) > 1 else ""
    latest = overview.pauses[-_fitting(cells) :]
    figures = [f"{each:.{1 if each < _TWO_DIGITS else 0}f}" for _, each in latest]
    yield Picture(heading, f"{sentence}. Fewer is more fluent.", _columns(latest, figures))


def _too_little_voice(overview: Overview) -> str:
    seconds = LEAST_PHONATION_MS // 1_000
    needed = f"{counted(LEAST_LESSONS, 'lesson')} in which you speak for {seconds} s or more"
    return (
        f"Too little voice for a picture yet: it takes {needed}, and so far you have had {overview.voiced or 'none'}."
    )


# ---- their lines ----------------------------------------------------------------------------------------------------


def _fitting(cells: int) -> int:
    """How many columns have room."""
    return max(1, (cells + 1) // (_COLUMN_CELLS + 1))


def _columns(shown: Sequence[tuple[date, float]], figures: Sequence[str]) -> tuple[str, ...]:
    """Columns with a figure above each and its date below."""
    heads = " ".join(figure.center(_COLUMN_CELLS) for figure in figures)
    drawn = columns([value for _, value in shown], _ROWS, _COLUMN_CELLS)
    lines = (heads, *drawn, *_dates([day for day, _ in shown], _COLUMN_CELLS + 1, indent=1))
    return tuple(line.rstrip() for line in lines)


def _dates(days: Sequence[date], cells: int, indent: int = 0) -> tuple[str, str]:
    """The day of the month below each of them, so many cells apart, and below that each month where it begins."""
    numbers = "".join(f"{' ' * indent}{day.day}".ljust(cells) for day in days)
    months = ""
    for place, day in enumerate(days):
        is_new = place == 0 or day.month != days[place - 1].month
        if is_new and len(months) <= place * cells:
            months = f"{months:{place * cells}}{day:%b} "
    return numbers.rstrip(), months.rstrip()


def _sparkline(numbers: Sequence[int]) -> str:
    """How many there were in each week, as a height and as a figure."""
    heights = columns(numbers, 1, 1, gap=0)[0]
    pairs = zip(heights, numbers, strict=True)
    return "".join((f"{height}{number}" if number else "·").ljust(_WEEK_CELLS) for height, number in pairs)


def _named(name: str) -> str:
    return printable_line(name or "other")[: _NAME_CELLS - 1].ljust(_NAME_CELLS)
