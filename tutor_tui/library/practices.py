"""The lessons that are kept as time. Loads little: a shell's prompt may ask for it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from tutor_tui.core.weekly_goal import WeeklyGoal
from tutor_tui.learning.practice import Practice, Week, active_minutes, weeks
from tutor_tui.library.database import opened

_WEEK_S = 8 * 24 * 3_600
"""A week, and the hour by which a clock is set for summer."""
_SPANS = """
SELECT lesson.id, lesson.began_at, (lesson.ended_at - lesson.began_at) * 1000, turn.began_ms, turn.ended_ms
FROM lesson JOIN turn ON turn.lesson_id = lesson.id
WHERE lesson.began_at >= ? AND (? = '' OR lesson.target_language = ?) AND EXISTS (
    SELECT 1 FROM turn AS own WHERE own.lesson_id = lesson.id AND own.role = 'learner' AND own.text != ''
)
ORDER BY lesson.began_at, lesson.id
"""


def practices(file: Path, since: float, language: str = "") -> list[Practice]:
    """The lessons since then (Unix time, s) in which the learner said something, the oldest first; of that language
    (ISO 639-1), or of all. Raises `Problem`.
    """
    with opened(file) as database:
        found = database.execute(_SPANS, (since, language, language)).fetchall()
    return [
        Practice(float(began_at), active_minutes([*_ends(length_ms), *((began, ended) for *_, began, ended in spans)]))
        for (_, began_at, length_ms), spans in groupby(found, key=lambda row: row[:3])
    ]


def _ends(length_ms: float | None) -> list[tuple[int, int]]:
    """Beginning and end of a lesson, as if something were said there: so it is as long as the history says, but for
    long silences. Where the end is not known, it lasts until the last line.
    """
    return [(0, 0), *([] if length_ms is None else [(round(length_ms), round(length_ms))])]


def this_week(file: Path, now: float) -> Week:
    """The week of `now` (Unix time, s) so far, in all languages. Raises `Problem`."""
    (week,) = weeks(practices(file, now - _WEEK_S), now, 1)
    return week


def goal_line(file: Path, goal: WeeklyGoal | None, now: float) -> str:
    """How far this week has come by the goal, for people; empty without one. Raises `Problem`."""
    return goal.line(goal.done(this_week(file, now).minutes_by_day)) if goal else ""
