"""How well each of hundreds of sentences fits the phones that were heard, in one pass over one graph.

Sentences that begin alike share the states of their beginning: a tree of phones. By hama's posteriors the likelihoods
are those of connectionist temporal classification (CTC): at each moment a phone, or the blank that says "nothing new".
By the acoustic model they are those of a hidden Markov model: each phone begins, lasts and ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.phones import PHONES, Pronounced
from tutor_tui.offline_server.stt.acoustic_model import SILENCE, STATES, Likelihoods
from tutor_tui.offline_server.stt.phone_posteriors import BLANK

_NUMBERS = {phone: number for number, phone in enumerate(PHONES)}


@dataclass(frozen=True, slots=True)
class SentenceGraph:
    """The states of all sentences; made by `graph_of`."""

    phones: NDArray[np.intp]
    """Of each state; the root's is the blank."""
    parents: NDArray[np.intp]
    """The state before it; the root's is itself."""
    ends: NDArray[np.intp]
    """Of each sentence the state of its last phone."""
    lengths: NDArray[np.intp]
    """Of each sentence its phones."""


def graph_of(sentences: Sequence[Sequence[int]]) -> SentenceGraph:
    """The graph of sentences of phones, which are given by their places in `PHONES`."""
    phones, parents = [BLANK], [0]
    children: dict[tuple[int, int], int] = {}
    ends = []
    for sentence in sentences:
        state = 0
        for phone in sentence:
            following = children.get((state, phone))
            if following is None:
                following = children[state, phone] = len(phones)
                phones.append(phone)
                parents.append(state)
            state = following
        ends.append(state)
    return SentenceGraph(np.array(phones), np.array(parents), np.array(ends), np.array([len(s) for s in sentences]))


def numbers(words: Sequence[Pronounced]) -> list[list[int]]:
    """The phones of each word as numbers; one that ends the word before is said once."""
    found: list[list[int]] = []
    last = -1
    for word in words:
        own = [_NUMBERS[phone] for phone in word.phones]
        if len(own) > 1 and own[0] == last:
            own = own[1:]
        found.append(own)
        last = own[-1]
    return found


def log_likelihoods(graph: SentenceGraph, posteriors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of each sentence, that it and nothing else was said, by all ways to lay it over the sound.

    `posteriors` are natural logarithms as `PhonePosteriors` gives them. A sentence hopelessly far behind gets −inf.
    """
    likelihoods = np.exp(posteriors.astype(np.float64))
    is_other = graph.phones != graph.phones[graph.parents]  # a phone twice needs a blank in between
    said = np.zeros(len(graph.phones))
    blank = np.zeros(len(graph.phones))
    blank[0] = 1.0
    scale = 0.0
    for now in likelihoods:
        entered = blank[graph.parents] + said[graph.parents] * is_other
        entered[0] = 0.0
        blank = (blank + said) * now[BLANK]
        said = (said + entered) * now[graph.phones]
        said[0] = 0.0
        largest = max(said.max(), blank.max())
        scale += np.log(largest)
        said /= largest
        blank /= largest
    with np.errstate(divide="ignore"):
        return np.log(said[graph.ends] + blank[graph.ends]) + scale


def freely(posteriors: NDArray[np.float32]) -> float:
    """The log likelihood of the best that a loop of all phones makes of the sound."""
    return float(posteriors.max(axis=1).sum())


def best_likelihoods(graph: SentenceGraph, likelihoods: Likelihoods) -> NDArray[np.float32]:
    """Of each sentence, by the best way to lay it over the whole sound; `likelihoods` as `AcousticModel` gives them.

    Pauses may be anywhere. −inf for a sentence with more states than the sound has frames.
    """
    silence = likelihoods[:, SILENCE].max(axis=1)
    score = np.full((STATES + 1, len(graph.phones)), -np.inf, dtype=np.float32)
    phone, pause = score[:STATES], score[STATES]
    pause[0] = 0.0
    for now, silent in zip(likelihoods.transpose(0, 2, 1), silence, strict=True):
        done = np.maximum(phone[-1], pause)
        following = np.vstack([done[graph.parents], phone[:-1]])
        following[0, 0] = -np.inf  # nothing comes before the pause that all begin with
        np.maximum(pause, phone[-1], out=pause)
        pause += silent
        np.maximum(phone, following, out=phone)
        phone += now[:, graph.phones]
    return np.asarray(np.maximum(phone[-1], pause)[graph.ends])
