"""`tutor-tui backup` and `restore` as a learner meets them: each run is a process of its own, on real files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.asked import answered
from tests.cli.test_main import Runner, one_sentence
from tests.cli.test_main import run as run
from tests.support.kept_lessons import ALL, KOREAN, KOREAN_ID, SPANISH_ID, fill, record
from tests.support.paths import folders_below
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.under_way import FOLDER, Mark

IN_IT = "3 lessons, your settings, 1 profile of your own"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of a learner with three lessons, settings, a key and a profile."""
    folders = folders_below(tmp_path)
    fill(folders.library_file)
    (folders.config / "prompts").mkdir(parents=True)
    (folders.config / "prompts" / "rita.md").write_text("Rita")
    folders.config_file.write_text("[lesson]\nlevel = 'A2'\n")
    folders.env_file.write_text("OPENAI_API_KEY=sk-planted0123456789\n")
    return tmp_path


def kept_in(home: Path) -> list[str]:
    return [each.lesson.id for each in SqliteLibrary(folders_below(home).library_file).lessons()]


def lose_some(home: Path) -> None:
    SqliteLibrary(folders_below(home).library_file).delete(KOREAN_ID)
    folders_below(home).config_file.write_text("[lesson]\nlevel = 'B1'\n")


def test_what_was_backed_up_is_said_and_comes_back(home: Path, run: Runner) -> None:
    result = run("backup", "b.zip", OPENAI_API_KEY="sk-planted0123456789")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"b.zip holds {IN_IT}.\n", "")
    assert stat.S_IMODE((home / "b.zip").stat().st_mode) == 0o600
    assert b"sk-planted" not in (home / "b.zip").read_bytes()
    lose_some(home)
    result = run("restore", "b.zip", "--yes")
    lines = result.stdout.splitlines()
    assert (result.returncode, result.stderr, len(lines)) == (0, "", 4)
    assert lines[0].startswith(f"Restored: {IN_IT}, as of 20")
    assert lines[1].startswith("What was there before is in ~/.local/share/tutor-tui/library.before-restore-20")
    assert lines[2].startswith("What was there before is in ~/.config/tutor-tui/config.before-restore-20")
    assert lines[3].startswith("What was there before is in ~/.config/tutor-tui/prompts.before-restore-20")
    assert kept_in(home) == list(ALL)
    assert folders_below(home).config_file.read_text() == "[lesson]\nlevel = 'A2'\n"
    assert folders_below(home).env_file.exists()


def test_a_backup_comes_back_into_an_empty_home(home: Path, run: Runner) -> None:
    run("backup", "b.zip")
    result = run("restore", str(home / "b.zip"), "--yes", HOME=str(home / "new"))
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 1)
    assert kept_in(home / "new") == list(ALL)
    assert not folders_below(home / "new").env_file.exists()


def test_recordings_are_in_no_backup_and_it_is_said(home: Path, run: Runner) -> None:
    record(folders_below(home).data, [KOREAN_ID, SPANISH_ID])
    where = "~/.local/share/tutor-tui/recordings"
    said = run("backup", "b.zip").stdout.splitlines()
    assert said == [f"b.zip holds {IN_IT}.", f"The recordings of 2 lessons are not in it: copy {where} yourself."]
    said = run("restore", "b.zip", "--yes").stdout.splitlines()
    assert said[-1] == f"The recordings of 2 lessons stay as they are, in {where}: no backup holds any."
    library = SqliteLibrary(folders_below(home).library_file)
    assert [each.lesson.id for each in library.lessons() if each.recorded] == [KOREAN_ID, SPANISH_ID]


def test_a_file_is_overwritten_only_by_force(home: Path, run: Runner) -> None:
    (home / "b.zip").write_text("my own words")
    assert one_sentence(run("backup", "b.zip"), ExitCode.USAGE) == "b.zip is there already. --force overwrites it."
    assert (home / "b.zip").read_text() == "my own words"
    assert run("backup", "b.zip", "--force").stdout == f"b.zip holds {IN_IT}.\n"
    (home / "folder").mkdir()
    said = one_sentence(run("backup", "folder", "--force"), ExitCode.USAGE)
    assert said == "folder is not a file. Choose another name."


