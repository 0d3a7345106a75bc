"""How well sentences fit a sound, phone by phone: each is laid over it in the way that fits best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.stt.acoustic_model import SILENCE, STATES, Likelihoods

_SILENT = SILENCE * STATES
"""The state of a pause, whose three states are taken for one."""


@dataclass(frozen=True, slots=True)
class PhoneFit:
    """Where a phone lies in the sound, and how well it fits."""

    first_frame: int
    end_frame: int
    """Behind its last."""
    likelihood: float
    """Its natural logarithm. 0 would be the best of all sounds there are, at every moment."""


def fits(sentences: Sequence[Sequence[Sequence[int]]], likelihoods: Likelihoods) -> list[list[list[PhoneFit]] | None]:
    """The phones of each word of each sentence (of phones by their numbers); None for one longer than the sound.

    A pause may be before each word and behind the last.
    """
    columns = likelihoods.reshape(len(likelihoods), -1).copy()
    columns[:, _SILENT] = likelihoods[:, SILENCE].max(axis=1)
    paths = [_states(sentence) for sentence in sentences]
    longest = max(map(len, paths))
    states = np.full((len(paths), longest), _SILENT)
    for row, path in enumerate(paths):
        states[row, : len(path)] = path
    emitted = columns[:, states]  # frames × sentences × states
    ends = np.array([len(path) - 1 for path in paths])
    ways, reached = _best_ways(emitted, states == _SILENT, ends)
    found: list[list[list[PhoneFit]] | None] = []
    for row, sentence in enumerate(sentences):
        if not reached[row]:
            found.append(None)
            continue
        own = np.bincount(ways[row], weights=emitted[np.arange(len(ways[row])), row, ways[row]], minlength=longest)
        begins = np.searchsorted(ways[row], np.arange(longest + 1))
        words, at = [], 0
        for word in sentence:
            at += 1  # the pause before it
            phones = []
            for _ in word:
                phones.append(PhoneFit(int(begins[at]), int(begins[at + STATES]), float(own[at : at + STATES].sum())))
                at += STATES
            words.append(phones)
        found.append(words)
    return found


def _states(sentence: Sequence[Sequence[int]]) -> list[int]:
    path = [_SILENT]
    for word in sentence:
        path += [STATES * phone + state for phone in word for state in range(STATES)]
        path.append(_SILENT)
    return path


def _best_ways(
    emitted: NDArray[np.float32], silent: NDArray[np.bool_], ends: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Of each sentence the state at each frame on its best way, and whether there is a way to its end."""
    frames, sentences, length = emitted.shape
    room = np.full((sentences, length + 2), -np.inf, dtype=np.float32)
    score = room[:, 2:]
    skips = np.full((sentences, length), -np.inf, dtype=np.float32)
    skips[:, 1:][silent[:, :-1]] = 0.0  # over a pause that is none
    skips[:, 1] = -np.inf
    score[:, :2] = emitted[0, :, :2]
    came = np.zeros((frames, sentences, length), dtype=np.int8)
    for at in range(1, frames):
        step, jump = room[:, 1:-1], room[:, :-2] + skips
        best = np.maximum(score, step)
        came[at] = np.where(jump > best, 2, step > score)
        score[:] = np.maximum(best, jump) + emitted[at]
    rows = np.arange(sentences)
    state = np.where(score[rows, ends] >= score[rows, ends - 1], ends, ends - 1)
    reached = np.isfinite(score[rows, state])
    ways = np.empty((sentences, frames), dtype=np.intp)
    for at in range(frames - 1, -1, -1):
        ways[:, at] = state
        state = state - came[at, rows, state]
    return ways, reached
