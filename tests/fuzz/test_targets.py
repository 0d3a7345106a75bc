"""A few inputs for every target of the table; `python -m tests.fuzz --inputs` tries more."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fuzz.table import TARGETS, fuzzing, shares
from tests.fuzz.target import Target

INPUTS = 2_000
"""Of all targets together."""


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_nothing_but_what_is_documented_is_raised(target: Target) -> None:
    counted = Counter[str]()
    fuzzing(target, shares(INPUTS)[target.name], counted)()
    assert counted[target.name] > 10


def test_a_target_that_breaks_is_found() -> None:
    nothing = dict[str, object]()
    broken = Target("broken", TARGETS[0].inputs, lambda given: nothing["x"])
    with pytest.raises(KeyError):
        fuzzing(broken, 10, Counter())()
