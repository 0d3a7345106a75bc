"""The lessons that are kept, in a real file: found, read, searched and forgotten."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import pytest

from tests.support.kept_lessons import ALL, JAPANESE, JAPANESE_ID, KOREAN, KOREAN_ID, SPANISH, SPANISH_ID, at, fill
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library import database, overflow_journal, rows
from tutor_tui.library.database import connect
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import OverflowJournal
from tutor_tui.library.recovery import take_in_journals
from tutor_tui.library.under_way import FOLDER, Mark


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with three lessons."""
    path = tmp_path / "data" / "library.sqlite3"
    fill(path)
    return path


@pytest.fixture
def library(file: Path) -> SqliteLibrary:
    return SqliteLibrary(file)


def silent(lesson_id: str, began_at: float) -> KeptLesson:
    """A lesson in which only the tutor has spoken."""
    return KeptLesson(LessonRecord(lesson_id, began_at, "P"), (TurnRecord(lesson_id, "t0", 0, "tutor", "Hello."),))


# ---- listed and found -----------------------------------------------------------------------------------------------


def test_lessons_are_listed_newest_first_with_what_is_in_them(library: SqliteLibrary) -> None:
    korean, japanese, spanish = library.lessons()
    assert (korean.lesson, korean.minutes, korean.own_lines) == (KOREAN.lesson, 12.0, 2)
    assert (korean.corrections, korean.words) == (2, 1)
    assert korean.usd == pytest.approx(0.123)
    assert (japanese.lesson, japanese.minutes) == (replace(JAPANESE.lesson, recovered=True), 1.5), "nobody holds it"
    assert (spanish.lesson, spanish.usd, spanish.words) == (SPANISH.lesson, 0.0, 0)


def test_a_lesson_in_which_the_learner_said_nothing_is_not_listed(file: Path, library: SqliteLibrary) -> None:
    fill(file, [silent("2026-11-28-zzzz", at(28))])
    assert [each.lesson.id for each in library.lessons()] == list(ALL)
    assert library.find("last").id == KOREAN_ID
    assert library.find("2026-11-28-zzzz").id == "2026-11-28-zzzz"


def test_a_clock_that_was_set_back_makes_no_length_below_zero(file: Path, library: SqliteLibrary) -> None:
    fill(file, [replace(KOREAN, lesson=replace(KOREAN.lesson, ended_at=at(27) - 60))])
    assert library.lessons()[0].minutes == 0.0


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("last", KOREAN_ID),
        (SPANISH_ID, SPANISH_ID),
        ("2026-11-26", JAPANESE_ID),
        ("2026-11-26-d", JAPANESE_ID),
        ("k3f9", KOREAN_ID),
    ],
)
def test_a_lesson_is_found_by_its_id_its_beginning_its_end_or_as_the_last(
    name: str, found: str, library: SqliteLibrary
) -> None:
    assert library.find(name).id == found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026-11", "More than one lesson is meant by '2026-11'."),
        ("2026-12", "No lesson '2026-12' is kept."),
        ("3f9", "No lesson '3f9' is kept."),
        ("", "No lesson '' is kept."),
        ("%", "No lesson '%' is kept."),
        ("2026-11-2_", "No lesson '2026-11-2_' is kept."),
        ("\udcff", "No lesson '\ufffd' is kept."),
    ],
)
def test_what_names_no_lesson_or_several_is_said(name: str, said: str, library: SqliteLibrary) -> None:
    with pytest.raises(Problem) as caught:
        library.find(name)
    assert (caught.value.title, caught.value.exit_code) == (said, ExitCode.USAGE)
    assert "tutor-tui history" in caught.value.hint


def test_a_whole_id_is_meant_although_other_ids_begin_with_it(file: Path, library: SqliteLibrary) -> None:
    fill(file, [heard_again(KOREAN_ID + end) for end in "abc"])
    assert library.find(KOREAN_ID).id == KOREAN_ID


def test_an_end_that_two_lessons_have_means_neither(file: Path, library: SqliteLibrary) -> None:
    fill(file, [heard_again("2026-11-28-k3f9")])
    with pytest.raises(Problem, match="More than one lesson is meant by 'k3f9'"):
        library.find("k3f9")


def heard_again(lesson_id: str) -> KeptLesson:
    """A later lesson of that id."""
    turns = tuple(replace(turn, lesson_id=lesson_id) for turn in KOREAN.turns)
    return KeptLesson(replace(KOREAN.lesson, id=lesson_id, began_at=at(28)), turns)


def test_the_beginning_of_an_id_means_a_lesson_that_is_listed(file: Path, library: SqliteLibrary) -> None:
    fill(file, [silent("2026-11-27-zzzz", at(27, 19))])
    assert library.find("2026-11-27").id == KOREAN_ID


