"""`tutor-tui forget` as a learner meets it: what is kept of them is gone, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.asked import answered
from tests.cli.test_main import Runner, one_sentence
from tests.cli.test_main import run as run
from tests.support.kept_lessons import KOREAN, KOREAN_ID, fill, record
from tests.support.paths import folders_below
from tutor_tui.cli.main import main
from tutor_tui.core.lesson_records import LessonRecord, TurnRecord
from tutor_tui.core.problems import ExitCode
from tutor_tui.library import overflow_journal
from tutor_tui.library.overflow_journal import OverflowJournal
from tutor_tui.library.recovery import put_aside
from tutor_tui.library.under_way import FOLDER, Mark

WORDS = "어제 친구를 만나요."
STAYS = ("config.toml", ".env", "prompts/rita.md")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, for this test and what it runs."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path, run: Runner, temporary: Path) -> Path:
    """Of a learner of whom everything is kept that can be."""
    folders = folders_below(tmp_path)
    fill(folders.library_file)
    put_aside(folders.library_file)
    fill(folders.library_file)
    for name in STAYS:
        (folders.config / name).parent.mkdir(parents=True, exist_ok=True)
        (folders.config / name).write_text("")
    assert run("backup", "b.zip").returncode == run("restore", "b.zip", "--yes").returncode == 0
    for number, folder in enumerate((folders.data, overflow_journal.temporary_folder(folders.data))):
        lesson = LessonRecord(f"2026-11-28-jjj{number}", KOREAN.lesson.began_at, "P")
        journal = OverflowJournal(folder, lesson.id)
        journal.write([lesson, TurnRecord(lesson.id, "t", 0, "learner", WORDS)])
        journal.close()
    (folders.data / FOLDER).mkdir(exist_ok=True)
    (folders.data / FOLDER / "dead.lock").touch()
    for crashed in (temporary / "tutor-tui-copy-x", folders.data / ".restore-x"):
        crashed.mkdir()
        (crashed / "library.sqlite3").write_text(WORDS)
    for name in ("library.sqlite3-wal", "library.sqlite3-shm"):
        assert not (folders.data / name).exists()
    record(folders.data, [KOREAN_ID, "2020-01-01-gone"])
    folders.state.mkdir(parents=True)
    folders.crash_log.write_text("a crash")
    folders.probes_file.write_text("{}")
    return tmp_path


def holding(folder: Path, words: str) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file() and words.encode() in each.read_bytes()]


def test_all_that_is_kept_is_deleted_and_nothing_else(home: Path, temporary: Path, run: Runner) -> None:
    assert len(holding(home, WORDS)) >= 5
    (folders_below(home).data / "library.backup.sqlite3").write_text("my own copy")
    (temporary / "tutor-tui-copy").write_text("somebody else's")
    assert len(overflow_journal.left_behind(folders_below(home).data)) == 2
    result = run("forget", "--yes", TMPDIR=str(temporary))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Deleted: 3 lessons, earlier copies of your lessons, lessons that could not be put with the others yet, "
        "the recordings of 2 lessons, the note of a crash, what doctor --probe found out about servers.",
        "Not deleted: your settings (~/.config/tutor-tui/config.toml), your own profiles "
        "(~/.config/tutor-tui/prompts), your keys (~/.config/tutor-tui/.env), what you exported or backed up.",
    ]
    (home / "b.zip").unlink()
    left = sorted(str(each.relative_to(home)) for each in home.rglob("*") if each.is_file())
    assert [each for each in left if ".before-restore-" not in each] == [
        ".config/tutor-tui/.env",
        ".config/tutor-tui/config.toml",
        ".config/tutor-tui/prompts/rita.md",
        ".local/share/tutor-tui/library.backup.sqlite3",
        "tmp/tutor-tui-copy",
    ]
    assert all(each.startswith(".config/") for each in left if ".before-restore-" in each)
    assert not folders_below(home).state.exists()
    assert run("forget", TMPDIR=str(temporary)).stdout == "Nothing is kept of you or your lessons.\n"
    assert run("history").stdout == "No lesson is kept yet.\n"


def test_where_nothing_is_kept_one_sentence_says_so(tmp_path: Path, run: Runner, temporary: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    result = run("forget", TMPDIR=str(temporary))
    assert (result.returncode, result.stdout) == (0, "Nothing is kept of you or your lessons.\n")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_library_behind_a_link_is_deleted_too(tmp_path: Path, run: Runner, temporary: Path) -> None:
    library = folders_below(tmp_path).library_file
    fill(tmp_path / "disk" / "kept.sqlite3")
    library.parent.mkdir(parents=True)
    library.symlink_to(tmp_path / "disk" / "kept.sqlite3")
    assert run("forget", "--yes", TMPDIR=str(temporary)).stdout.startswith("Deleted: 3 lessons.\n")
    assert not library.is_symlink() and holding(tmp_path, WORDS) == []


def test_a_damaged_library_is_deleted_too(tmp_path: Path, run: Runner, temporary: Path) -> None:
    library = folders_below(tmp_path).library_file
    library.parent.mkdir(parents=True)
    library.write_text("no library at all" * 999)
    assert run("forget", "--yes", TMPDIR=str(temporary)).stdout.startswith("Deleted: your lessons.\n")
    assert not library.exists()


def test_without_a_terminal_nothing_is_deleted_unless_yes_is_said(tmp_path: Path, run: Runner, temporary: Path) -> None:
    library = folders_below(tmp_path).library_file
    fill(library)
    said = one_sentence(run("forget", TMPDIR=str(temporary)), ExitCode.USAGE)
    assert said == (
        "Without a terminal nobody can be asked whether to delete all that is kept. Try: tutor-tui forget --yes"
    )
    assert library.exists()


@pytest.mark.parametrize(("answer", "stays"), [("yes\n", False), ("n\n", True), ("\n", True)])
@pytest.mark.usefixtures("temporary")
def test_on_a_terminal_the_learner_is_asked_first(answer: str, stays: bool, tmp_path: Path) -> None:
    library = folders_below(tmp_path).library_file
    fill(library)
    shown = answered(tmp_path, answer, "forget")
    assert "Delete for good: 3 lessons? [y/N] " in shown
    assert ("Nothing was deleted." in shown) == stays == library.exists()


def test_nothing_is_deleted_while_a_lesson_is_under_way(tmp_path: Path, run: Runner, temporary: Path) -> None:
    library = folders_below(tmp_path).library_file
    fill(library)
    mark = Mark(library.parent / FOLDER, KOREAN.lesson.id)
    for confirmed in ((), ("--yes",)):  # nobody is asked what cannot be done
        said = one_sentence(run("forget", *confirmed, TMPDIR=str(temporary)), ExitCode.USAGE)
        assert (said, library.exists()) == ("A lesson is still going on. End it first.", True)
    mark.end()
    assert run("forget", "--yes", TMPDIR=str(temporary)).returncode == 0
    assert not library.parent.exists()


def test_what_cannot_be_deleted_is_named_and_the_rest_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = folders_below(tmp_path)
    fill(folders.library_file)
    put_aside(folders.library_file)
    fill(folders.library_file)
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == folders.library_file:
            raise PermissionError(13, "Permission denied")
        real(path, missing_ok)

    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "unlink", unlink)
    assert main(["forget", "--yes"]) == ExitCode.LIBRARY
    assert capsys.readouterr().err == (
        "tutor-tui: ~/.local/share/tutor-tui/library.sqlite3 could not be deleted: Permission denied. "
        "What else there was is deleted.\n"
    )
    assert [each.name for each in folders.data.iterdir()] == ["library.sqlite3"]
