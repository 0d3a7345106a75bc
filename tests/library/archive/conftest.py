"""A learner's places with a backup of them, and another machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.archive.backups import places_in, put_texts
from tests.support.kept_lessons import KOREAN, fill
from tutor_tui.library import archive
from tutor_tui.library.archive import Places


@pytest.fixture
def places(tmp_path: Path, temporary: Path) -> Places:
    """A learner with three lessons, settings, two profiles and a lesson of their own."""
    made = places_in(tmp_path / "home")
    fill(made.library)
    put_texts(made)
    return made


@pytest.fixture
def other(tmp_path: Path, temporary: Path) -> Places:
    """Another machine, with one lesson and other settings."""
    made = places_in(tmp_path / "other")
    fill(made.library, [replace(KOREAN, lesson=replace(KOREAN.lesson, profile="Other"))])
    made.prompts.mkdir(parents=True)
    (made.prompts / "old.md").write_bytes(b"old")
    made.settings.write_bytes(b"[lesson]\nlevel = 'B2'\n")
    return made


@pytest.fixture
def file(tmp_path: Path, places: Places) -> Path:
    """A good backup."""
    path = tmp_path / "lessons.zip"
    archive.write_backup(path, places)
    return path
