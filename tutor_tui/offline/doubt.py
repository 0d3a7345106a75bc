"""The second look: a network in which the recognised sentence has to stand against what else may have been said.

Its rivals are itself with one word left out, and itself with any part replaced by what was freely heard there.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import count
from typing import TypeAlias

Arc: TypeAlias = "tuple[int, int, float, str] | tuple[int, int, float]"
"""From state, to state, probability, word; without a word it costs no time."""

HANDICAP = 1e-18
"""Probability of a freely heard word against 1 for an expected one: it was picked from 130,000 as the best fit.

Measured on the recordings of tests/audio_samples: at 1e-14 right sentences begin to be lost, at 1e-22 "seven" begins
to pass for "ten".
"""
START, END = 0, 1


def second_look(words: str, freely: str) -> list[Arc]:
    """The arcs from `START` to `END`, for `words` and its rivals; both are dictionary words with single spaces."""
    expected, heard = words.split(), freely.split()
    states = count(END + 1)
    arcs: list[Arc] = []

    def chain(begin: int, end: int, path: list[str], probability: float) -> None:
        """`path`, word by word; an empty one passes at once."""
        if not path:
            arcs.append((begin, end, probability))
        for place, word in enumerate(path):
            after = end if place == len(path) - 1 else next(states)
            arcs.append((begin, after, probability, word))
            begin = after

    matched = SequenceMatcher(None, expected, heard, autojunk=False).get_opcodes()
    state = START
    for place, (kind, begin, end, heard_begin, heard_end) in enumerate(matched):
        after = END if place == len(matched) - 1 else next(states)
        chain(state, after, expected[begin:end], 1.0)
        if kind != "equal":
            chain(state, after, heard[heard_begin:heard_end], HANDICAP)
        state = after
    if len(expected) > 1:
        for left in range(len(expected)):
            chain(START, END, expected[:left] + expected[left + 1 :], 1.0)
    return arcs
