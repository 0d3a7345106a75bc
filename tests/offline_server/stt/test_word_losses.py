"""What a word costs is what the sentence gains where that word may be anything."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor_tui.offline_server.stt.phone_posteriors import BLANK
from tutor_tui.offline_server.stt.word_losses import ANYTHING, likelihoods, word_losses


def noise(frames: int, seed: int = 1) -> NDArray[np.float32]:
    """Posteriors of nobody who speaks."""
    chances = np.random.default_rng(seed).dirichlet(np.full(BLANK + 1, 0.3), frames)
    return np.log(chances + 1e-4).astype(np.float32)


SENTENCES = [[[1, 2, 3], [3, 4], [5]], [[7, 7], [8, 9]], [[6]], [[1], [1], [2], [2, 1]]]


@pytest.mark.parametrize("seed", range(3))
def test_a_word_costs_as_much_as_the_sentence_gains_without_it(seed: int) -> None:
    heard = noise(40, seed)
    for sentence, losses in zip(SENTENCES, word_losses(SENTENCES, heard), strict=True):
        without = [[*sentence[:at], [ANYTHING], *sentence[at + 1 :]] for at in range(len(sentence))]
        whole, *freed = likelihoods([sentence, *without], heard)
        assert losses == pytest.approx(np.maximum(0, np.array(freed) - whole))


def test_a_sentence_that_is_said_exactly_costs_nothing() -> None:
    said = [1, BLANK, 2, 3, BLANK, 3, BLANK]
    heard = np.full((len(said), BLANK + 1), -9.0, dtype=np.float32)
    heard[range(len(said)), said] = 0.0
    (losses,) = word_losses([[[1, 2], [3, 3]]], heard)
    assert losses == pytest.approx([0.0, 0.0])
    (losses,) = word_losses([[[1, 4], [3, 3]]], heard)
    assert losses == pytest.approx([9.0, 0.0])


def test_a_sentence_longer_than_the_sound_costs_more_than_any_other() -> None:
    (losses,) = word_losses([[[1, 2], [3]]], noise(2))
    assert not np.isfinite(losses).any()
