"""What is said of a kept lesson in a list and above its words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from textual.content import Content

from tutor_tui.core.lesson_records import KeptLesson, LessonLine, LessonRecord
from tutor_tui.core.lesson_summary import continues_words, counted, end_words, own_lines_words
from tutor_tui.core.local_time import local_time
from tutor_tui.core.minutes_text import length_words
from tutor_tui.core.safe_text import printable_line

_BEFORE_MATCH = 12
"""How many characters of a line that was found stand before what was looked for."""


def list_entry(line: LessonLine, found: str) -> Content:
    """A lesson in the list; `found`: the line with what is looked for."""
    when = local_time(line.lesson.began_at)
    year = "" if when.year == datetime.now(UTC).astimezone().year else f" {when.year}"
    day = f"{when.day:2} {when:%b}{year} {when:%H:%M}  "
    quoted = f"\n  “{found}”" if found else ""
    profile = printable_line(line.lesson.title)
    return Content.assemble((day, "$muted"), profile, "\n  ", (figures(line), "$muted"), quoted)


def figures(line: LessonLine) -> str:
    """How long it was, and what came of it."""
    mistakes = counted(line.corrections, "mistake") if line.corrections else ""
    lines = own_lines_words(line.own_lines)
    sound = "recorded" if line.recorded else ""
    return " · ".join(filter(None, (length_words(line.minutes), lines, mistakes, sound, end_words(line.lesson))))


def all_figures(line: LessonLine) -> str:
    """The same, for who looks closer: who taught, the words that were noted, and what it goes on from."""
    words = counted(line.words, "word") if line.words else ""
    more = (words, printable_line(line.lesson.tutor), printable_line(continues_words(line.lesson)))
    return " · ".join(filter(None, (figures(line), *more)))


def recorded_where(kept: KeptLesson) -> str:
    """In which files its sound is, as a line of its own; empty where it was not recorded."""
    if not kept.recordings:
        return ""
    first, *others = kept.recordings
    start = kept.lesson.id
    return f"\nSound: {first}" + "".join(f" and {start}{each.rpartition(start)[2]}" for each in others)


def title(lesson: LessonRecord) -> Content:
    """Whose lesson it was, and when."""
    when = local_time(lesson.began_at)
    day = f"{when:%A}, {when.day} {when:%B %Y}, {when:%H:%M}"
    return Content.assemble((printable_line(lesson.title), "bold $primary"), f"\n{day}")


def around(text: str, wanted: Sequence[str]) -> str:
    """A line that was found, from a little before the first of the words on."""
    line = printable_line(text)
    at = line.casefold().find(wanted[0].casefold())
    return line if at <= _BEFORE_MATCH else f"…{line[at - _BEFORE_MATCH :]}"
