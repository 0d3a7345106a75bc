"""What each word of a sentence costs: by how much likelier the sound would be if that word might be anything.

Nothing is cut into words first, since that goes wrong exactly where something was said otherwise: the sentence before
the word and the one behind it are each laid over the sound in the best way, and the word has what is left between them.
Ways are those of connectionist temporal classification: at each moment a phone, or the blank that says "nothing new".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.stt.phone_posteriors import BLANK

ANYTHING = BLANK + 1
"""The number of a phone that may be any."""
ADDED_PHONES = 1.5
"""Counted with a word's phones: two bad ones of two say less than four of four."""
MOST_LOSS = 8.0
"""Per phone: more says nothing more."""

Sentence = Sequence[Sequence[int]]
"""The phones of each word, none without any, by their places in `PHONES`."""


def likelihoods(sentences: Sequence[Sentence], heard: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of each of some sentences the log likelihood of its best way; `heard` is as `PhonePosteriors` gives it."""
    states = _states(sentences)
    return _whole(_ways(states, _columns(heard)), _ends(sentences))


def word_losses(sentences: Sequence[Sentence], heard: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """Of each of some sentences, word by word, by how much its log likelihood would rise: 0 for one that fits best.

    Infinite where the sentence has more phones than the sound has frames. Takes some 5 ms for eight sentences.
    """
    states = _states(sentences)
    columns = _columns(heard)
    ends = _ends(sentences)
    before = _ways(states, columns)
    behind = _ways(_reversed(states, ends), columns[::-1])[::-1]
    whole = _whole(before, ends)
    best_of_all = np.concatenate([[0.0], np.cumsum(columns[:, ANYTHING])])
    losses = []
    for row, sentence in enumerate(sentences):
        phones = np.concatenate([[0], np.cumsum([len(word) for word in sentence])])
        # The best way through what is before each word by the end of each frame, and through what is behind it.
        left = _last_two(before[:, row], 2 * phones[:-1])
        right = _last_two(behind[:, row], ends[row] - 2 * phones[1:])
        start = np.where(phones[:-1] == 0, 0.0, -np.inf)  # nothing is before the first word, not even a blank
        stop = np.where(phones[1:] == phones[-1], 0.0, -np.inf)
        left = np.vstack([start, left]) - best_of_all[:, None]
        right = np.vstack([right, stop]) + best_of_all[:, None]
        freed = np.max(np.maximum.accumulate(left, axis=0)[:-1] + right[1:], axis=0)
        losses.append(np.maximum(0.0, freed - whole[row]) if np.isfinite(whole[row]) else np.full(len(freed), np.inf))
    return losses


def losses_per_phone(sentences: Sequence[Sentence], heard: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """The same per phone, and `MOST_LOSS` at most."""
    return [
        np.minimum(losses / (np.array([*map(len, sentence)]) + ADDED_PHONES), MOST_LOSS)
        for sentence, losses in zip(sentences, word_losses(sentences, heard), strict=True)
    ]


def _columns(heard: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.hstack([heard, heard.max(axis=1, keepdims=True)]).astype(np.float64)


def _ends(sentences: Sequence[Sentence]) -> NDArray[np.intp]:
    """Of each sentence the state of the blank behind it."""
    return np.array([2 * sum(map(len, sentence)) for sentence in sentences])


def _states(sentences: Sequence[Sentence]) -> NDArray[np.intp]:
    """A row for each sentence: its phones with blanks around them, and more blanks behind the shorter ones."""
    states = np.full((len(sentences), 1 + int(_ends(sentences).max())), BLANK)
    for row, sentence in enumerate(sentences):
        phones = [*chain.from_iterable(sentence)]
        states[row, 1 : 2 * len(phones) : 2] = phones
    return states


def _reversed(states: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    backwards = np.full_like(states, BLANK)
    for row, end in enumerate(ends):
        backwards[row, : end + 1] = states[row, end::-1]
    return backwards


def _ways(states: NDArray[np.intp], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frames × sentences × states: of the best way that is there by the end of the frame."""
    skips = np.full(states.shape, -np.inf)  # over the blank between two phones that are not the same
    skips[:, 3::2][states[:, 3::2] != states[:, 1:-2:2]] = 0.0
    room = np.full((states.shape[0], states.shape[1] + 2), -np.inf)
    score = room[:, 2:]
    found = np.empty((len(columns), *states.shape))
    emitted = columns[:, states]
    score[:, :2] = found[0] = -np.inf
    score[:, :2] = emitted[0, :, :2]
    found[0] = score
    for at in range(1, len(columns)):
        best = np.maximum(room[:, :-2] + skips, room[:, 1:-1])
        score[:] = np.maximum(best, score) + emitted[at]
        found[at] = score
    return found


def _whole(ways: NDArray[np.float64], ends: NDArray[np.intp]) -> NDArray[np.float64]:
    rows = np.arange(len(ends))
    return np.asarray(np.maximum(ways[-1, rows, ends], ways[-1, rows, ends - 1]))


def _last_two(ways: NDArray[np.float64], blanks: NDArray[np.intp]) -> NDArray[np.float64]:
    """Of one sentence the best way to the blank at each of these states, or to the phone before it."""
    return np.maximum(ways[:, blanks], np.where(blanks == 0, -np.inf, ways[:, np.maximum(blanks - 1, 0)]))
