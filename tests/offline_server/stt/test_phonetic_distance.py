"""Accents are near, other words are far, and the quick way gives what the plain one does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.offline_server.stt.phonetic_distance import GAP, PHONES, nearest, substitution

CLUBS = ["T", "EH", "N", "AH", "V", "K", "L", "AH", "B", "Z"]
CLOVES = ["T", "EH", "N", "AH", "V", "K", "L", "OW", "V", "Z"]
HEARTS = ["T", "UW", "AH", "V", "HH", "AA", "R", "T", "S"]
words = st.lists(st.sampled_from(PHONES), min_size=1, max_size=12)


def test_the_same_is_no_distance_at_all() -> None:
    found = nearest(CLUBS, [HEARTS, CLUBS])
    assert found is not None
    assert (found.index, found.distance) == (1, 0)
    assert found.per_phone == (0.0,) * len(CLUBS)


def test_what_is_written_by_ear_is_near_and_its_place_is_told() -> None:
    found = nearest(CLOVES, [HEARTS, CLUBS])
    assert found is not None
    assert found.index == 1
    assert 0 < found.distance < 0.12
    assert [phone for phone, cost in zip(CLUBS, found.per_phone, strict=True) if cost] == ["AH", "B"]


def test_another_sentence_is_far() -> None:
    found = nearest(HEARTS, [CLUBS])
    assert found is not None
    assert found.distance > 0.3


@pytest.mark.parametrize(
    ("near", "far"),
    [(("P", "B"), ("P", "S")), (("IY", "IH"), ("IY", "AA")), (("R", "L"), ("R", "K")), (("W", "UW"), ("W", "AE"))],
)
def test_sounds_that_are_made_alike_are_near(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert substitution(*near) < substitution(*far)


@given(words)
def test_a_sound_is_as_far_from_another_as_that_from_it(phones: list[str]) -> None:
    one, other = phones[0], phones[-1]
    assert substitution(one, other) == substitution(other, one)
    assert (substitution(one, other) == 0) == (one == other)


@pytest.mark.parametrize(("heard", "expected"), [([], [CLUBS]), (CLUBS, []), (CLUBS, [[]]), ([], [])])
def test_nothing_is_near_nothing(heard: list[str], expected: list[list[str]]) -> None:
    assert nearest(heard, expected) is None


@given(words, st.lists(words | st.just([]), min_size=1, max_size=4).filter(any))
def test_the_nearest_is_found(heard: list[str], expected: list[list[str]]) -> None:
    found = nearest(heard, expected)
    assert found is not None
    plainly = [distance(heard, each) / max(len(heard), len(each)) if each else float("inf") for each in expected]
    assert found.distance == pytest.approx(min(plainly))
    assert plainly[found.index] == pytest.approx(found.distance)
    longer = max(len(heard), len(expected[found.index]))
    assert sum(found.per_phone) / longer == pytest.approx(found.distance), "all that it costs is at some phone"


def distance(heard: Sequence[str], wanted: Sequence[str]) -> float:
    """The same by the definition."""

    @cache
    def cost(i: int, j: int) -> float:
        if not i or not j:
            return (i + j) * GAP
        replaced = cost(i - 1, j - 1) + substitution(heard[i - 1], wanted[j - 1])
        return min(replaced, cost(i - 1, j) + GAP, cost(i, j - 1) + GAP)

    return cost(len(heard), len(wanted))
