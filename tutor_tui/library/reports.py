"""A lesson's report, with all that is to be looked up for it."""

from __future__ import annotations

from pathlib import Path

from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.learning.can_dos import how_shown
from tutor_tui.learning.report import NAMED, ComingBack, Report, report, runs_before, was_left_early
from tutor_tui.learning.reviews import day_of, next_day
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.progress import SqliteProgress

_LOOKED_BACK_S = 120 * 24 * 3_600
"""Who spoke a language longer ago was another learner."""
_COMPARED = 30
"""Lessons of the language at most, newest first; those of other tasks among them are left out."""


def report_of(file: Path, kept: KeptLesson) -> Report:
    """The report of a lesson that is kept in this file. Raises `Problem`."""
    lesson, learner = kept.lesson, SqliteLearner(file)
    before = lesson.began_at
    earlier = SqliteProgress(file).measured(lesson.target_language, before - _LOOKED_BACK_S, before, _COMPARED)
    ended_at = before if lesson.ended_at is None else max(before, lesson.ended_at)
    library = SqliteLibrary(file)
    runs = (library.read(each.id) for each in runs_before(lesson, (each.lesson for each in earlier)))
    return report(
        kept,
        earlier,
        learner.evidence_in(lesson.id),
        _coming(learner, lesson.target_language, ended_at),
        next((each for each in runs if not was_left_early(each, kept)), None),
        [how_shown(unit, use) for unit, use in learner.units_in(lesson.id)],
    )


def _coming(learner: SqliteLearner, language: str, ended_at: float) -> ComingBack:
    """What is due on the day after a lesson."""
    tomorrow = next_day(ended_at)
    terms = tuple(each.item.term for each in learner.due(language, tomorrow, NAMED))
    return ComingBack(learner.count_due(language, tomorrow), terms, day_of(tomorrow))
