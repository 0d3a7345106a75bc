"""The shipped lessons, read once for all tests: nothing of their patterns is found out twice."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import load_script

NAMES = sorted(path.stem for path in LESSONS.glob("*.toml"))


@cache
def lesson(name: str) -> LessonScript:
    """One of them."""
    return load_script(name, [LESSONS])


def each_of(names: Iterable[str] = NAMES) -> pytest.MarkDecorator:
    """A test of each; those of a language by one worker, which then reads its word lists once."""
    each = [pytest.param(name, marks=pytest.mark.xdist_group(f"lessons in {name[:2]}")) for name in names]
    return pytest.mark.parametrize("name", each)
