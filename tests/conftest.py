"""What every test may ask for, how the tests share two cores, and which of them are a quick look.

Most tests work; others wait, because sound and calls go at the speed of life. What waits is one group, which keeps to
one worker and goes through its tests one at a time: two lessons at once on two cores tear holes into each other's
sound. xdist hands out groups before single tests, so that all but one of the workers begin with what is no group. What
sounds goes first whenever it needs a processor, and the rest gives way (`tests/support/giving_way.py`).

`--quick` takes what is no group and not marked as slow, and of a test with many parameters only the first.
"""

from __future__ import annotations

import gc
import os
import sys

import pytest
from hypothesis import settings

from tests.support.giving_way import go_first
from tests.support.pulse import pulse
from tutor_tui.core import extras, own_keys

__all__ = ["pulse"]

# A busy machine, or a search for garbage, is no fault of what is tested.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# What is loaded while tests are collected stays to the end, and nothing of it is garbage: see pytest_collection_finish.
gc.disable()

# The many programs that tests start need not compile our modules anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(autouse=True)
def _no_keys_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys that a process holds are remembered to its end: a test of another's would hide words of this one's."""
    monkeypatch.setattr(own_keys, "_keys", {})
    monkeypatch.setattr(own_keys, "_in_small_letters", [])


@pytest.fixture(autouse=True)
def _no_whisper_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests have every extra; but only a test that asks for Whisper waits for it."""
    monkeypatch.setattr(extras, "has_whisper", lambda: False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--quick`."""
    parser.addoption("--quick", action="store_true", help="a look into every room in little more than a minute")


def _is_real_time(item: pytest.Item) -> bool:
    """Whether a test goes at the speed of life: it says so, or asks for a sound server."""
    has_sound = "pulse" in getattr(item, "fixturenames", ())
    return has_sound or any(map(item.get_closest_marker, ("device", "real_time")))


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep in one worker what goes at the speed of life, and what is quick if that is asked for."""
    if config.getoption("quick"):
        first = {item.nodeid.partition("[")[0]: item for item in reversed(items)}
        quick = {item for item in first.values() if not _is_real_time(item) and not item.get_closest_marker("slow")}
        config.hook.pytest_deselected(items=[item for item in items if item not in quick])
        items[:] = [item for item in items if item in quick]
    for item in items:
        if _is_real_time(item):
            item.add_marker(pytest.mark.xdist_group("real time"))


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to the end: to look through them for garbage took a fifth of all the work."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(*gc.get_threshold()[:2], 100)  # all of what tests leave behind, ten times more seldom


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a worker go first while it is at the group, and give way from then on."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        go_first(_is_real_time(item))


def pytest_sessionfinish() -> None:
    """Let a worker end soon: pytest goes through all that is left five times, and xdist interrupts who takes long."""
    gc.collect()
    gc.freeze()
