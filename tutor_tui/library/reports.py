"""A lesson's report, with all that is to be looked up for it."""

from __future__ import annotations

from pathlib import Path

from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.learning.report import Report, report
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.progress import SqliteProgress

_LOOKED_BACK_S = 120 * 24 * 3_600
"""Who spoke a language longer ago was another learner."""
_COMPARED = 30
"""Lessons of the language at most, newest first; those of other tasks among them are left out."""
_DAY_S = 24 * 3_600


def report_of(file: Path, kept: KeptLesson) -> Report:
    """The report of a lesson that is kept in this file. Raises `Problem`."""
    lesson, learner = kept.lesson, SqliteLearner(file)
    before = lesson.began_at
    earlier = SqliteProgress(file).measured(lesson.target_language, before - _LOOKED_BACK_S, before, _COMPARED)
    ended_at = before if lesson.ended_at is None else max(before, lesson.ended_at)
    due_next = learner.count_due(lesson.target_language, ended_at + _DAY_S)
    return report(kept, earlier, learner.evidence_in(lesson.id), due_next)
