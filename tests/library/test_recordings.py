"""Recordings belong to their lessons: found, deleted and forgotten with them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.keeping import HELLO, LESSON, keeping
from tests.support.kept_lessons import JAPANESE_ID, KOREAN_ID, SPANISH_ID, fill, record
from tutor_tui.library import recordings, rows
from tutor_tui.library.database import connect
from tutor_tui.library.forgetting import delete, kept_at
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.recordings import FOLDER, SIDES, file_of, files_of


def recorded(data: Path) -> set[str]:
    return set(recordings.lessons_in(recordings.all_files(data)))


def test_a_lesson_knows_of_its_recording_and_takes_it_along(file: Path) -> None:
    fill(file)
    record(file.parent, [KOREAN_ID, SPANISH_ID])
    library = SqliteLibrary(file)
    assert {each.lesson.id: each.recorded for each in library.lessons()} == {
        KOREAN_ID: True,
        JAPANESE_ID: False,
        SPANISH_ID: True,
    }
    folder = file.parent / FOLDER
    assert library.read(KOREAN_ID).recordings == tuple(str(folder / f"{KOREAN_ID}.{side}.wav") for side in SIDES)
    assert library.read(JAPANESE_ID).recordings == ()
    library.delete(KOREAN_ID)
    assert recorded(file.parent) == {SPANISH_ID}
    library.delete(SPANISH_ID)
    assert not folder.exists()


def test_a_recording_that_a_crash_left_belongs_to_the_lesson_that_is_recovered(file: Path) -> None:
    unwritten, silent = replace(LESSON, id="2026-11-27-efgh"), replace(LESSON, id="2026-11-27-jkmn")
    with closing(connect(file)) as found:
        rows.write(found, [LESSON, HELLO, unwritten, silent])
    record(file.parent, [LESSON.id, unwritten.id])
    with keeping(file):
        pass
    library = SqliteLibrary(file)
    assert library.read(LESSON.id).lesson.recovered and library.lessons()[0].recorded
    assert recorded(file.parent) == {LESSON.id, unwritten.id} == {each.lesson.id for each in library.lessons()}


def test_a_lesson_of_which_no_word_was_written_down_is_kept_where_it_was_recorded(file: Path) -> None:
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        record(file.parent, [LESSON.id])
        kept.writer.put(replace(LESSON, ended_at=LESSON.began_at + 60))
    assert recorded(file.parent) == {LESSON.id}
    library = SqliteLibrary(file)
    assert [(each.lesson.id, each.recorded) for each in library.lessons()] == [(LESSON.id, True)]
    assert library.check() == 1


def test_all_are_forgotten_and_what_is_not_ours_stays(file: Path) -> None:
    fill(file)
    record(file.parent, [KOREAN_ID, "2020-01-01-gone"])
    (file.parent / FOLDER / "my own.wav").write_text("mine")
    kept = kept_at(file)
    assert len(kept.recordings) == 4 and recordings.words_for(kept.recordings) == "the recordings of 2 lessons"
    assert delete(file, kept, []) == []
    assert [each.name for each in file.parent.rglob("*") if each.is_file()] == ["my own.wav"]


@pytest.mark.parametrize("lesson_id", ["../outside", "/tmp/x", "a/b", "", "a\x00b", "x\ny", "é", "."])
def test_what_is_no_id_of_ours_names_no_file(lesson_id: str, tmp_path: Path) -> None:
    for side in SIDES:
        (tmp_path / f"outside.{side}.wav").write_text("mine")
    (tmp_path / FOLDER).mkdir()
    assert files_of(tmp_path, lesson_id) == ()
    recordings.delete(tmp_path, lesson_id)
    assert len(list(tmp_path.glob("outside.*"))) == 2


def test_a_link_in_place_of_a_recording_is_none(tmp_path: Path) -> None:
    record(tmp_path, [])
    (tmp_path / "mine").write_text("mine")
    file_of(tmp_path, KOREAN_ID, "tutor").symlink_to(tmp_path / "mine")
    assert files_of(tmp_path, KOREAN_ID) == ()
