"""What every test may ask for, and how the tests share two cores.

Most tests work; others wait, because sound and calls go at the speed of life. What waits is three groups, each of
which keeps to one worker and goes through its tests one at a time. xdist hands out groups before single tests, the
largest first, so that of four workers (`python -m tests`) one begins with all that is no group. Whoever is through
with a group helps with the rest, at a low priority: what sounds goes first whenever it needs a processor.
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.checks import GIVE_WAY
from tests.support.paths import ROOT
from tests.support.pulse import pulse

__all__ = ["pulse"]

END_TO_END = ROOT / "tests" / "end_to_end"
_gives_way = False

# The many programs that tests start need not compile our modules anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def _group(item: pytest.Item) -> str | None:
    """The group of a test that goes at the speed of life."""
    if item.get_closest_marker("device"):
        return "end to end" if item.path.is_relative_to(END_TO_END) else "sound card"
    return "calls" if item.get_closest_marker("real_time") else None


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each group in one worker."""
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give way, once and for all, in a worker that is through with its group or never had one."""
    global _gives_way
    if not _gives_way and "PYTEST_XDIST_WORKER" in os.environ and _group(item) is None:
        _gives_way = True
        os.nice(GIVE_WAY)
