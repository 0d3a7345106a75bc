"""The search for garbage that would stop the sound does not come while a lesson starts, nor look at the start later."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from tutor_tui.app import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Python's own thresholds, which the tests' are not; what they froze stays so."""
    usual = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*usual)


def searches_of_all() -> int:
    """How often all objects were searched so far."""
    return int(gc.get_stats()[2]["collections"])


def litter() -> None:
    """Make so much that lives, and so much that does not, that all would be searched several times."""
    kept: list[object] = []
    for _ in range(400_000):
        ring: list[object] = []
        ring.append(ring)
        kept.append([ring])


async def test_a_start_is_never_searched_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = gc.get_threshold()
    before = searches_of_all()
    litter()
    assert searches_of_all() > before, "the litter would be looked for"

    monkeypatch.setattr(garbage, "STARTED_S", 0.0)
    with garbage.no_search_of_all(asyncio.get_running_loop()):
        before, frozen = searches_of_all(), gc.get_freeze_count()
        litter()
        assert searches_of_all() == before
        assert gc.get_freeze_count() <= frozen, "what is frozen may die, and no more is"
        await asyncio.sleep(0.01)
        assert gc.get_freeze_count() > frozen
        assert gc.get_threshold() == usual
    assert gc.get_threshold() == usual


async def test_a_lesson_that_ends_at_once_leaves_the_search_as_it_was() -> None:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    with garbage.no_search_of_all(asyncio.get_running_loop()):
        assert gc.get_threshold() != usual
    assert gc.get_threshold() == usual
    await asyncio.sleep(0)
    assert gc.get_freeze_count() <= frozen, "what is frozen may die, and no more is"
