"""What a learner keeps, in the library's file: `learning.learner` says what is done with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tutor_tui.learning.items import Evidence, Forgetting, Item, ItemKind, KeptItem, Review, Schedule, Use
from tutor_tui.learning.learner import DUE_IN_A_LESSON
from tutor_tui.library import due, rows
from tutor_tui.library.database import connect, opened, told_of
from tutor_tui.library.overflow_journal import LEARNER, left_behind
from tutor_tui.library.rows import ForgettingRow, ScheduleRow
from tutor_tui.library.transaction import in_one_go

_WIDTHS = tuple(rows.columns_of(kind).count(",") + 1 for kind in (Item, ScheduleRow))
_KEPT = f"""
SELECT {rows.columns_of(Item)}, {rows.columns_of(ScheduleRow)},
    (SELECT count(*) FROM evidence WHERE evidence.item_id = item.id AND
        use IN ('independent', CASE item.kind WHEN 'can-do' THEN 'written' ELSE 'independent' END)),
    (SELECT count(*) FROM evidence WHERE evidence.item_id = item.id AND use = 'lapse'),
    CASE item.kind WHEN 'correction' THEN (
        SELECT count(DISTINCT date(at - 14400, 'unixepoch', 'localtime')) FROM evidence
        WHERE evidence.item_id = item.id AND use = 'independent' AND at > ifnull(
            (SELECT max(at) FROM evidence AS slip WHERE slip.item_id = item.id AND slip.use = 'lapse'), 0
        )
    ) ELSE 0 END
"""
"""The days begin at four o'clock, as in `learning.reviews`."""
_DUE = f"""
SELECT item_id, due_at FROM
    (SELECT * FROM schedule WHERE {due.BY_DATE} AND {due.ASKED_FOR} ORDER BY due_at, item_id LIMIT :most)
UNION SELECT item_id, due_at FROM
    (SELECT * FROM schedule WHERE {due.OF_A_WRONG_CLOCK} AND {due.ASKED_FOR} LIMIT :most)
ORDER BY due_at, item_id LIMIT :most
"""
"""The ids of what is due: each part along its own index, which an OR of both would not walk in order."""
_HAS_WORDS = "has_words(item.term, item.meaning, item.example, item.reading, item.said)"
_DUE_WITH_WORDS = _DUE.replace(
    due.ASKED_FOR, f"{due.ASKED_FOR} AND EXISTS (SELECT 1 FROM item WHERE item.id = item_id AND {_HAS_WORDS})"
)


