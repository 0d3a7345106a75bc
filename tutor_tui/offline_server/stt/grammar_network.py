"""The decoder's grammar: a network of exactly the sentences that are listened for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from typing import TypeAlias

Arc: TypeAlias = "tuple[int, int, float, str] | tuple[int, int, float]"
"""From state, to state, probability, word; without a word it costs no time."""
START, END = 0, 1
PAUSE = "_pause"
"""The word for silence: before the sentence, after it, and between its words where there is one."""
_PAUSE_PROBABILITY = 0.01

_Words: TypeAlias = tuple[str, ...]


def network(sentences: Iterable[_Words]) -> list[Arc]:
    """The arcs from `START` to `END` of exactly these sentences (of words the decoder's dictionary knows).

    What sentences share is written once, at their beginnings and at their ends: a decoder follows each path of the
    grammar, and 500 answers to one question differ in a word or two.
    """
    return _Network().arcs_of(frozenset(sentences))


class _Network:
    """The smallest network without loops: a state is what may still be said there."""

    def __init__(self) -> None:
        self._numbers = count(END + 1)
        self._states: dict[frozenset[_Words], int] = {}
        self._arcs: list[Arc] = []

    def arcs_of(self, sentences: frozenset[_Words]) -> list[Arc]:
        root = self._state(sentences, begun=False)
        return [(START, root, 1.0, PAUSE), *self._arcs]

    def _state(self, rest: frozenset[_Words], *, begun: bool = True) -> int:
        if rest in self._states:
            return self._states[rest]
        state = self._states[rest] = next(self._numbers)
        behind: defaultdict[str, set[_Words]] = defaultdict(set)
        for words in rest:
            if words:
                behind[words[0]].add(words[1:])
            else:
                self._arcs.append((state, END, 1.0, PAUSE))
        onward = self._after_a_pause(state) if begun and behind else state
        for word in sorted(behind):
            self._arcs.append((onward, self._state(frozenset(behind[word])), 1.0, word))
        return state

    def _after_a_pause(self, state: int) -> int:
        """The state from which the next word starts, a pause before it or not."""
        onward = next(self._numbers)
        self._arcs.append((state, onward, 1.0))
        self._arcs.append((state, onward, _PAUSE_PROBABILITY, PAUSE))
        return onward
