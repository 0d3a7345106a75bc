"""One connection to the library's file: opened so that only its owner can read it, and what it says when it fails."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library.schema import bring_up_to_date

LOCKED_S = 5.0
"""How long another program may keep the file to itself."""
MARK = "-damaged"
"""Behind the library's name: the file that says that somebody has found damage in it."""
_AGAIN_S = 0.02
_CACHE_KIB = 16 * 1024
_NO_TEXT = "Could not decode to UTF-8"
"""How Python's words begin on a text that was overwritten; they go on with the text."""
_HINTS = {
    "SQLITE_FULL": "Free some space.",
    "SQLITE_BUSY": "Another program keeps the file to itself: end it.",
    "SQLITE_LOCKED": "Another program keeps the file to itself: end it.",
    "SQLITE_READONLY": "Allow yourself to write there: chmod u+rw.",
    "SQLITE_CANTOPEN": "Allow yourself to write there: chmod u+rwx.",
}


class BrokenLibrary(Problem):
    """The file is no library any more, or never was."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection that reads and writes, to a library of today's form; the file is made where there is none.

    It begins no transactions by itself, and any one thread at a time may use it. Raises `Problem` (exit code 5):
    `NewerLibrary`, `BrokenLibrary`, or one that says what is wrong with the disk.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(file)
    except OSError as error:
        raise unusable(file, error) from None
    try:
        database = sqlite3.connect(file, timeout=LOCKED_S, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise unusable(file, error) from None
    try:
        _begin(database)
    except sqlite3.Error as error:
        database.close()
        raise unusable(file, error) from None
    except UnicodeDecodeError:  # SQLite's own words on the damage, which quote it
        database.close()
        raise damaged(file) from None
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection for a while, to an empty library where there is no file; what goes wrong comes as a `Problem`."""
    try:
        is_there = bool(file.stat())
    except FileNotFoundError:
        is_there = False
    except OSError as error:  # its folder is none, or must not be looked into
        raise unusable(file, error) from None
    with told_of(file, connect(file) if is_there else _empty()) as database:
        yield database


@contextmanager
def told_of(file: Path, database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """That connection, closed in the end; what goes wrong with it meanwhile comes as a `Problem`."""
    try:
        yield database
    except sqlite3.Error as error:
        raise unusable(file, error) from None
    except UnicodeDecodeError:  # SQLite's own words on the damage, which quote it
        raise damaged(file) from None
    finally:
        database.close()


def _empty() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None)
    bring_up_to_date(database)
    return database


def _create(file: Path) -> None:
    """Make an empty file for its owner only. One that is there must not be opened: closing it again would take the
    locks from every other connection of this process (POSIX), and another program would remove the log they write.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _begin(database: sqlite3.Connection) -> None:
    """Make it ready for use; tried for `LOCKED_S`, because SQLite waits for nobody when it turns to its WAL."""
    until = monotonic() + LOCKED_S
    while True:
        try:
            _set_up(database)
            bring_up_to_date(database)
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or monotonic() > until:
                raise
            sleep(_AGAIN_S)


def _set_up(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")  # what was committed outlives a power cut, too
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA secure_delete = ON")  # what is deleted is gone
    database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def mark_of(file: Path) -> Path:
    """What stands beside a library in which damage was found."""
    return file.with_name(f"{file.name}{MARK}")


def damaged(file: Path) -> BrokenLibrary:
    """What to tell of a file that is no library, or no longer; it is marked, so that it comes true."""
    with contextlib.suppress(OSError):
        mark_of(file).touch(mode=0o600)
    return BrokenLibrary(
        f"The file with your lessons is damaged: {file}.",
        "The next lesson begins a new one, and keeps the damaged one beside it.",
        ExitCode.LIBRARY,
    )


def unusable(file: Path, error: Exception) -> Problem:
    """What to tell of a failure at `file`."""
    name = getattr(error, "sqlite_errorname", "")
    is_damage = name in ("SQLITE_NOTADB", "SQLITE_CORRUPT") or name.startswith("SQLITE_CORRUPT_")
    if is_damage or str(error).startswith(_NO_TEXT):
        return damaged(file)
    if isinstance(error, OSError):
        why, hint = error.strerror or type(error).__name__, "Allow yourself to write there, or free some space."
    else:
        why, hint = str(error), next((hint for start, hint in _HINTS.items() if name.startswith(start)), "")
    return Problem(f"The file with your lessons cannot be used: {file} ({why}).", hint, ExitCode.LIBRARY)