class SqliteLearner:
    """What is kept in one file. Where there is none, nothing is kept; the first change makes it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def languages(self) -> Sequence[str]:
        with opened(self._file) as database:
            return due.languages(database)

    def items(
        self,
        language: str,
        kinds: Collection[ItemKind] = (),
        most: int = 1_000,
        behind: Item | None = None,
        words: str = "",
    ) -> Sequence[KeptItem]:
        where, values = "item.deleted = 0 AND item.language = ?", [language]
        if kinds:
            where += f" AND item.kind IN ({', '.join('?' for _ in kinds)})"
            values += kinds
        if words.split():
            where += f" AND {_HAS_WORDS}"
        place: tuple[object, ...] = ()
        if behind is not None:
            where, place = f"{where} AND (item.added_at, item.id) < (?, ?)", (behind.added_at, behind.id)
        wanted = (
            f"{_KEPT} FROM item LEFT JOIN schedule ON schedule.item_id = item.id WHERE {where} "
            "ORDER BY item.added_at DESC, item.id DESC LIMIT ?"
        )
        with opened(self._file) as database:
            _look_for(database, words)
            return _kept(database.execute(wanted, (*values, *place, most)))

    def item(self, item_id: str) -> KeptItem | None:
        wanted = (
            f"{_KEPT} FROM item LEFT JOIN schedule ON schedule.item_id = item.id WHERE item.id = ? AND item.deleted = 0"
        )
        with opened(self._file) as database:
            return next(iter(_kept(database.execute(wanted, (item_id,)))), None)

    def due(self, language: str, at: float, most: int = DUE_IN_A_LESSON, words: str = "") -> Sequence[KeptItem]:
        which = _DUE_WITH_WORDS if words.split() else _DUE
        wanted = f"""
            {_KEPT} FROM ({which}) AS due JOIN item ON item.id = due.item_id JOIN schedule ON schedule.item_id = item.id
            ORDER BY schedule.due_at, item.id
        """
        with opened(self._file) as database:
            _look_for(database, words)
            return _kept(database.execute(wanted, {**due.moment(language, at), "most": most}))

    def count_due(self, language: str, at: float) -> int:
        with opened(self._file) as database:
            return due.count_due(database, language, at)

    def due_can_do(self, language: str, at: float) -> KeptItem | None:
        wanted = f"""
            {_KEPT} FROM item JOIN schedule ON schedule.item_id = item.id
            WHERE item.id IN {due.CAN_DOS} AND (schedule.due_at <= :at OR schedule.reviewed_at > :far_ahead)
            ORDER BY schedule.due_at, item.id LIMIT 1
        """
        with opened(self._file) as database:
            return next(iter(_kept(database.execute(wanted, due.moment(language, at)))), None)

    def can_dos_shown(self, language: str) -> frozenset[str]:
        wanted = f"""
            SELECT term FROM item WHERE id IN {due.CAN_DOS}
            AND EXISTS (SELECT 1 FROM evidence WHERE item_id = item.id AND use != :lapse)
        """
        with opened(self._file) as database:
            found = database.execute(wanted, {"language": language, "lapse": Use.LAPSE})
            return frozenset(term for (term,) in found if isinstance(term, str))

    def evidence_of(self, item_id: str) -> Sequence[Evidence]:
        with opened(self._file) as database:
            return list(rows.read(database, Evidence, "WHERE item_id = ? ORDER BY at", (item_id,)))

    def evidence_in(self, lesson_id: str) -> Sequence[Evidence]:
        with opened(self._file) as database:
            return list(rows.read(database, Evidence, "WHERE lesson_id = ? ORDER BY at", (lesson_id,)))

    def forgotten(self, item_ids: Collection[str]) -> Collection[str]:
        with opened(self._file) as database:
            return items_of(database, item_ids, only_deleted=True).keys()

    def marks(self, item_ids: Collection[str]) -> Mapping[str, Item]:
        """The items of these ids, those among them that were deleted as marks without words."""
        with opened(self._file) as database:
            return items_of(database, item_ids)

    def units_in(self, lesson_id: str) -> Sequence[tuple[str, Use]]:
        """The units whose can-do was shown in a lesson, each with how it went at last."""
        wanted = (
            "SELECT item.meaning, evidence.use FROM evidence JOIN item ON item.id = evidence.item_id "
            "WHERE evidence.lesson_id = ? AND item.kind = ? AND item.deleted = 0 ORDER BY evidence.at"
        )
        with opened(self._file) as database:
            found = dict(database.execute(wanted, (lesson_id, ItemKind.CAN_DO)))
        return [(unit, Use(use)) for unit, use in found.items() if isinstance(unit, str) and use in set(Use)]

    def reviews_of(self, item_id: str) -> Sequence[Review]:
        with opened(self._file) as database:
            return _reviews_of(database, item_id)

    def forget_all(self) -> int:
        """Delete all that is kept, in every language, for good; how many items it was."""
        with told_of(self._file, connect(self._file)) as database:
            with in_one_go(database):
                gone = database.execute("SELECT count(*) FROM item WHERE deleted = 0").fetchone()[0]
                database.execute("DELETE FROM item")  # and all that belongs to one
                database.execute("DELETE FROM forgetting")
            for journal in left_behind(self._file.parent):
                if journal.name.startswith(LEARNER):  # the next lesson would take it in
                    journal.unlink(missing_ok=True)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # its words are not to stay in the log beside the file
            return int(gone)

    @contextmanager
    def changing(self) -> Iterator[SqliteChange]:
        with told_of(self._file, connect(self._file)) as database, in_one_go(database):
            yield SqliteChange(database)


class SqliteChange:
    """A transaction that is under way on this connection."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def item(self, item_id: str) -> Item | None:
        return next(rows.read(self._database, Item, "WHERE id = ?", (item_id,)), None)

    def schedule_of(self, item_id: str) -> Schedule | None:
        row = next(rows.read(self._database, ScheduleRow, "WHERE item_id = ?", (item_id,)), None)
        return _schedule(row)

    def reviews_of(self, item_id: str) -> Sequence[Review]:
        return _reviews_of(self._database, item_id)

    def newest_reviews(self, language: str, most: int) -> Sequence[Review]:
        of_language = "JOIN item ON item.id = review.item_id WHERE item.language = ? ORDER BY review.at DESC LIMIT ?"
        return list(rows.read(self._database, Review, of_language, (language, most)))[::-1]

    def forgetting(self) -> Mapping[str, Forgetting]:
        return {row.language: Forgetting(row.rate, row.reviews) for row in rows.read(self._database, ForgettingRow)}

    def put_item(self, item: Item) -> None:
        rows.write(self._database, [item])

    def put_evidence(self, evidence: Evidence) -> None:
        rows.write(self._database, [evidence])

    def put_review(self, review: Review) -> None:
        rows.write(self._database, [review])

    def put_schedule(self, item: Item, schedule: Schedule | None, due_at: float) -> None:
        row = ScheduleRow(item.id, item.language, due_at)
        if schedule is not None:
            known = (schedule.stability_days, schedule.difficulty, schedule.reviewed_at)
            row = ScheduleRow(item.id, item.language, due_at, *known)
        rows.write(self._database, [row])

    def put_forgetting(self, language: str, forgetting: Forgetting) -> None:
        rows.write(self._database, [ForgettingRow(language, forgetting.rate, forgetting.reviews)])

    def make_stabler(self, language: str, times: float) -> None:
        self._database.execute(
            "UPDATE schedule SET stability_days = stability_days * ? WHERE language = ?", (times, language)
        )

    def never_due(self, item_id: str) -> None:
        self._database.execute("DELETE FROM schedule WHERE item_id = ?", (item_id,))

    def forget_uses(self, item_id: str) -> None:
        for table in ("schedule", "evidence", "review"):
            self._database.execute(f"DELETE FROM {table} WHERE item_id = ?", (item_id,))

    def move_uses(self, from_id: str, to_id: str) -> None:
        for table in ("evidence", "review"):  # what stays behind is forgotten with the item
            self._database.execute(f"UPDATE OR IGNORE {table} SET item_id = ? WHERE item_id = ?", (to_id, from_id))


