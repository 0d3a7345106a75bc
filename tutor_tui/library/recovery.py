"""What an earlier start left behind: lessons that were broken off, and journals of what could not be kept then."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutor_tui.core.lesson_records import LessonRecord, TurnRecord, lesson_id_of
from tutor_tui.learning.items import Evidence, Item
from tutor_tui.learning.learner import keep_changes
from tutor_tui.library import overflow_journal, recordings, rows
from tutor_tui.library.database import MARK, mark_of
from tutor_tui.library.learner import SqliteChange
from tutor_tui.library.transaction import in_one_go
from tutor_tui.library.under_way import is_under_way

PARTS = (MARK, "-wal", "-shm", "-journal", "")
"""What the names of a library's files end in; the file itself comes last."""
DAMAGED = "damaged"
"""In the name of a library that was put aside."""
_BATCH = 1_000
_NOTHING_SAID = "NOT EXISTS (SELECT 1 FROM turn WHERE turn.lesson_id = lesson.id AND role = 'learner' AND text != '')"


def take_in_journals(database: sqlite3.Connection, data: Path, locks: Path) -> int:
    """Take in and remove the journals of lessons that are over; how many lessons they were.

    Raises `sqlite3.Error`; a journal is only removed when the library has all of it.
    """
    taken = 0
    for file in overflow_journal.left_behind(data):
        lesson_id = file.name.removesuffix(overflow_journal.SUFFIX)
        if is_under_way(locks, lesson_id):
            continue
        try:
            found = list(overflow_journal.records_in(file))
        except OSError:
            continue
        _take_in_learnt(database, [each for each in found if isinstance(each, Item | Evidence)])
        records = [each for each in found if not isinstance(each, Item | Evidence)]
        known = {each.id for each in records if isinstance(each, LessonRecord)}
        known |= {row[0] for row in database.execute("SELECT id FROM lesson WHERE id = ?", (lesson_id,))}
        whole = [each for each in records if lesson_id_of(each) in known]
        whole.sort(key=lambda each: not isinstance(each, LessonRecord))  # what belongs to a lesson comes behind it
        for start in range(0, len(whole), _BATCH):
            with in_one_go(database):
                rows.write(database, whole[start : start + _BATCH])
        file.unlink(missing_ok=True)
        taken += bool(whole)
    return taken


def _take_in_learnt(database: sqlite3.Connection, changes: list[Item | Evidence]) -> None:
    """As if it had been kept when it came: what is there already changes nothing."""
    if changes:
        with in_one_go(database):
            keep_changes(SqliteChange(database), changes)


def recover(database: sqlite3.Connection, locks: Path) -> list[LessonRecord]:
    """End the lessons that were broken off, and forget the empty ones; the others, newest first."""
    broken = [
        lesson
        for lesson in rows.read(database, LessonRecord, "WHERE ended_at IS NULL ORDER BY began_at DESC")
        if not is_under_way(locks, lesson.id)
    ]
    found = []
    for lesson in broken:
        with in_one_go(database):
            if forget_if_empty(database, locks.parent, lesson.id):
                continue
            ended = replace(lesson, ended_at=_last_sign(database, lesson), recovered=True)
            turns = rows.read(database, TurnRecord, "WHERE lesson_id = ? AND state = 'open'", (lesson.id,))
            rows.write(database, [ended, *[replace(turn, state="lost") for turn in list(turns)]])
            found.append(ended)
    return found


def forget_if_empty(database: sqlite3.Connection, data: Path, lesson_id: str) -> bool:
    """Forget a lesson without a word of the learner's and without a recording in the folder `data`; whether it was one.

    Not every tutor writes down what is said: a recording may be all there is of it.
    """
    if recordings.files_of(data, lesson_id):
        return False
    return database.execute(f"DELETE FROM lesson WHERE id = ? AND {_NOTHING_SAID}", (lesson_id,)).rowcount > 0


def _last_sign(database: sqlite3.Connection, lesson: LessonRecord) -> float:
    """Unix time, s, of the last that is known of it."""
    in_time = (lesson.id, lesson.began_at, rows.END_OF_TIME)
    last = database.execute("SELECT max(at) FROM event WHERE lesson_id = ? AND at BETWEEN ? AND ?", in_time)
    return float(last.fetchone()[0] or lesson.began_at)


def put_aside(file: Path) -> Path:
    """Move a damaged library out of the way, with what belongs to it; where to. Raises `OSError`."""
    mark_of(file).unlink(missing_ok=True)
    aside = name_aside(file, DAMAGED)
    for ending in PARTS:
        part = file.with_name(file.name + ending)
        if part.exists():
            part.rename(file.with_name(aside.name + ending))
    return aside


def name_aside(path: Path, why: str) -> Path:
    """A free name beside `path`, with the reason and the moment in it, for what is to stand there no longer."""
    moment = datetime.now(UTC)
    while True:
        aside = path.with_name(f"{path.stem}.{why}-{moment:%Y%m%d-%H%M%S}{path.suffix}")
        if not os.path.lexists(aside):
            return aside
        moment += timedelta(seconds=1)
