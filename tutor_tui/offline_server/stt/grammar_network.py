"""The decoder's grammar: a network of exactly the sentences that are listened for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import TypeAlias

Arc: TypeAlias = "tuple[int, int, float, str] | tuple[int, int, float]"
"""From state, to state, probability, word; without a word it costs no time."""
START, END = 0, 1
PAUSE = "_pause"
"""The word for silence: before the sentence, after it, and between its words where there is one."""
_PAUSE_PROBABILITY = 0.01


def network(sentences: Iterable[str]) -> list[Arc]:
    """The arcs from `START` to `END` of exactly these sentences (of words the decoder's dictionary knows).

    Shared beginnings are written once: a decoder follows each path of the grammar, and 500 answers to one question
    mostly begin alike (measured: half the work).
    """
    states = count(END + 1)
    root = next(states)
    arcs: list[Arc] = [(START, root, 1.0, PAUSE)]
    after: dict[tuple[str, ...], int] = {}
    """The state behind these first words."""
    onward: dict[tuple[str, ...], int] = {(): root}
    """The state from which the next word starts, a pause behind it or not."""
    for sentence in sentences:
        words = tuple(sentence.split())
        for length in range(1, len(words) + 1):
            said = words[:length]
            begun = words[: length - 1]
            if begun not in onward:
                onward[begun] = next(states)
                arcs.append((after[begun], onward[begun], 1.0))
                arcs.append((after[begun], onward[begun], _PAUSE_PROBABILITY, PAUSE))
            if said not in after:
                after[said] = next(states)
                arcs.append((onward[begun], after[said], 1.0, words[length - 1]))
        arcs.append((after[words], END, 1.0, PAUSE))
    return arcs
