"""The machine was asleep: the line has mostly gone meanwhile, and soon has to show that it has not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.test_dead_line import conversation, pinged
from tutor_tui.core.machine_sleep import LEAST_S, Machine, slept_s
from tutor_tui.core.problems import LinkLost
from tutor_tui.tutors.realtime.websocket import watched_connection


def test_a_machine_that_wakes_notices_it_once() -> None:
    slept = [5.0]
    machine = Machine(lambda: slept[0])
    assert not machine.has_woken()
    slept[0] += LEAST_S / 2
    assert not machine.has_woken()
    slept[0] += 3_600
    assert machine.has_woken()
    assert not machine.has_woken()


def test_this_machine_has_a_clock_that_tells() -> None:
    assert slept_s() > -LEAST_S
    assert not Machine().has_woken()


@pytest.fixture
def sleep_for(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The machine has been asleep so long, it seems. A second between two pings is a twentieth."""
    slept = [0.0]
    monkeypatch.setattr(watched_connection, "Machine", lambda: Machine(lambda: slept[0]))
    monkeypatch.setattr(watched_connection, "PING_S", 0.05)

    def sleep(seconds: float) -> None:
        slept[0] += seconds

    return sleep


async def test_a_line_that_did_not_outlive_a_sleep_is_found_at_once(
    sleep_for: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Awake, it would not be found at all here."""
    async with conversation() as (_, line, ear):
        monkeypatch.setattr(watched_connection, "DEAD_PINGS", 1_000_000)
        line.half_open()
        while ear.lost is None:  # once might be while the last pong is on its way
            sleep_for(3_600)
            await pinged()
            await pinged()
        assert isinstance(ear.lost, LinkLost)


async def test_a_line_that_outlived_it_is_kept(sleep_for: Callable[[float], None]) -> None:
    async with conversation() as (_, _, ear):
        for _ in range(3):
            sleep_for(3_600)
            await pinged()
            await pinged()
        assert ear.lost is None


def test_a_line_has_less_time_after_a_sleep_than_awake() -> None:
    assert watched_connection.WOKEN_PINGS < watched_connection.DEAD_PINGS
