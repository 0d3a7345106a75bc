"""Waiting until the machine is calm enough for sound."""

from __future__ import annotations

import time

_CALM_S = 0.004


def wait_for_calm(limit_s: float = 30.0) -> None:
    """Wait until this machine runs a waking thread at once, so that other work is not measured in place of ours.

    A machine that stays busy is measured nevertheless.
    """
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline and max(_wake_up_delay_s() for _ in range(40)) > _CALM_S:
        time.sleep(0.5)


def _wake_up_delay_s() -> float:
    begun = time.monotonic()
    time.sleep(0.004)
    return time.monotonic() - begun - 0.004
