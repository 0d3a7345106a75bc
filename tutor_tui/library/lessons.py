"""The lessons that are kept: listed, read, searched and deleted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    KeptLesson,
    LessonLine,
    LessonRecord,
    Match,
    ToolRecord,
    TurnRecord,
    UsageRecord,
    WordRecord,
)
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import well_formed
from tutor_tui.library import overflow_journal, recordings, rows, under_way
from tutor_tui.library.database import damaged, opened, unusable
from tutor_tui.library.transaction import in_one_go

LAST = "last"
"""Stands for the id of the newest lesson."""
_WITH_WORDS = (
    "EXISTS (SELECT 1 FROM turn WHERE turn.lesson_id = lesson.id AND turn.role = 'learner' AND turn.text != '')"
)
_LISTED = f"({_WITH_WORDS} OR lesson.id IN (SELECT value FROM json_each(?)))"
"""With words, or one of these ids, as JSON."""
_COUNTS = """
    (SELECT count(*) FROM turn WHERE turn.lesson_id = lesson.id AND turn.role = 'learner' AND turn.text != ''),
    (SELECT count(*) FROM correction WHERE correction.lesson_id = lesson.id),
    (SELECT count(*) FROM word WHERE word.lesson_id = lesson.id),
    (SELECT total(usd) FROM usage WHERE usage.lesson_id = lesson.id),
    coalesce(lesson.ended_at - lesson.began_at, (SELECT max(ended_ms) FROM turn WHERE turn.lesson_id = lesson.id) / 1e3)
"""


class SqliteLibrary:
    """What is kept in one file. Where there is no file, nothing is kept, and none is made."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._data = file.parent

    @property
    def is_there(self) -> bool:
        """Whether anything was ever kept."""
        return self._file.exists()

    def lessons(self) -> list[LessonLine]:
        """Those in which something was said or recorded, the newest first."""
        recorded = self._recorded()
        with opened(self._file) as database:
            found = database.execute(
                f"SELECT {rows.columns_of(LessonRecord)}, {_COUNTS} FROM lesson WHERE {_LISTED} "
                "ORDER BY began_at DESC, id DESC",
                (json.dumps(sorted(recorded)),),
            )
            lines = [line for row in found if (line := _line(row)) is not None]
            return [
                replace(line, lesson=self._as_it_stands(line.lesson), recorded=line.lesson.id in recorded)
                for line in lines
            ]

    def _recorded(self) -> frozenset[str]:
        """The ids of the lessons that are recorded."""
        try:
            return recordings.lessons_in(recordings.all_files(self._data))
        except OSError:  # where nobody may look, there is nothing to play
            return frozenset()

    def _as_it_stands(self, lesson: LessonRecord) -> LessonRecord:
        """That lesson; as broken off already where its process is gone, which the next start will write down."""
        gone = lesson.ended_at is None and not self.is_under_way(lesson.id)
        return replace(lesson, recovered=True) if gone else lesson

    def is_under_way(self, lesson_id: str) -> bool:
        """Whether a living process holds that lesson."""
        return under_way.is_under_way(self._data / under_way.FOLDER, lesson_id)

    def find(self, name: str) -> LessonRecord:
        """The lesson of that id, its beginning or last four letters; "last" is the newest. Raises `Problem` (usage)."""
        with opened(self._file) as database:
            return self._find(database, name)

    def _find(self, database: sqlite3.Connection, name: str) -> LessonRecord:
        name = well_formed(name)  # bytes on a command line may be no text
        found = list(_found(database, name))
        if not found:
            if name == LAST:
                raise Problem("No lesson is kept yet.", "Hold one: tutor-tui", ExitCode.USAGE)
            raise Problem(f"No lesson {name!r} is kept.", "tutor-tui history lists those there are.", ExitCode.USAGE)
        if len(found) > 1:
            raise Problem(
                f"More than one lesson is meant by {name!r}.", "tutor-tui history lists them.", ExitCode.USAGE
            )
        return self._as_it_stands(found[0])

    def last_in(self, language: str) -> LessonRecord | None:
        """The newest lesson in which this language (ISO 639-1) was learnt and something said, and no drill; None for
        none.
        """
        wanted = f"WHERE target_language = ? AND drill = '' AND {_WITH_WORDS} ORDER BY began_at DESC LIMIT 1"
        with opened(self._file) as database:
            return next(rows.read(database, LessonRecord, wanted, (language,)), None)

    def since(self, language: str, at: float) -> list[LessonRecord]:
        """The lessons in which this language was learnt and something said, that began since then (Unix time, s)."""
        wanted = f"WHERE began_at >= ? AND target_language = ? AND {_WITH_WORDS} ORDER BY began_at"
        with opened(self._file) as database:
            return list(rows.read(database, LessonRecord, wanted, (at, language)))

    def read(self, name: str) -> KeptLesson:
        """All of one lesson, named as for `find`."""
        with opened(self._file) as database:
            database.execute("BEGIN")  # a lesson that goes on is read as it is at one moment
            lesson = self._find(database, name)
            of_it, by_place = (lesson.id,), "WHERE lesson_id = ? ORDER BY"
            return KeptLesson(
                lesson,
                tuple(rows.read(database, TurnRecord, f"{by_place} place, began_ms", of_it)),
                tuple(rows.read(database, CorrectionRecord, f"{by_place} number", of_it)),
                tuple(rows.read(database, WordRecord, f"{by_place} number", of_it)),
                tuple(rows.read(database, ToolRecord, f"{by_place} call_id", of_it)),
                tuple(rows.read(database, UsageRecord, f"{by_place} number", of_it)),
                _before(database, lesson),
                tuple(map(str, recordings.files_of(self._data, lesson.id))),
            )

    def search(self, words: str, most: int = 200) -> list[Match]:
        """The turns that hold all of `words`, the newest lessons first; neither case nor accents count."""
        wanted = rows.searched(words).split()
        if not wanted:
            return []
        holds = " AND ".join("instr(turn.searched, ?)" for _ in wanted)
        with opened(self._file) as database:
            found = database.execute(
                f"SELECT {rows.columns_of(LessonRecord)}, {rows.columns_of(TurnRecord)} "
                f"FROM turn JOIN lesson ON lesson.id = turn.lesson_id WHERE {holds} "
                "ORDER BY lesson.began_at DESC, lesson.id DESC, turn.place LIMIT ?",
                (*wanted, most),
            )
            return [match for row in found if (match := _match(row)) is not None]

    def check(self) -> int:
        """How many lessons there are. Raises `Problem` where the file is damaged, also where nobody would read."""
        with opened(self._file) as database:
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise damaged(self._file)
            listed = (json.dumps(sorted(self._recorded())),)
            return int(database.execute(f"SELECT count(*) FROM lesson WHERE {_LISTED}", listed).fetchone()[0])

    def spent_since(self, at: float) -> float:
        """US dollars that were billed since then (Unix time, s), as far as prices are known."""
        with opened(self._file) as database:
            return _known(database.execute("SELECT total(usd) FROM usage WHERE at >= ?", (at,)).fetchone()[0])

    def delete(self, lesson_id: str) -> None:
        """Forget one lesson for good, with all that belongs to it. Raises `Problem` (usage) while it goes on."""
        if self.is_under_way(lesson_id):
            raise Problem("This lesson is still going on.", "End it first.", ExitCode.USAGE)
        with opened(self._file) as database:
            with in_one_go(database):
                database.execute("DELETE FROM lesson WHERE id = ?", (lesson_id,))
                # What was remembered stays, but no word that the learner said in it.
                database.execute("UPDATE evidence SET quote = '' WHERE lesson_id = ?", (lesson_id,))
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # its words are not to stay in the log beside the file
        try:
            recordings.delete(self._data, lesson_id)
            for file in overflow_journal.left_behind(self._data):  # the next start would take it in again
                if file.name == lesson_id + overflow_journal.SUFFIX:
                    file.unlink()
        except OSError as error:
            raise unusable(self._file, error) from None


