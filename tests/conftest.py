"""What every test may ask for, and how the tests share two cores.

Most tests work; some wait, because sound and calls go at the speed of life. Under `pytest -n 2 --dist loadgroup` all
that waits is one group, which one worker takes from the start (xdist hands out the largest group first), while the
other works through the rest at a low priority: the sound's own processes go first whenever they need a processor.
"""

from __future__ import annotations

import os

import pytest

from tests.support.pulse import pulse

__all__ = ["pulse"]

REAL_TIME = ("device", "real_time")
"""Markers of tests whose sound has the speed of life."""
BACKGROUND = 10
"""The niceness of the worker that has none of them: about a tenth of a share beside one that has."""
_asked_to_give_way = False


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep in one worker what goes at the speed of life."""
    for item in items:
        if any(map(item.get_closest_marker, REAL_TIME)):
            item.add_marker(pytest.mark.xdist_group("real_time"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give way, once and for all, in a worker whose first test can wait."""
    global _asked_to_give_way
    if _asked_to_give_way:
        return
    _asked_to_give_way = True
    if "PYTEST_XDIST_WORKER" in os.environ and item.get_closest_marker("xdist_group") is None:
        os.nice(BACKGROUND)
