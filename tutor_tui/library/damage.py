"""A library that is damaged, all of it or some pages: it is put aside, and what can be read of it goes into a new one.

A file that is none of ours is known when it is opened. Damaged pages are known only to who reads them: `database` marks
the file then, so that no start has to look through all that is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.problems import Problem
from tutor_tui.library import rows
from tutor_tui.library.database import BrokenLibrary, connect, mark_of, unusable
from tutor_tui.library.recovery import put_aside
from tutor_tui.library.transaction import in_one_go
from tutor_tui.library.under_way import refuse_under_way

_T = TypeVar("_T")


def connect_sound(file: Path, tell: Callable[[Trouble], None]) -> sqlite3.Connection:
    """As `database.connect`, for who is about to keep something: where the library is damaged, a new one is begun, and
    `tell` hears of it. Raises `OSError`, too.
    """
    with suppress(BrokenLibrary):
        database = connect(file)
        if not _is_damaged(file, database):
            return database
        database.close()
    aside = put_aside(file)
    database = connect(file)
    saved = _save_readable(aside, database)
    tell(Trouble("The file with your earlier lessons was damaged.", f"It was put aside as {aside}.{saved}"))
    return database


def with_sound_library(file: Path, tell: Callable[[Trouble], None], do: Callable[[], _T]) -> _T:
    """What `do` gives back. Where it finds the library damaged, it is done again, in a new one. Raises `Problem`."""
    try:
        return do()
    except BrokenLibrary:
        try:
            connect_sound(file, tell).close()
        except (OSError, sqlite3.Error) as error:
            raise unusable(file, error) from None
        return do()


def is_suspected(file: Path) -> bool:
    """Whether somebody has found damage in it, which nobody has looked into yet."""
    return mark_of(file).exists()


def _is_damaged(file: Path, database: sqlite3.Connection) -> bool:
    """Whether it is to be put aside: never under a lesson that goes on in another process and writes into it."""
    if not is_suspected(file):
        return False
    try:
        refuse_under_way(file)
    except Problem:
        return False
    if _is_whole(database):
        mark_of(file).unlink(missing_ok=True)
        return False
    return True


def _is_whole(database: sqlite3.Connection) -> bool:
    try:
        for kind in rows.TABLES:
            for _ in rows.read(database, kind):
                pass
        return bool(database.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def _save_readable(aside: Path, database: sqlite3.Connection) -> str:
    """Copy into the new library what can be read of the old one; what to tell of it, empty where it is nothing."""
    with suppress(sqlite3.Error, UnicodeDecodeError), closing(sqlite3.connect(aside, isolation_level=None)) as old:
        old.execute("PRAGMA query_only = ON")
        old.text_factory = lambda text: text.decode("utf-8", "replace")
        with in_one_go(database):
            for kind in rows.TABLES:  # what belongs to a record comes behind it
                for record in _readable(old, kind):
                    with suppress(sqlite3.IntegrityError):  # what it belongs to is lost
                        rows.write(database, [record])
    lessons = database.execute("SELECT count(*) FROM lesson").fetchone()[0]
    words = database.execute("SELECT count(*) FROM item WHERE deleted = 0").fetchone()[0]
    return (
        f" What could be read of it is kept: {counted(lessons, 'lesson')}, {counted(words, 'note')}."
        if lessons or words
        else ""
    )


def _readable(old: sqlite3.Connection, kind: type[Any]) -> Iterator[Any]:
    """The records of a kind from the first on, and from the last on, as far as the damage; some of them twice."""
    key = rows.TABLES[kind][1]
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.Error, UnicodeDecodeError):
            yield from rows.read(old, kind, f"ORDER BY {', '.join(f'{column} {direction}' for column in key)}")
            return