def test_where_nothing_can_be_written_or_is_there_it_is_said(tmp_path: Path, run: Runner) -> None:
    assert one_sentence(run("backup", "b.zip"), ExitCode.USAGE) == "There is nothing to back up yet."
    assert one_sentence(run("restore", "b.zip"), ExitCode.USAGE) == "There is no file b.zip. Name a backup."
    fill(folders_below(tmp_path).library_file)
    said = one_sentence(run("backup", "nowhere/b.zip"), ExitCode.LIBRARY)
    assert said.startswith("nowhere/b.zip cannot be written: No such file or directory.")
    (tmp_path / "diary\x1b[2J.zip").write_text("no backup at all")
    said = one_sentence(run("restore", "diary\x1b[2J.zip", "--yes"), ExitCode.LIBRARY)
    assert said == "diary␛[2J.zip cannot be restored: it is not a backup of tutor-tui."


def test_without_a_terminal_nothing_is_restored_unless_yes_is_said(home: Path, run: Runner) -> None:
    run("backup", "b.zip")
    lose_some(home)
    said = one_sentence(run("restore", "b.zip"), ExitCode.USAGE)
    assert said == (
        "Without a terminal nobody can be asked whether to replace what is there. Try: tutor-tui restore b.zip --yes"
    )
    assert kept_in(home) == list(ALL[1:])


@pytest.mark.parametrize(("answer", "left"), [("y\n", ALL), ("n\n", ALL[1:]), ("\n", ALL[1:])])
def test_on_a_terminal_the_learner_is_asked_first(answer: str, left: tuple[str, ...], home: Path, run: Runner) -> None:
    run("backup", "b.zip")
    lose_some(home)
    shown = answered(home, answer, "restore", "b.zip")
    asked = shown.replace("\n", " ")  # it is broken between words
    assert f"Restore {IN_IT}, as of 20" in asked and "? What is there now is kept beside it. [y/N] " in asked
    assert ("Nothing was restored." in shown) == (left != ALL)
    assert kept_in(home) == list(left)


def test_while_a_lesson_is_under_way_it_can_be_backed_up_and_not_restored(home: Path, run: Runner) -> None:
    mark = Mark(folders_below(home).library_file.parent / FOLDER, KOREAN.lesson.id)
    assert run("backup", "b.zip").returncode == 0
    said = one_sentence(run("restore", "b.zip", "--yes"), ExitCode.USAGE)
    mark.end()
    assert said == "A lesson is still going on. End it first."


def test_a_damaged_library_does_not_hinder_that_a_whole_one_comes_back(home: Path, run: Runner) -> None:
    run("backup", "b.zip")
    library = folders_below(home).library_file
    for each in library.parent.glob("*-*"):
        each.unlink() if each.is_file() else None
    library.write_bytes(b"no library at all" * 999)
    assert "damaged" in one_sentence(run("backup", "c.zip"), ExitCode.LIBRARY)
    assert run("restore", "b.zip", "--yes").returncode == 0
    assert kept_in(home) == list(ALL)


def test_a_folder_that_takes_nothing_leaves_all_as_it_was(home: Path, run: Runner) -> None:
    run("backup", "b.zip")
    lose_some(home)
    config = folders_below(home).config
    (config / "prompts").rename(config / "elsewhere")
    config.rename(home / "settings")
    config.touch()  # no folder can be made there, not even by root
    said = one_sentence(run("restore", "b.zip", "--yes"), ExitCode.LIBRARY)
    assert "b.zip cannot be restored: " in said and said.endswith("All is as it was before.")
    assert kept_in(home) == list(ALL[1:])
    assert [
        each.name for each in folders_below(home).data.iterdir() if each.name.startswith((".", "library.before"))
    ] == []
    assert os.path.isfile(config)
