"""A place for a library, and a temporary folder of its own for what it may leave there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, for this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def file(tmp_path: Path, temporary: Path) -> Path:
    """Where a library is to be; neither it nor its folder is there yet."""
    return tmp_path / "data" / "library.sqlite3"
