"""The shipped lessons, read once for all tests: nothing of their patterns is found out twice.

What is known of the patterns of a dozen lessons is kept, and of more the first are forgotten: so all tests of one
lesson come one after the other, by one worker.
"""

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
    """A test of each, beside the other tests of it."""
    each = [pytest.param(name, marks=pytest.mark.xdist_group("lessons")) for name in names]
    return pytest.mark.parametrize("name", each, scope="module")  # by which pytest puts them in order
