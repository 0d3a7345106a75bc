"""Backups in real files: taken while a lesson goes on, and put back whole on another machine."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from tests.library.archive.backups import PROMPTS, SETTINGS, content, members_of, places_in, restored
from tests.support.kept_lessons import ALL, KOREAN
from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_records import LessonRecord, TurnRecord
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library import archive
from tutor_tui.library.archive import Places
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import OverflowJournal
from tutor_tui.library.writer import LessonWriter

KEY = "sk-plantedplantedplanted0123456789"


def test_what_is_backed_up_comes_back_on_another_machine(places: Places, tmp_path: Path, temporary: Path) -> None:
    file, new = tmp_path / "lessons.zip", places_in(tmp_path / "new")
    made = archive.write_backup(file, places)
    assert made.contents == "3 lessons, your settings, 2 profiles of your own, 2 lesson files of your own"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restored(file, new) == []
    assert content(new) == content(places)
    assert content(new)[1:] == (SETTINGS, PROMPTS)
    found = [each for each in (tmp_path / "new").rglob("*") if each.is_file() and not each.name.endswith("-shm")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in found} == {0o600}
    assert {stat.S_IMODE(each.parent.stat().st_mode) for each in (new.library, new.settings)} == {0o700}
    assert list(temporary.iterdir()) == [] and sorted(tmp_path.glob(".*")) == []


def test_what_was_there_before_is_kept_beside_it(file: Path, places: Places, other: Places) -> None:
    before = content(other)
    aside = restored(file, other)
    assert content(other) == content(places)
    assert [each.parent for each in aside] == [other.library.parent, other.settings.parent, other.settings.parent]
    assert all(".before-restore-20" in each.name for each in aside)
    assert content(Places(*aside)) == before
    again = restored(file, other)  # within the same second
    assert set(again).isdisjoint(aside) and content(Places(*aside)) == before


def test_what_the_backup_does_not_hold_stays(places: Places, other: Places, tmp_path: Path) -> None:
    places.settings.unlink()
    for each in places.prompts.rglob("*.*"):
        each.unlink()
    file = tmp_path / "lessons.zip"
    assert archive.write_backup(file, places).contents == "3 lessons"
    before = content(other)
    assert len(restored(file, other)) == 1
    assert content(other) == (content(places)[0], *before[1:])


def test_settings_and_profiles_behind_links_are_replaced_where_they_are(
    file: Path, places: Places, other: Places
) -> None:
    real = other.settings.parent.parent / "repository"
    other.settings.parent.rename(real)
    other.settings.parent.mkdir()
    other.settings.symlink_to(real / "config.toml")
    other.prompts.symlink_to(real / "prompts")
    restored(file, other)
    assert other.settings.is_symlink() and other.prompts.is_symlink()
    assert content(other) == content(places)


def test_only_what_a_lesson_can_use_is_taken(places: Places, tmp_path: Path) -> None:
    for name in (".hidden.md", "notes.txt", "lessons/notes.md", "deeper.md/x.md"):
        (places.prompts / name).parent.mkdir(exist_ok=True)
        (places.prompts / name).write_text("x")
    (places.settings.parent / "config.schema.json").write_text("{}")
    (places.prompts / "broken.md").symlink_to("nowhere")
    os.mkfifo(places.prompts / "pipe.md")
    made = archive.write_backup(tmp_path / "b.zip", places)
    assert made.prompts == PROMPTS


@pytest.mark.usefixtures("temporary")
def test_a_library_that_was_damaged_or_never_made_is_no_backup(tmp_path: Path) -> None:
    nothing = places_in(tmp_path / "new")
    with pytest.raises(Problem, match=r"There is nothing to back up yet\.") as caught:
        archive.write_backup(tmp_path / "b.zip", nothing)
    assert caught.value.exit_code == ExitCode.USAGE
    nothing.library.parent.mkdir(parents=True)
    nothing.library.write_bytes(b"no library at all" * 999)
    with pytest.raises(Problem, match="is damaged") as caught:
        archive.write_backup(tmp_path / "b.zip", nothing)
    assert caught.value.exit_code == ExitCode.LIBRARY
    assert not (tmp_path / "b.zip").exists()


def test_a_lesson_that_lies_in_a_journal_is_taken_too(places: Places, tmp_path: Path) -> None:
    lesson = LessonRecord("2026-11-28-jjjj", KOREAN.lesson.began_at + 1e5, "P", ended_at=KOREAN.lesson.began_at + 2e5)
    journal = OverflowJournal(places.library.parent, lesson.id)
    journal.write([lesson, TurnRecord(lesson.id, "t", 0, "learner", "Hello.")])
    journal.close()
    assert archive.write_backup(tmp_path / "b.zip", places).lessons == 4


def test_a_backup_is_taken_while_a_lesson_is_written(places: Places, tmp_path: Path) -> None:
    told: list[Trouble] = []
    writer = LessonWriter(places.library, told.append)
    lesson = LessonRecord("2026-11-28-wwww", KOREAN.lesson.began_at + 1e5, "P")
    enough, said = threading.Event(), 0

    def talk() -> None:
        nonlocal said
        writer.put(lesson)
        while not enough.is_set():
            writer.put(TurnRecord(lesson.id, f"t{said}", said, "learner", f"line {said} {'x' * 500}"))
            said += 1
            enough.wait(0.001)

    speaker = threading.Thread(target=talk)
    speaker.start()
    lines: list[int] = []
    try:
        while len(lines) < 5 or lines[-1] == lines[0]:
            file = tmp_path / f"{len(lines)}.zip"
            archive.write_backup(file, places)
            new = places_in(tmp_path / f"new{len(lines)}")
            restored(file, new)
            library = SqliteLibrary(new.library)
            assert {each.lesson.id for each in library.lessons()} - {lesson.id} == set(ALL)
            turns = library.read(lesson.id).turns if len(library.lessons()) > len(ALL) else ()
            assert [each.place for each in turns] == list(range(len(turns)))
            lines.append(len(turns))
    finally:
        enough.set()
        speaker.join()
        assert writer.close()
    assert lines == sorted(lines)
    assert [each.title for each in told if not each.quiet] == []
    assert len(SqliteLibrary(places.library).read(lesson.id).turns) == said


def test_a_link_stays_one_and_its_file_gets_the_backup(file: Path, places: Places, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, real = tmp_path / "link.zip", tmp_path / "elsewhere" / "real.zip"
    link.symlink_to(real)
    archive.write_backup(link, places)
    assert link.is_symlink() and members_of(real).keys() == members_of(file).keys()


def test_no_key_gets_into_a_backup(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (places.settings.parent, places.prompts, tmp_path):
        (folder / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    (places.prompts / "linked.md").symlink_to(places.settings.parent / ".env")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    places.settings.write_text(
        f'[pipeline]\nchat_key = "{KEY}"\nchat_url = "https://me:{KEY}@example.org/v1" # {KEY}\n'
    )
    file = tmp_path / "b.zip"
    made = archive.write_backup(file, places)
    assert "your settings (without what looks like a key in them)" in made.contents
    assert KEY.encode() not in file.read_bytes()
    found = members_of(file)
    assert len(found) == 7
    assert [name for name, data in found.items() if KEY.encode() in data] == []
    assert b"example.org/v1" in found["config.toml"]