# ---- read -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [SPANISH, JAPANESE, KOREAN])
def test_a_lesson_comes_back_whole_and_in_its_order(kept: KeptLesson, library: SqliteLibrary) -> None:
    whole = library.read(kept.lesson.id)
    assert replace(whole, lesson=kept.lesson) == kept
    gone = kept is JAPANESE  # its process is: the list says so, too
    assert whole.lesson == replace(kept.lesson, recovered=gone)


def test_a_lesson_is_read_by_one_connection(library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def counting(file: Path) -> sqlite3.Connection:
        opened.append(file)
        return connect(file)

    monkeypatch.setattr(database, "connect", counting)
    assert library.read("last").lesson.id == KOREAN_ID
    assert len(opened) == 1


def test_where_no_file_is_nothing_is_kept_and_none_is_made(tmp_path: Path) -> None:
    library = SqliteLibrary(tmp_path / "data" / "library.sqlite3")
    assert (library.lessons(), library.search("word")) == ([], [])
    library.delete("2026-11-27-k3f9")
    with pytest.raises(Problem, match="No lesson is kept yet"):
        library.find("last")
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "data" / "library.sqlite3"
    fill(file)
    database = connect(file)
    try:
        database.execute("INSERT INTO usage VALUES (?, 9, 0, 0, 0, 0)", (KOREAN_ID,))
        files = sorted(each.name for each in file.parent.iterdir())
        assert files == ["library.sqlite3", "library.sqlite3-shm", "library.sqlite3-wal"]
        assert {stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()} == {0o600}
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    finally:
        database.close()


def test_a_lesson_can_be_read_while_it_is_being_kept(file: Path, library: SqliteLibrary) -> None:
    database = connect(file)
    try:
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE turn SET text = 'changed'")
        assert library.read(KOREAN_ID) == KOREAN
    finally:
        database.close()


def test_a_lesson_that_goes_on_is_read_as_it_is_at_one_moment(
    file: Path, library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = rows.read

    def then_more_is_kept(database: sqlite3.Connection, kind: type[Any], *rest: Any) -> Iterator[Any]:
        found = list(read(database, kind, *rest))
        if kind is TurnRecord:
            fill(file, [replace(KOREAN, words=(replace(KOREAN.words[0], number=9),))])
        return iter(found)

    monkeypatch.setattr(rows, "read", then_more_is_kept)
    assert library.read(KOREAN_ID) == KOREAN
    monkeypatch.undo()
    assert len(library.read(KOREAN_ID).words) == 2


def test_a_file_that_is_no_library_is_said(file: Path, library: SqliteLibrary) -> None:
    file.write_bytes(b"My diary, which is no database at all. " * 100)
    with pytest.raises(Problem, match="damaged") as caught:
        library.lessons()
    assert caught.value.exit_code == ExitCode.LIBRARY


def test_a_damaged_table_is_said(file: Path, library: SqliteLibrary) -> None:
    database = connect(file)
    database.execute("DROP TABLE word")
    database.close()
    with pytest.raises(Problem, match="cannot be used") as caught:
        library.read(KOREAN_ID)
    assert caught.value.exit_code == ExitCode.LIBRARY


def test_damage_that_sqlite_quotes_in_no_text_is_said(file: Path, library: SqliteLibrary) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    data = file.read_bytes()
    assert b"lesson ON DELETE" in data
    file.write_bytes(data.replace(b"lesson ON DELETE", b"lesson \x80\x80 DELETE"))
    with pytest.raises(Problem, match="is damaged"):
        library.lessons()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("lesson", "began_at", "yesterday"),
        ("lesson", "began_at", 1e300),
        ("lesson", "profile", b"\xff"),
        ("turn", "state", "sung"),
        ("turn", "text", b"words"),
        ("turn", "heard_share", float("inf")),
        ("turn", "began_ms", 2**62),
        ("usage", "usd", float("inf")),
        ("usage", "at", "x"),
    ],
)
def test_a_row_that_is_none_of_ours_is_passed_over(
    table: str, column: str, value: object, file: Path, library: SqliteLibrary
) -> None:
    with closing(connect(file)) as database:
        database.execute(f"UPDATE {table} SET {column} = ?", (value,))
    shown = library.lessons()
    assert [each.lesson.id for each in shown] == ([] if table == "lesson" else list(ALL))
    for each in shown:
        kept = library.read(each.lesson.id)
        assert (kept.turns == ()) == (table == "turn") and isfinite(each.usd)
        assert all(isfinite(usage.usd) for usage in kept.usage)
    assert bool(library.search("a")) == (table == "usage")
    assert isfinite(library.spent_since(0.0))


