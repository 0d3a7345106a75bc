"""`tutor-tui report`: what came of one lesson, in plain lines."""

from __future__ import annotations

import sys

from tutor_tui.app.terminal_lines import beside
from tutor_tui.cli.output import say
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import find_folders
from tutor_tui.core.lesson_summary import end_words
from tutor_tui.core.minutes_text import length_words
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.report import report_lines
from tutor_tui.library.export.facts import date_of, minutes_of
from tutor_tui.library.lessons import LAST, SqliteLibrary
from tutor_tui.library.reports import report_of


def report(options: Options) -> int:
    """Print it. Raises `Problem`."""
    if len(options.kept) > 1:
        title = f"report takes one lesson: {options.kept[1]!r} is too much."
        raise Problem(title, f"Try: tutor-tui report {options.kept[0]}", ExitCode.USAGE)
    file = find_folders().library_file
    kept = SqliteLibrary(file).read(options.kept[0] if options.kept else LAST)
    parts = (kept.lesson.title, date_of(kept.lesson), length_words(minutes_of(kept)), end_words(kept.lesson))
    say(", ".join(filter(None, parts)))
    print()
    before = ""
    for heading, line in report_lines(report_of(file, kept)):
        start = "" if heading == before else heading
        print(beside(f"{start:<{_WIDTH}}", printable_line(line), sys.stdout))
        before = heading
    return int(ExitCode.OK)


_WIDTH = len("To improve  ")
