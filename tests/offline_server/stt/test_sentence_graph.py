"""The graph of sentences: the exact likelihood of each."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tutor_tui.offline_server.phones import PHONES, Pronounced
from tutor_tui.offline_server.stt.phone_posteriors import BLANK
from tutor_tui.offline_server.stt.sentence_graph import freely, graph_of, log_likelihoods, numbers

FEW = 3
"""Phones in these sentences."""


def posteriors(frames: int, seed: int) -> NDArray[np.float32]:
    """Of so many frames in which nothing is said but the first few phones."""
    chances = np.random.default_rng(seed).uniform(0.05, 1.0, (frames, BLANK + 1))
    chances[:, FEW:BLANK] = 1e-12
    return np.asarray(np.log(chances / chances.sum(axis=1, keepdims=True)), dtype=np.float32)


def said_by(way: tuple[int, ...]) -> list[int]:
    """The phones of a way through the frames: repeated ones once, and without blanks."""
    return [phone for before, phone in zip((BLANK, *way), way, strict=False) if phone not in (before, BLANK)]


sentence = st.lists(st.integers(0, FEW - 1), min_size=1, max_size=3)


@given(st.lists(sentence, min_size=1, max_size=4), st.integers(0, 1000), st.integers(1, 5))
def test_each_likelihood_is_the_sum_over_all_ways(sentences: list[list[int]], seed: int, frames: int) -> None:
    heard = posteriors(frames, seed)
    ways = [
        (said_by(way), np.exp(heard[range(frames), way].sum(dtype=np.float64)))
        for way in product([*range(FEW), BLANK], repeat=frames)
    ]
    expected = [sum(chance for said, chance in ways if said == each) for each in sentences]
    assert np.exp(log_likelihoods(graph_of(sentences), heard)) == pytest.approx(expected, rel=1e-4)


def test_shared_beginnings_are_states_once() -> None:
    graph = graph_of([[1, 2, 3], [1, 2], [1, 2, 4]])
    assert len(graph.phones) == 5  # the root, 1, 2, 3 and 4
    assert [*graph.lengths] == [3, 2, 3]


def test_a_sentence_longer_than_the_sound_was_not_said() -> None:
    assert log_likelihoods(graph_of([[0, 1, 2]]), posteriors(2, 1)) == [-np.inf]


@given(sentence, st.integers(0, 1000))
def test_no_way_fits_better_than_the_loop_of_phones(phones: list[int], seed: int) -> None:
    heard = posteriors(5, seed)
    ways = [way for way in product([*range(FEW), BLANK], repeat=5) if said_by(way) == phones]
    assert max(heard[range(5), way].sum() for way in ways) <= freely(heard) + 1e-5


def test_a_sound_over_a_word_boundary_is_said_once() -> None:
    words = [Pronounced("es", ("EH", "S")), Pronounced("solo", ("S", "OW", "L", "OW"))]
    assert [[PHONES[number] for number in word] for word in numbers(words)] == [["EH", "S"], ["OW", "L", "OW"]]
    assert [len(word) for word in numbers([Pronounced("a", ("AA",)), Pronounced("a", ("AA",))])] == [1, 1]
