"""Every border over which something comes that we have not written, in one table; see `target`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz import files, kept, network
from tests.fuzz.target import Target

TARGETS = (*network.TARGETS, *files.TARGETS, *kept.TARGETS)


def shares(inputs: int) -> dict[str, int]:
    """How many of so many inputs each target gets."""
    whole = sum(each.share for each in TARGETS)
    return {each.name: max(1, round(inputs * each.share / whole)) for each in TARGETS}


def fuzzing(target: Target, inputs: int, counted: Counter[str], seeded: int | None = None) -> Callable[[], None]:
    """A test that tries so many inputs on a target, and counts them; the same ones each time, if it has no seed."""
    bounds = settings(
        max_examples=inputs,
        derandomize=seeded is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )

    @bounds
    @given(target.inputs)
    def one(value: Any) -> None:
        counted[target.name] += 1
        target.try_one(value)

    made: Callable[[], None] = one if seeded is None else seed(seeded)(one)
    return made
