"""What the writer does where the disk is full, slow or odd, or the library damaged."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.keeping import ANSWER, HELLO, LESSON, Keeping, keeping, put_all
from tutor_tui.core.lesson_records import (
    EventRecord,
)
from tutor_tui.library import database, writer
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import SUFFIX, OverflowJournal
from tutor_tui.library.schema import STEPS


def full(limit_pages: int) -> object:
    """A library that may grow so far: SQLite says the same as on a full disk."""

    def set_up(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA max_page_count = {limit_pages}")

    return set_up


def test_on_a_full_disk_the_words_go_to_a_journal_and_the_next_start_takes_it_in(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [EventRecord(LESSON.id, number, 0.0, "Trouble", {"title": "x" * 10_000}) for number in range(50)]
    with monkeypatch.context() as small:
        small.setattr(database, "_set_up", full(25))
        with keeping(file) as kept:
            put_all(kept, *events)
    assert any("full" in title for title in kept.titles)
    assert any(str(file.with_name(LESSON.id + SUFFIX)) in title for title in kept.titles)
    with keeping(file) as later:
        pass
    assert later.titles == ["A lesson that could not be kept at once is in your library now."]
    assert SqliteLibrary(file).read(LESSON.id).turns == (HELLO, ANSWER)
    assert list(file.parent.glob(f"*{SUFFIX}")) == []
    with closing(sqlite3.connect(file)) as found:
        assert found.execute("SELECT count(*) FROM event").fetchone() == (50,)


def test_where_the_folder_cannot_be_made_the_journal_is_in_the_temporary_folder(file: Path, tmp_path: Path) -> None:
    file.parent.write_text("a file in the folder's place")
    with keeping(file) as kept:
        put_all(kept)
    assert str(tmp_path / "tmp") in kept.titles[-1]
    file.parent.unlink()
    with keeping(file):
        pass
    assert SqliteLibrary(file).read(LESSON.id).turns == (HELLO, ANSWER)


def test_a_disk_that_opens_a_file_and_takes_nothing_leaves_no_empty_journal(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    beside, taken = file.with_name(LESSON.id + SUFFIX), os.write

    def write(descriptor: int, data: bytes) -> int:
        if beside.exists() and os.path.samestat(os.fstat(descriptor), beside.stat()):
            raise OSError(errno.ENOSPC, "No space left on device")
        return taken(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    journal = OverflowJournal(file.parent, LESSON.id)
    journal.close()
    assert tmp_path / "tmp" in journal.file.parents
    assert not beside.exists()


def test_where_nothing_can_be_written_it_is_said_once(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(file.parent))
    with keeping(file) as kept:
        put_all(kept)
        kept.writer.put(HELLO)
    assert len(kept.titles) == 2
    assert kept.titles[-1].startswith("This lesson cannot be kept")


def test_a_newer_library_is_left_alone(file: Path) -> None:
    with keeping(file) as kept:
        put_all(kept)
    with closing(sqlite3.connect(file)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with keeping(file) as kept:
        kept.writer.put(replace(LESSON, id="2026-11-28-efgh"))
        kept.writer.put(replace(HELLO, lesson_id="2026-11-28-efgh"))
    assert file.read_bytes() == before
    assert kept.titles[0] == "Your lessons were last kept by a newer tutor-tui."
    with closing(sqlite3.connect(file)) as newer:
        newer.execute(f"PRAGMA user_version = {len(STEPS)}")  # the newer program can read this one's
    with keeping(file):
        pass
    assert len(SqliteLibrary(file).lessons()) == 2


@pytest.mark.parametrize("damage", [b"this is no library" * 100, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_library_is_put_aside_and_a_new_one_begun(damage: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(damage)
    with keeping(file) as kept:
        put_all(kept)
    assert kept.titles == ["The file with your earlier lessons was damaged."]
    aside = next(file.parent.glob("library.damaged-*.sqlite3"))
    assert aside.read_bytes() == damage
    assert str(aside) in kept.told[0].hint
    assert len(SqliteLibrary(file).lessons()) == 1


def test_a_library_that_another_program_keeps_to_itself_costs_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping(file):
        pass
    monkeypatch.setattr(database, "LOCKED_S", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with keeping(file) as kept:
            put_all(kept)
        other.execute("ROLLBACK")
    assert "locked" in kept.titles[0]
    with keeping(file):
        pass
    assert SqliteLibrary(file).read(LESSON.id).turns == (HELLO, ANSWER)


def test_a_slow_disk_holds_up_nobody(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "connect_sound", lambda *_: time.sleep(1.0))
    monkeypatch.setattr(writer, "CLOSE_S", 0.1)
    kept = Keeping(file)
    began = time.monotonic()
    put_all(kept)
    assert not kept.writer.close()
    assert time.monotonic() - began < 0.8


def test_a_link_in_place_of_a_journal_is_not_followed(file: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    file.parent.mkdir(parents=True)
    file.mkdir()  # no library can be here
    os.symlink(precious, file.parent / f"{LESSON.id}{SUFFIX}")
    with keeping(file) as kept:
        put_all(kept)
    assert precious.read_text() == "mine"
    assert str(tmp_path / "tmp") in kept.titles[-1]
    shutil.rmtree(file)
    with keeping(file):
        pass
    assert SqliteLibrary(file).read(LESSON.id).turns == (HELLO, ANSWER)
