"""`tutor-tui export` as a learner meets it: to the screen, and into files that nobody else can read."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import webvtt

from tests.cli.test_main import Runner, one_sentence
from tests.cli.test_main import run as run
from tests.support.kept_lessons import KOREAN, fill
from tests.support.paths import folders_below
from tutor_tui.cli.main import main
from tutor_tui.cli.options import EXPORT_FORMATS
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.export import FORMATS

SAID = "어제 친구를 만나요."
BEGINS = {
    "md": "# Lesson of 2026-11-27 18:03\n",
    "jsonl": "{",
    "vtt": "WEBVTT\n\n",
    "txt": "Lesson of 2026-11-27 18:03\n",
}


@pytest.fixture(autouse=True)
def library(tmp_path: Path) -> None:
    fill(folders_below(tmp_path).library_file)


def test_the_command_line_knows_every_format() -> None:
    assert tuple(FORMATS) == EXPORT_FORMATS


def test_without_more_words_it_is_markdown_on_the_screen(run: Runner) -> None:
    result = run("export", "last")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(BEGINS["md"]) and SAID in result.stdout
    assert run("export", "2026-11-27", "-o", "-").stdout == result.stdout


@pytest.mark.parametrize("format_", EXPORT_FORMATS)
def test_each_format_can_be_asked_for_or_follows_from_the_name(format_: str, run: Runner, tmp_path: Path) -> None:
    printed = run("export", "last", "--format", format_).stdout
    assert printed.startswith(BEGINS[format_]) and SAID in printed
    said = run("export", "last", "-o", f"lesson.{format_.upper()}").stdout
    file = tmp_path / f"lesson.{format_.upper()}"
    assert said == f"The lesson of 2026-11-27 18:03 is in {file.name}.\n"
    assert file.read_text(encoding="utf-8") == printed
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_was_written_is_what_others_read(run: Runner, tmp_path: Path) -> None:
    run("export", "last", "-o", "lesson.vtt")
    run("export", "last", "-o", "lesson.jsonl")
    assert [each.identifier for each in webvtt.read(str(tmp_path / "lesson.vtt")).captions] == [
        each.item_id for each in KOREAN.turns
    ]
    lines = (tmp_path / "lesson.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == [each.text for each in KOREAN.turns]


def test_a_format_that_was_asked_for_wins_over_the_name(run: Runner, tmp_path: Path) -> None:
    run("export", "last", "-o", "lesson.md", "--format", "txt")
    assert (tmp_path / "lesson.md").read_text(encoding="utf-8").startswith(BEGINS["txt"])


def test_a_file_is_overwritten_only_by_force(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "diary.md"
    file.write_text("my own words")
    said = one_sentence(run("export", "last", "-o", "diary.md"), ExitCode.USAGE)
    assert said == "diary.md is there already. --force overwrites it."
    assert file.read_text() == "my own words"
    assert run("export", "last", "-o", "diary.md", "--force").returncode == 0
    assert SAID in file.read_text(encoding="utf-8")


def test_a_link_stays_one_and_its_file_gets_the_lesson(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "lesson.md").symlink_to(tmp_path / "elsewhere" / "real.md")
    assert run("export", "last", "-o", "lesson.md").returncode == 0
    assert (tmp_path / "lesson.md").is_symlink()
    assert SAID in (tmp_path / "elsewhere" / "real.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "lesson",
            "lesson does not say which format it is to have. End it in .md, .jsonl, .vtt or .txt, or add --format.",
        ),
        ("lesson.pdf", "End it in .md, .jsonl, .vtt or .txt, or add --format."),
        (
            "nowhere/lesson.md",
            "nowhere/lesson.md cannot be written: No such file or directory. Choose another with -o.",
        ),
        ("\x1b[2J.pdf", "␛[2J.pdf does not say which format"),
    ],
)
def test_a_name_that_will_not_do_is_said(file: str, said: str, run: Runner, tmp_path: Path) -> None:
    assert said in one_sentence(run("export", "last", "-o", file), ExitCode.USAGE)
    assert not (tmp_path / file).exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_only_a_file_is_replaced(force: tuple[str, ...], run: Runner, tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    for name in ("folder.md", "pipe.md"):
        said = one_sentence(run("export", "last", "-o", name, *force), ExitCode.USAGE)
        assert said == f"{name} is not a file. Choose another name, or - to print it."
    assert stat.S_ISFIFO((tmp_path / "pipe.md").stat().st_mode)


def test_a_lesson_that_is_not_kept_makes_no_file(run: Runner, tmp_path: Path) -> None:
    assert "No lesson 'nobody' is kept." in one_sentence(run("export", "nobody", "-o", "x.md"), ExitCode.USAGE)
    assert not (tmp_path / "x.md").exists()


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "lesson.md"
    file.write_text("before")
    monkeypatch.setattr(os, "fsync", full)
    assert main(["export", "last", "-o", str(file), "--force"]) == ExitCode.USAGE
    assert "cannot be written: No space left on device." in capsys.readouterr().err
    assert (file.read_text(), list(file.parent.iterdir())) == ("before", [file])