@pytest.mark.parametrize("lesson_id", ["../../precious", "a/../../../precious", "\x00"])
def test_an_id_that_leads_elsewhere_leads_nowhere(
    lesson_id: str, file: Path, library: SqliteLibrary, tmp_path: Path
) -> None:
    """Whether a lesson goes on is asked of a file of its name, which is removed if nobody holds it."""
    (file.parent / FOLDER / "a").mkdir(parents=True)
    precious = tmp_path / "precious.lock"
    precious.write_text("mine")
    with closing(connect(file)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        for table, column in (("lesson", "id"), ("turn", "lesson_id")):
            database.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (lesson_id, JAPANESE_ID))
    assert [each.lesson.recovered for each in library.lessons() if each.lesson.id == lesson_id] == [True]
    assert precious.exists()


def test_a_folder_that_may_not_be_looked_into_is_said(library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refused)  # root may look into any
    with pytest.raises(Problem, match="Permission denied") as caught:
        library.lessons()
    assert caught.value.exit_code == ExitCode.LIBRARY


# ---- searched -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("친구", [(KOREAN_ID, "l0"), (KOREAN_ID, "t1")]),
        ("\u110e\u1175\u11ab\u1100\u116e 만나", [(KOREAN_ID, "l0")]),  # in its parts, as a Mac writes it
        ("만나 친구", [(KOREAN_ID, "l0")]),
        ("치", []),  # a syllable is a letter, not the beginning of 친
        ("noquis", [(SPANISH_ID, "l0")]),
        ("Ñoquis COMI", [(SPANISH_ID, "l0")]),
        ("ano que", [(SPANISH_ID, "t0")]),
        ("バス", [(JAPANESE_ID, "l0")]),
        ("ﾊﾞｽ", [(JAPANESE_ID, "l0")]),
        ("かい", [(JAPANESE_ID, "l0")]),
        ("がい", [(JAPANESE_ID, "t0")]),
        ("いきます", [(JAPANESE_ID, "l0"), (JAPANESE_ID, "t0")]),
        ("100%", []),
        ("   ", []),
        ("\u0301", []),
        ("\udcff", []),
    ],
)
def test_a_search_asks_neither_for_case_nor_for_accents(
    words: str, found: list[tuple[str, str]], library: SqliteLibrary
) -> None:
    assert [(each.lesson.id, each.turn.item_id) for each in library.search(words)] == found


def test_the_newest_lessons_come_first_each_in_its_order(file: Path, library: SqliteLibrary) -> None:
    twin = replace(heard_again("2026-11-28-aaaa"), lesson=replace(KOREAN.lesson, id="2026-11-28-aaaa"))
    fill(file, [twin])  # began at the very same time
    found = [(each.lesson.id, each.turn.place) for each in library.search("요")]
    places = [0, 1, 2, 3, 5]
    assert found == [("2026-11-28-aaaa", each) for each in places] + [(KOREAN_ID, each) for each in places]
    assert [(each.lesson.id, each.turn.place) for each in library.search("요", most=2)] == found[:2]


# ---- forgotten ------------------------------------------------------------------------------------------------------


def test_a_lesson_is_deleted_with_all_that_belongs_to_it(file: Path, library: SqliteLibrary) -> None:
    library.delete(KOREAN_ID)
    assert [each.lesson.id for each in library.lessons()] == [JAPANESE_ID, SPANISH_ID]
    database = sqlite3.connect(file)
    for table in ("turn", "correction", "word", "tool", "usage", "event"):
        assert database.execute(f"SELECT count(*) FROM {table} WHERE lesson_id = ?", (KOREAN_ID,)).fetchone() == (0,)
    database.close()
    assert all("친구".encode() not in each.read_bytes() for each in file.parent.iterdir() if each.is_file())


def test_a_lesson_that_goes_on_is_not_deleted(file: Path, library: SqliteLibrary) -> None:
    mark = Mark(file.parent / FOLDER, KOREAN_ID)
    with pytest.raises(Problem, match="still going on") as caught:
        library.delete(KOREAN_ID)
    assert caught.value.exit_code == ExitCode.USAGE
    assert library.read(KOREAN_ID) == KOREAN
    mark.end()
    library.delete(KOREAN_ID)
    assert library.find("last").id == JAPANESE_ID


def test_a_deleted_lesson_does_not_come_back_from_its_journal(
    file: Path, library: SqliteLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overflow_journal, "temporary_folder", lambda folder: tmp_path / "temporary")
    for kept in (KOREAN, SPANISH):
        journal = OverflowJournal(file.parent, kept.lesson.id)
        journal.write([kept.lesson, *kept.turns])
        journal.close()
    library.delete(KOREAN_ID)
    database = connect(file)
    assert take_in_journals(database, file.parent, file.parent / FOLDER) == 1
    database.close()
    assert [each.lesson.id for each in library.lessons()] == [JAPANESE_ID, SPANISH_ID]
