"""What `learning.progress` is told of the lessons that are kept.

Each question goes back to a moment, so that it costs no more however many lessons there are.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, TurnRecord
from tutor_tui.core.local_time import local_time
from tutor_tui.learning.fluency import fluency_of
from tutor_tui.learning.noted_items import note_ids
from tutor_tui.learning.overview import Overview
from tutor_tui.learning.practice import WEEKS, weeks
from tutor_tui.learning.progress import Measured, by_strength, mistakes_by_week, smoothed
from tutor_tui.library import due, rows
from tutor_tui.library.database import opened
from tutor_tui.library.learner import items_of
from tutor_tui.library.practices import practices

_WEEK_S = 7 * 24 * 3_600
_OF_LANGUAGE = "target_language = ? AND began_at >= ?"


class SqliteProgress:
    """Of one file. Where there is none, nothing was done yet."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def mistakes(self, language: str, since: float) -> list[tuple[float, str]]:
        """Each mistake noted since then that was not deleted: when its lesson began (Unix time, s), and its kind."""
        wanted = f"JOIN lesson ON lesson.id = correction.lesson_id WHERE {_OF_LANGUAGE}"
        began = f"SELECT id, began_at FROM lesson WHERE {_OF_LANGUAGE}"
        with opened(self._file) as database:
            at = dict(database.execute(began, (language, since)))
            noted = list(rows.read(database, CorrectionRecord, wanted, (language, since)))
            ids = [(each, note_ids(each, language)) for each in noted]
            gone = items_of(database, frozenset[str]().union(*(of_one for _, of_one in ids)), only_deleted=True)
        return [(float(at[each.lesson_id]), each.kind) for each, of_one in ids if of_one.isdisjoint(gone)]

    def stabilities(self, language: str) -> list[float | None]:
        """How stable each item is in memory, days; None for one that was never reviewed."""
        with opened(self._file) as database:
            wanted = f"SELECT stability_days FROM schedule WHERE language = :language AND {due.ASKED_FOR}"
            found = database.execute(wanted, {"language": language})
            return [None if days is None else float(days) for (days,) in found]

    def measured(self, language: str, since: float, until: float, most: int = 200) -> list[Measured]:
        """How fluent the newest lessons between these two were (Unix time, s), the newest first."""
        with opened(self._file) as database:
            lessons = list(
                rows.read(
                    database,
                    LessonRecord,
                    f"WHERE {_OF_LANGUAGE} AND began_at < ? ORDER BY began_at DESC, id DESC LIMIT ?",
                    (language, since, until, most),
                )
            )
            return [Measured(lesson, fluency_of(KeptLesson(lesson, _turns(database, lesson.id)))) for lesson in lessons]

    def overview(self, language: str, now: float) -> Overview:
        """What has come of the lessons of a language by now (Unix time, s), in the last weeks."""
        since = now - (WEEKS + 1) * _WEEK_S
        shown = [(each.monday, each.minutes) for each in weeks(practices(self._file, since, language), now)]
        strength = {each.value: many for each, many in by_strength(self.stabilities(language)).items()}
        mistakes = mistakes_by_week(self.mistakes(language, since), now)
        measured = self.measured(language, since, now)
        fluent = (each.fluency for each in measured if each.fluency.is_enough)
        voiced = [each.mid_clause_pauses for each in fluent if each.mid_clause_pauses is not None]
        pauses = [(local_time(at).date(), value) for at, value in smoothed(measured, "mid_clause_pauses")]
        return Overview(shown, strength, mistakes, pauses, next(iter(voiced), None), len(voiced))


def _turns(database: sqlite3.Connection, lesson_id: str) -> tuple[TurnRecord, ...]:
    return tuple(rows.read(database, TurnRecord, "WHERE lesson_id = ? ORDER BY place, began_ms", (lesson_id,)))
