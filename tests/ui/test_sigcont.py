"""A screen comes back from a stop, and from nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tutor_tui.ui.textual_patches.sigcont import resume_once_per_stop

BOTH = (signal.SIGTSTP, signal.SIGCONT)


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What reached the handlers of a driver, which are behind ours."""
    told: list[str] = []
    before = [signal.getsignal(each) for each in BOTH]
    for each in BOTH:
        signal.signal(each, lambda number, _frame: told.append(signal.Signals(number).name))
    yield told
    for each, handler in zip(BOTH, before, strict=True):
        signal.signal(each, handler)


def test_only_a_continue_after_a_stop_is_passed_on(told: list[str]) -> None:
    resume_once_per_stop()
    here = os.getpid()
    os.kill(here, signal.SIGCONT)
    assert told == []
    os.kill(here, signal.SIGTSTP)
    os.kill(here, signal.SIGCONT)
    os.kill(here, signal.SIGCONT)
    assert told == ["SIGTSTP", "SIGCONT"]


def test_without_handlers_nothing_is_changed() -> None:
    before = [signal.getsignal(each) for each in BOTH]
    resume_once_per_stop()
    assert [signal.getsignal(each) for each in BOTH] == before
