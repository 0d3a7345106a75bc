"""What cannot be backed up or put back, and failures in the middle of it: what was there stays."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.library.archive.backups import content, restored, tree
from tests.support.kept_lessons import ALL, KOREAN, fill
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library import archive
from tutor_tui.library.archive import Places
from tutor_tui.library.under_way import FOLDER, Mark


def test_a_full_disk_leaves_the_old_backup_and_nothing_else(
    file: Path, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    fill(places.library, [replace(KOREAN, lesson=replace(KOREAN.lesson, profile="Changed"))])
    before = file.read_bytes()
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(os, "fsync", full)
        archive.write_backup(file, places)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [file.name]


@pytest.mark.parametrize(
    ("spoil", "said", "code"),
    [
        (lambda places: places.settings.write_text("[lesson\n"), "they are not TOML", ExitCode.USAGE),
        (lambda places: places.settings.write_bytes(b"\xff"), "they are not TOML", ExitCode.USAGE),
        (lambda places: places.settings.write_text("#" * 64_001), "is too large for a backup", ExitCode.USAGE),
        (lambda places: (places.prompts / "a:b.md").touch(), "a name that not every system allows", ExitCode.USAGE),
        (
            lambda places: os.close(os.open(os.fsencode(places.prompts) + b"/\xff.md", os.O_CREAT)),
            "a name that not every system allows",
            ExitCode.USAGE,
        ),
    ],
)
def test_what_could_not_be_restored_is_not_backed_up(
    spoil: Callable[[Places], object], said: str, code: ExitCode, places: Places, tmp_path: Path
) -> None:
    spoil(places)
    with pytest.raises(Problem, match=said) as caught:
        archive.write_backup(tmp_path / "b.zip", places)
    assert caught.value.exit_code == code
    assert not (tmp_path / "b.zip").exists()


def test_a_failure_in_the_middle_leaves_what_was_there(
    file: Path, places: Places, other: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(other.library)) as held:  # so that there are -wal and -shm, too
        held.execute("SELECT * FROM lesson").fetchall()
        before = tree(tmp_path / "other")
        steps = 0
        while True:
            with monkeypatch.context() as patch:
                failing_at(steps, patch)
                try:
                    restored(file, other)
                    break
                except OSError as error:
                    assert error.strerror == "Input/output error"
            assert tree(tmp_path / "other") == before, steps
            steps += 1
    assert steps == 14  # 6 files are written, 5 moved away, and 3 put in their place
    assert content(other) == content(places)


def failing_at(step: int, patch: pytest.MonkeyPatch) -> None:
    """Let that call fail that changes a disk, and no other."""
    calls = 0

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step + 1:
                raise OSError(5, "Input/output error")
            return real(*arguments)

        return call

    patch.setattr(os, "fsync", counting(os.fsync))
    patch.setattr(Path, "rename", counting(Path.rename))


def test_nothing_is_replaced_while_a_lesson_is_under_way(file: Path, other: Places, tmp_path: Path) -> None:
    mark = Mark(other.library.parent / FOLDER, ALL[0])
    before = tree(tmp_path / "other")
    with pytest.raises(Problem, match=r"A lesson is still going on\.") as caught:
        restored(file, other)
    assert (tree(tmp_path / "other"), caught.value.exit_code) == (before, ExitCode.USAGE)
    mark.end()
    assert len(restored(file, other)) == 3
