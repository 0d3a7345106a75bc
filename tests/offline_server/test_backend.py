"""The lesson of those who name none."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tutor_tui.offline_server import backend
from tutor_tui.offline_server.__main__ import SHIPPED
from tutor_tui.offline_server.lesson.script import Listed, list_scripts


def test_the_lessons_are_read_once_for_all_who_name_none_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = []

    def counted(folders: Iterable[Path]) -> list[Listed]:
        readings.append(1)
        time.sleep(0.05)  # all are here by now
        return list_scripts(folders)

    monkeypatch.setattr(backend, "list_scripts", counted)
    tutoring = backend.LocalBackend([folder / "lessons" for folder in SHIPPED])
    with ThreadPoolExecutor(3) as pool:
        assert [*pool.map(lambda language: tutoring.language("", language), ("", "en", ""))] == ["en"] * 3
    assert len(readings) == 1