def _found(database: sqlite3.Connection, name: str) -> Iterator[LessonRecord]:
    """The lesson that `name` means; two where it is not clear which. A part of an id means one with words."""
    if name == LAST:
        return rows.read(database, LessonRecord, f"WHERE {_WITH_WORDS} ORDER BY began_at DESC, id DESC LIMIT 1")
    whole = list(rows.read(database, LessonRecord, "WHERE id = ?", (name,)))
    if whole or not name:
        return iter(whole)
    part = "(substr(id, 1, ?) = ? OR substr(id, -5) = ?)"  # behind the day come four letters: "-k3f9"
    wanted = f"WHERE {part} AND {_WITH_WORDS} ORDER BY began_at DESC LIMIT 2"
    return rows.read(database, LessonRecord, wanted, (len(name), name, f"-{name}"))


def _before(database: sqlite3.Connection, lesson: LessonRecord) -> tuple[HistoryLine, ...]:
    """What was said in the lessons that it went on with, as far as they are still kept."""
    lines: tuple[HistoryLine, ...] = ()
    known = {lesson.id}
    while lesson.continues and lesson.continues not in known:
        known.add(lesson.continues)
        found = list(rows.read(database, LessonRecord, "WHERE id = ?", (lesson.continues,)))
        if not found:
            break
        lesson = found[0]
        turns = rows.read(database, TurnRecord, "WHERE lesson_id = ? ORDER BY place, began_ms", (lesson.id,))
        lines = KeptLesson(lesson, tuple(turns)).history + lines
    return lines


def _line(row: tuple[Any, ...]) -> LessonLine | None:
    *columns, own_lines, corrections, words, usd, seconds = row
    lesson = rows.record_of(LessonRecord, tuple(columns))
    if lesson is None:
        return None
    minutes = max(0.0, _known(seconds)) / 60  # a clock may have been set back meanwhile
    return LessonLine(lesson, minutes, own_lines, corrections, words, _known(usd))


def _known(sum_of: float | None) -> float:
    """A figure that SQLite has worked out, whatever stood in the rows."""
    return sum_of if sum_of is not None and isfinite(sum_of) else 0.0


def _match(row: tuple[Any, ...]) -> Match | None:
    width = rows.columns_of(LessonRecord).count(",") + 1
    lesson, turn = rows.record_of(LessonRecord, row[:width]), rows.record_of(TurnRecord, row[width:])
    return Match(lesson, turn) if lesson is not None and turn is not None else None