def _look_for(database: sqlite3.Connection, words: str) -> None:
    """What `_HAS_WORDS` looks for from now on: all of these words, in any script."""
    wanted = rows.searched(words).split()

    def has_words(*texts: object) -> bool:
        found = rows.searched(" ".join(map(str, texts)))
        return all(each in found for each in wanted)

    database.create_function("has_words", -1, has_words)


def _reviews_of(database: sqlite3.Connection, item_id: str) -> list[Review]:
    return list(rows.read(database, Review, "WHERE item_id = ? ORDER BY at", (item_id,)))


def _kept(found: sqlite3.Cursor) -> list[KeptItem]:
    """What rows of `_KEPT` hold; a row that is none of ours is passed over."""
    return [kept for row in found if (kept := _kept_item(row)) is not None]


def _kept_item(row: tuple[Any, ...]) -> KeptItem | None:
    of_item, of_schedule = row[: _WIDTHS[0]], row[_WIDTHS[0] : sum(_WIDTHS)]
    item = rows.record_of(Item, of_item)
    if item is None:
        return None
    schedule = rows.record_of(ScheduleRow, of_schedule) if of_schedule[0] is not None else None
    return KeptItem(item, _schedule(schedule), *row[-3:])


def _schedule(row: ScheduleRow | None) -> Schedule | None:
    if row is None or row.stability_days is None or row.difficulty is None or row.reviewed_at is None:
        return None
    return Schedule(row.due_at, row.stability_days, row.difficulty, row.reviewed_at)


def items_of(
    database: sqlite3.Connection, item_ids: Iterable[str], *, only_deleted: bool = False
) -> Mapping[str, Item]:
    """The items of these ids. Those that the learner has deleted are marks without words, and may be all."""
    where = "WHERE id = ? AND deleted = 1" if only_deleted else "WHERE id = ?"
    return {each.id: each for item_id in item_ids for each in rows.read(database, Item, where, (item_id,))}
