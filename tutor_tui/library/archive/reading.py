"""Reading a backup, which somebody else may have made: nothing of it is believed before it was checked."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tutor_tui.core.lesson_records import EventRecord
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library.archive.members import (
    FORMAT,
    LIBRARY,
    MANIFEST,
    MOST_TEXT_BYTES,
    SETTINGS,
    Backup,
    Unfit,
    copy_all,
    fault_of_settings,
    is_allowed,
    most_bytes,
    temporary_folder,
)
from tutor_tui.library.database import connect
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.rows import TABLES, all_sound
from tutor_tui.library.schema import STEPS, take_steps, version_of

_FAILS = (
    *(BadZipFile, zlib.error, struct.error, EOFError, RuntimeError),
    *(ValueError, ArithmeticError, LookupError, TypeError, AttributeError),
)
"""What zipfile, and what looks into the manifest, raise where nothing is as it should be."""
_END = struct.Struct("<4s4H2LH")
"""The last record of a zip file without a comment."""
_ZIP64_BYTES = 20
"""The record before it in a file for which the other is too small; ours never is."""
_MOST_DIRECTORY_BYTES = 1_000_000
"""Of the list of members that zipfile reads into memory."""


class _Member(NamedTuple):
    """What the manifest says of a member."""

    size: int
    digest: str


@contextmanager
def open_backup(file: Path) -> Iterator[Backup]:
    """The backup in `file`, all of it checked. Raises `Problem`, and `OSError` where it cannot be read."""
    # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Problem(f"{file} is not a file.", "Name a backup.", ExitCode.USAGE)
    with open(handle, "rb") as whole, temporary_folder() as folder:
        yield read_backup(whole, str(file), folder)


def read_backup(whole: IO[bytes], called: str, folder: Path) -> Backup:
    """The backup in an open file, with its library put into `folder`. Raises `Problem` (exit code 5)."""
    try:
        _check_end(whole)
        with ZipFile(whole) as archive:
            return _read(archive, folder)
    except Unfit as unfit:
        why = str(unfit)
    except _FAILS:
        why = "it is damaged"
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file, which zipfile has computed
            raise
        why = "it is damaged"
    raise Problem(f"{called} cannot be restored: {why}.", "", ExitCode.LIBRARY)


def _check_end(whole: IO[bytes]) -> None:
    """Raise where zipfile would read a list of any length."""
    size = whole.seek(0, os.SEEK_END)
    whole.seek(max(0, size - _END.size - _ZIP64_BYTES))
    end = whole.read(_END.size + _ZIP64_BYTES)
    if len(end) < _END.size:
        raise Unfit("it is not a backup of tutor-tui")
    mark, *_, directory_bytes, _, comment_bytes = _END.unpack(end[-_END.size :])
    if mark != b"PK\x05\x06" or comment_bytes or end.startswith(b"PK\x06\x07"):
        raise Unfit("it is not a backup of tutor-tui, or it is damaged")
    if directory_bytes > _MOST_DIRECTORY_BYTES:
        raise Unfit("it is too large")


def _read(archive: ZipFile, folder: Path) -> Backup:
    found = _plain_members(archive)
    if MANIFEST not in found:
        raise Unfit("it is not a backup of tutor-tui")
    made_at, members = _manifest(archive, found.pop(MANIFEST))
    if found.keys() != members.keys():
        raise Unfit("it does not hold what it says")
    if any(not 0 <= each.size <= most_bytes(name) for name, each in members.items()) or (
        sum(each.size for name, each in members.items() if name != LIBRARY) > MOST_TEXT_BYTES
    ):
        raise Unfit("it is too large")
    texts = dict[str, bytes]()
    for name in members.keys() - {LIBRARY}:
        text = BytesIO()
        _unpack(archive, found[name], members[name], text)
        texts[name] = text.getvalue()
    if SETTINGS in texts and (why := fault_of_settings(texts[SETTINGS])):
        raise Unfit(f"its settings are damaged ({why})")
    if LIBRARY not in members:
        return Backup(made_at, texts, None, 0)
    library = folder / LIBRARY
    with library.open("wb") as target:
        _unpack(archive, found[LIBRARY], members[LIBRARY], target)
    return Backup(made_at, texts, library, _lessons_in(library))


def _plain_members(archive: ZipFile) -> dict[str, ZipInfo]:
    """All members by name. Raises `Unfit` for what a backup never holds."""
    found = dict[str, ZipInfo]()
    for each in archive.infolist():
        if each.filename in found or not is_allowed(each.filename):
            raise Unfit("it holds a file that does not belong there")
        is_file = stat.S_IFMT(each.external_attr >> 16) in (0, stat.S_IFREG)
        if not is_file or each.flag_bits & 1 or each.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unfit("it holds something that is not a plain file")
        found[each.filename] = each
    return found


def _manifest(archive: ZipFile, info: ZipInfo) -> tuple[datetime, Mapping[str, _Member]]:
    """When the backup was made, and what it says it holds."""
    if info.file_size > most_bytes(MANIFEST):
        raise Unfit("it is too large")
    given = json.loads(archive.read(info))
    if given["format"] != FORMAT:
        newer = isinstance(given["format"], int) and given["format"] > FORMAT
        raise Unfit("a newer tutor-tui made it, so update this one" if newer else "it is not a backup of tutor-tui")
    members = {name: _Member(int(each["size"]), each["sha256"]) for name, each in given["members"].items()}
    return datetime.fromisoformat(given["made_at"]).astimezone(), members


def _unpack(archive: ZipFile, info: ZipInfo, member: _Member, target: IO[bytes]) -> None:
    with archive.open(info) as source:
        if copy_all(source, target, member.size) != member.digest:
            raise Unfit("it is damaged")


def _lessons_in(file: Path) -> int:
    """How many lessons a library lists that anybody may have changed; it is brought up to date. Raises `Unfit`."""
    try:
        with closing(sqlite3.connect(file)) as database:
            version = version_of(database)
            if version > len(STEPS):
                raise Unfit("a newer tutor-tui kept the lessons in it, so update this one")
            if version < 0 or database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise Unfit("the lessons in it are damaged")
            if _form(database) != _form_of(version):
                raise Unfit("the lessons in it are not as tutor-tui keeps them")
        with closing(connect(file)) as database:
            for kind in TABLES.keys() - {EventRecord}:  # there may be a million of them, and nobody reads them
                if not all_sound(database, kind):
                    raise Unfit("the lessons in it are not as tutor-tui keeps them")
        return len(SqliteLibrary(file).lessons())
    except (sqlite3.Error, Problem):
        raise Unfit("the lessons in it are damaged") from None


def _form(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    """All tables, and what else could act in a library later: triggers, views."""
    return sorted(database.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"))


def _form_of(version: int) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as database:
        take_steps(database, STEPS[:version])
        return _form(database)
