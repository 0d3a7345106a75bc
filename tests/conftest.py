"""What every test may ask for, how the tests share two cores, and which of them are a quick look.

Most tests work; others wait, because sound and calls go at the speed of life. What waits is three groups, each of
which keeps to one worker and goes through its tests one at a time. xdist hands out groups before single tests, the
largest first, so that of four workers (`python -m tests`) one begins with all that is no group. Whoever is through
with a group helps with the rest. What sounds goes first whenever it needs a processor, and the rest gives way.

`--quick` takes what is no group and not marked as slow, and of a test with many parameters only the first.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys

import pytest

from tests.support.paths import ROOT
from tests.support.pulse import pulse

__all__ = ["pulse"]

GO_FIRST, GIVE_WAY = -5, 10
"""How nice a worker is on top of how nice we were started: the first is for root only, and not missed by others."""
_NICENESS = os.getpriority(os.PRIO_PROCESS, 0)

# The many programs that tests start need not compile our modules anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`."""
    parser.addoption("--quick", action="store_true", help="a look into every room in little more than a minute")


def _group(item: pytest.Item) -> str | None:
    """The group of a test that goes at the speed of life."""
    if item.get_closest_marker("device"):
        return "end to end" if item.path.is_relative_to(ROOT / "tests" / "end_to_end") else "sound card"
    return "calls" if item.get_closest_marker("real_time") else None


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep each group in one worker, and what is quick if that is asked for."""
    if config.getoption("quick"):
        first = {item.nodeid.partition("[")[0]: item for item in reversed(items)}
        quick = {item for item in first.values() if _group(item) is None and item.get_closest_marker("slow") is None}
        config.hook.pytest_deselected(items=[item for item in items if item not in quick])
        items[:] = [item for item in items if item in quick]
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a worker go first while it is at a group, and give way from then on."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        niceness = _NICENESS + (GO_FIRST if _group(item) else GIVE_WAY)
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)


def pytest_sessionfinish() -> None:
    """Let a worker end soon: pytest goes through all that is left five times, and xdist interrupts who takes long."""
    gc.collect()
    gc.freeze()
