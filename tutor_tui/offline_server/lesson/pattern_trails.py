"""How a pattern is followed through an answer: what its slots stand for, and what had to be repaired on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.pattern_starts import Tokens
from tutor_tui.offline_server.lesson.spelling import misspelt
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.korean_particles import Particle
from tutor_tui.speech.normalise import UNSPACED


@dataclass(frozen=True, slots=True)
class Repair:
    """Tokens that were said, from `begin` on, and what should have been said."""

    begin: int
    said: Tokens
    right: str


@dataclass(frozen=True, slots=True)
class Trail:
    """How a pattern was followed up to some token."""

    slots: tuple[tuple[str, Tokens], ...] = ()
    repairs: tuple[Repair, ...] = ()

    def __add__(self, other: Trail) -> Trail:
        if not other.slots and not other.repairs:
            return self
        if not self.slots and not self.repairs:
            return other
        return Trail(self.slots + other.slots, self.repairs + other.repairs)


Ends = dict[int, Trail]
"""Where a node may end, and how it got there with the fewest repairs."""
HERE = Trail()
"""At once, and without a repair."""
NOWHERE: Ends = {}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that patterns are looked for in."""

    tokens: Tokens
    lists: WordLists
    repairing: bool = False
    """Whether a misspelt word, or a particle of the wrong form, may stand for the right one."""
    known: Callable[[str], bool] = field(default=lambda word: False)
    """Whether a word is a word of its own, which cannot be another one misspelt."""
    found: dict[tuple[str, int], Ends] = field(default_factory=dict, compare=False)
    """Where each slot that was looked for may end, by its name and where it begins: slots hold slots, over and over."""
    repeated: dict[tuple[syntax.Choice, int], Ends] = field(default_factory=dict, compare=False)
    """The same for what may stand around an answer."""


def repaired(wanted: Tokens, spelling: str, heard: Tokens, begin: int, answer: Said) -> Repair | None:
    """`heard` as a misspelling of `wanted`, in words `spelling`; None if it is none."""
    if len(heard) != len(wanted):
        return None
    if answer.lists.language in UNSPACED:
        right, written = "".join(wanted), "".join(heard)
        near = any(misspelt(written, wanted_as, answer.lists.language) for wanted_as in (right, spelling))
        wrong = near and not answer.known(written)
        return Repair(begin, heard, spelling) if wrong else None
    other = [place for place, word in enumerate(wanted) if word != heard[place]]
    for place in other:
        if answer.known(heard[place]) or not misspelt(heard[place], wanted[place], answer.lists.language):
            return None
    first, last = other[0], other[-1] + 1
    words = spelling.split() if len(spelling.split()) == len(wanted) else wanted
    return Repair(begin + first, heard[first:last], " ".join(words[first:last]))


def particle_ends(particle: Particle, answer: Said, begin: int) -> Ends:
    """Any form of it; one that does not fit counts as a repair, and only where there are repairs."""
    before = answer.tokens[begin - 1] if begin else ""
    ends: Ends = {}
    for form in particle.forms:
        end = begin + len(form)
        if answer.tokens[begin:end] != tuple(form):
            continue
        if particle.fits(form, before):
            ends[end] = HERE
        elif answer.repairing and end not in ends:
            fitting = particle.fitting(before)
            ends[end] = Trail(repairs=(Repair(begin - 1, answer.tokens[begin - 1 : end], before + fitting),))
    return ends
