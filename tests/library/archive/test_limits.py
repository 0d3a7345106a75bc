"""Backups that say little and hold much, or have no end: no more is read than was said."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.library.archive.backups import DAMAGED, listed, members_of, refused, restored, write_zip
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library.archive import Places, members


def test_a_bomb_is_not_unpacked(file: Path, other: Places, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest says little, and the library would be 50 MB: no more is read than was said."""
    found = members_of(file)
    bomb = listed(found)[members.MANIFEST]
    write_zip(file, {**found, members.MANIFEST: bomb, "library.sqlite3": bytes(50_000_000)})
    assert file.stat().st_size < 100_000
    largest = 0
    real = members.copy_all

    def watched(source: Any, target: Any, size: int) -> str:
        nonlocal largest
        try:
            return real(source, target, size)
        finally:
            largest = max(largest, target.tell())

    monkeypatch.setattr("tutor_tui.library.archive.reading.copy_all", watched)
    refused(file, other, DAMAGED)
    assert 0 < largest <= len(found["library.sqlite3"])


def test_a_library_that_says_it_is_huge_is_not_unpacked(
    file: Path, other: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = members_of(file)
    entries = json.loads(listed(found)[members.MANIFEST])["members"]
    entries["library.sqlite3"]["size"] = 1_000_000_001
    write_zip(file, listed(found, members=entries))
    monkeypatch.setattr("tutor_tui.library.archive.reading.copy_all", None)  # whatever is read is a fault
    refused(file, other, "it is too large")


def test_a_list_of_members_without_end_is_not_read(file: Path, other: Places) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:-10] + (1_000_001).to_bytes(4, "little") + data[-6:])
    refused(file, other, "it is too large")


def test_what_has_no_end_is_read_one_byte_too_far_at_most() -> None:
    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None and size > 0
            self.given += size
            return bytes(size)

    source, target = Endless(), BytesIO()
    with pytest.raises(members.Unfit):
        members.copy_all(source, target, 200_000)
    assert (source.given, len(target.getvalue())) == (200_001, 196_608)


def test_neither_a_pipe_nor_a_folder_is_waited_for(tmp_path: Path, other: Places) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(Problem, match="is not a file") as caught:
            restored(path, other)
        assert caught.value.exit_code == ExitCode.USAGE
