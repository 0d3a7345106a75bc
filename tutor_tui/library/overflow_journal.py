"""Where records go that the library cannot take: a file of JSON lines, one record a line, taken in at a later start.

It takes those of a lesson, and what a lesson adds to what is remembered of the learner.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias
from zlib import crc32

from tutor_tui.core.lesson_records import Record
from tutor_tui.learning.items import Evidence, Item
from tutor_tui.library.rows import KINDS, TABLES, sound_record

SUFFIX = ".journal.jsonl"
MOST_LINE_BYTES = 4 * 1024 * 1024
"""Of one record; a longer line was not written by us."""
Kept: TypeAlias = Record | Item | Evidence
LEARNER = "learner-"
"""Begins the names of those that hold no lesson, but what is remembered; no lesson's id begins so."""
_TEMPORARY = "tutor-tui-"
_TABLE = "table"


class OverflowJournal:
    """One lesson's file, or one writer's: beside the library where that can be written, else in the temporary folder.

    Raises `OSError` where neither can.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """`name` is the id of the lesson that all is kept of, or of who writes."""
        for place in (folder, temporary_folder(folder)):
            try:
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
                self.file = place / f"{name}{SUFFIX}"
                self._descriptor = _opened(self.file)
                return
            except OSError as error:
                failed = error
        raise failed

    def write(self, records: Iterable[Kept]) -> None:
        """Append records. Raises `OSError`: then it may be tried again."""
        lines = "".join(f"{_line(record)}\n" for record in records)
        data = memoryview(f"\n{lines}".encode())  # first, the end of a line that a full disk broke off
        while data:
            data = data[os.write(self._descriptor, data) :]

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _opened(file: Path) -> int:
    """A descriptor that records can be written to. Raises `OSError`, and leaves no empty file then."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        os.write(descriptor, b"\n")  # a full disk opens a file, and takes nothing; ends a broken line
    except OSError:
        is_empty = os.fstat(descriptor).st_size == 0
        os.close(descriptor)
        if is_empty:
            file.unlink()
        raise
    return descriptor


def left_behind(folder: Path) -> list[Path]:
    """The files there are, of all lessons; only our own."""
    found = []
    for place in (folder, temporary_folder(folder)):
        try:
            files = sorted(place.glob(f"*{SUFFIX}"))
            found += [each for each in files if not each.is_symlink() and _is_ours(each)]
        except OSError:
            continue
    return found


def waiting(folder: Path) -> list[Path]:
    """Those of them with a record in them, and those that cannot be read."""
    return [file for file in left_behind(folder) if _has_records(file)]


def records_in(file: Path) -> Iterator[Kept]:
    """The records in a file; what is no record is passed over, as the line is that a crash broke off."""
    with file.open("rb") as lines:
        while line := lines.readline(MOST_LINE_BYTES):
            record = _record(line)
            if record is not None:
                yield record


def _has_records(file: Path) -> bool:
    try:
        return any(True for _ in records_in(file))
    except OSError:
        return True


def _line(record: Kept) -> str:
    return json.dumps({_TABLE: TABLES[type(record)][0], **asdict(record)}, ensure_ascii=True)


def _record(line: bytes) -> Kept | None:
    try:
        given: dict[str, Any] = json.loads(line)
        record: Kept | None = sound_record(KINDS[given.pop(_TABLE)], given)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return record


def temporary_folder(folder: Path) -> Path:
    """In place of `folder`, and of no other: who keeps lessons apart keeps them apart here, too."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    return Path(tempfile.gettempdir()) / f"{_TEMPORARY}{user}-{crc32(str(folder.absolute()).encode()):08x}"


def _is_ours(file: Path) -> bool:
    """Whether nobody else can have put it there: everybody may write in the temporary folder."""
    owner = file.parent.stat().st_uid
    return not hasattr(os, "getuid") or owner == os.getuid() == file.stat().st_uid
