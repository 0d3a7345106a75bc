"""How far is what was heard from what was expected? By phones, for a recogniser writes by ear: "see" for "sea".

Phones are those of the CMU dictionary without stress. Putting in or leaving out a phone costs `GAP`; taking one for
another the less the more alike they are made in the mouth. So an accent, which moves each sound a little, costs less
than another word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

GAP = 0.7
_STRANGERS = 1.2
"""A vowel for a consonant: a little less than leaving out one and putting in the other."""
_MANNERS = {"stop": 0.0, "affricate": 0.25, "fricative": 0.45, "nasal": 0.75, "liquid": 1.0, "glide": 1.1}
_CONSONANTS: dict[str, tuple[str, float, int]] = {
    "P": ("stop", 0.0, 0),
    "B": ("stop", 0.0, 1),
    "T": ("stop", 0.4, 0),
    "D": ("stop", 0.4, 1),
    "K": ("stop", 0.9, 0),
    "G": ("stop", 0.9, 1),
    "CH": ("affricate", 0.6, 0),
    "JH": ("affricate", 0.6, 1),
    "F": ("fricative", 0.1, 0),
    "V": ("fricative", 0.1, 1),
    "TH": ("fricative", 0.3, 0),
    "DH": ("fricative", 0.3, 1),
    "S": ("fricative", 0.45, 0),
    "Z": ("fricative", 0.45, 1),
    "SH": ("fricative", 0.6, 0),
    "ZH": ("fricative", 0.6, 1),
    "HH": ("fricative", 1.0, 0),
    "M": ("nasal", 0.0, 1),
    "N": ("nasal", 0.4, 1),
    "NG": ("nasal", 0.9, 1),
    "L": ("liquid", 0.4, 1),
    "R": ("liquid", 0.55, 1),
    "W": ("glide", 0.1, 1),
    "Y": ("glide", 0.7, 1),
}
"""Manner, place (from the lips, 0, to the throat, 1), voice."""
_VOWELS: dict[str, tuple[float, float, float]] = {
    "IY": (1.0, 0.0, 0.0),
    "IH": (0.8, 0.15, 0.0),
    "EY": (0.65, 0.05, 0.0),
    "EH": (0.4, 0.1, 0.0),
    "AE": (0.15, 0.2, 0.0),
    "AA": (0.0, 0.7, 0.0),
    "AO": (0.3, 0.95, 1.0),
    "OW": (0.6, 0.95, 1.0),
    "UH": (0.8, 0.85, 1.0),
    "UW": (1.0, 0.95, 1.0),
    "AH": (0.4, 0.6, 0.0),
    "ER": (0.5, 0.5, 0.3),
    "AY": (0.3, 0.4, 0.0),
    "AW": (0.2, 0.7, 0.5),
    "OY": (0.5, 0.6, 0.7),
}
"""Height of the tongue, how far back it is, how round the lips are: 0 to 1 each."""
_NEIGHBOURS = {("W", "UW"): 0.35, ("W", "UH"): 0.45, ("Y", "IY"): 0.35, ("Y", "IH"): 0.4, ("R", "ER"): 0.35}
PHONES = (*_CONSONANTS, *_VOWELS)
_NUMBERS = {phone: number for number, phone in enumerate(PHONES)}


@dataclass(frozen=True, slots=True)
class Nearest:
    """The expected sentence that is nearest to what was heard."""

    index: int
    distance: float
    """Per phone of the longer of the two; 0 is the same, and 1 about as far as two sentences can be."""
    per_phone: tuple[float, ...]
    """What each of its phones costs; a phone that was heard beside it counts for its neighbour."""


def nearest(heard: Sequence[str], expected: Sequence[Sequence[str]], most: float = math.inf) -> Nearest | None:
    """The nearest of `expected` that is no farther than `most`; 500 short sentences take some 10 ms."""
    said = _numbered(heard)
    near = [at for at, each in enumerate(expected) if each and heard and _least(len(each), len(heard)) <= most]
    if not near:
        return None
    lengths = np.array([len(expected[at]) for at in near])
    table = np.zeros((len(near), int(lengths.max())), dtype=np.intp)
    for row, at in zip(table, near, strict=True):
        row[: len(expected[at])] = _numbered(expected[at])
    costs = _costs(said, table)[-1][np.arange(len(near)), lengths]
    distances = costs / np.maximum(lengths, len(said))
    best = int(np.argmin(distances))
    if distances[best] > most:
        return None
    return Nearest(near[best], float(distances[best]), _per_phone(said, table[best, : lengths[best]]))


def _least(one: int, other: int) -> float:
    """How far apart sentences of so many phones are at least."""
    return GAP * abs(one - other) / max(one, other)


def _numbered(phones: Sequence[str]) -> NDArray[np.intp]:
    return np.array([_NUMBERS[phone] for phone in phones], dtype=np.intp)


def _costs(said: NDArray[np.intp], table: NDArray[np.intp]) -> list[NDArray[np.float64]]:
    """Wagner and Fischer's edit distances, all rows of `table` at once: of each beginning of `said`, the empty one
    first, to each beginning of each row.
    """
    gaps = np.arange(table.shape[1] + 1) * GAP
    costs = [np.broadcast_to(gaps, (len(table), len(gaps)))]
    for phone in said:
        before = costs[-1]
        new = before + GAP
        new[:, 1:] = np.minimum(new[:, 1:], before[:, :-1] + _substitutions()[phone][table])
        costs.append(np.minimum.accumulate(new - gaps, axis=1) + gaps)  # phones left out: a gap for each step
    return costs


def _per_phone(said: NDArray[np.intp], wanted: NDArray[np.intp]) -> tuple[float, ...]:
    """What each phone of `wanted` costs on the cheapest way."""
    taken = _substitutions()[said][:, wanted]
    rows = np.concatenate(_costs(said, wanted[np.newaxis]))
    costs = [0.0] * len(wanted)
    i, j = len(said), len(wanted)
    while i or j:
        if i and j and math.isclose(rows[i, j], rows[i - 1, j - 1] + taken[i - 1, j - 1], abs_tol=1e-9):
            i, j = i - 1, j - 1
            costs[j] += float(taken[i, j])
        elif j and math.isclose(rows[i, j], rows[i, j - 1] + GAP, abs_tol=1e-9):
            j -= 1
            costs[j] += GAP
        else:
            i -= 1
            costs[min(j, len(wanted) - 1)] += GAP
    return tuple(costs)


@cache
def _substitutions() -> NDArray[np.float64]:
    """All of them, by number."""
    return np.array([[substitution(one, other) for other in PHONES] for one in PHONES])


def substitution(one: str, other: str) -> float:
    """What it costs to take one phone for another."""
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        height, back, round_ = (abs(a - b) for a, b in zip(_VOWELS[one], _VOWELS[other], strict=True))
        return min(1.0, 0.1 + 0.6 * height + 0.45 * back + 0.2 * round_)
    if one in _CONSONANTS and other in _CONSONANTS:
        manner, place, voice = _CONSONANTS[one]
        its_manner, its_place, its_voice = _CONSONANTS[other]
        apart = 0.7 * abs(_MANNERS[manner] - _MANNERS[its_manner]) + 0.6 * abs(place - its_place)
        return min(1.0, 0.1 + apart + 0.15 * (voice != its_voice))
    return _NEIGHBOURS.get((one, other), _NEIGHBOURS.get((other, one), _STRANGERS))
