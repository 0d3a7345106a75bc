"""Sentences that a pattern stands for: for the ears, which listen for sentences, and for who wants to see some.

A pattern with slots stands for more sentences than anybody can listen for, so they are numbered instead of written out,
and as many as are needed are taken from all over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, permutations
from math import factorial, prod

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.korean_particles import PAIRS, Particle, with_particles
from tutor_tui.speech.normalise import UNSPACED

MAX_SLOT_SENTENCES = 40
"""Entries of a slot that are listened for, the first ones first: a list begins with what is said most."""


@lru_cache(maxsize=65_536)
def closed(node: syntax.Node, lists: WordLists) -> bool:
    """Whether it stands for listed sentences only: no slot in it takes words that nobody listed."""
    match node:
        case syntax.Slot(name):
            return _closed_slot(name, lists.behind(name))
        case syntax.Sequence(parts):
            return all(closed(part.node, lists) for part in parts)
        case syntax.Choice(options) | syntax.AnyOrder(options):
            return all(closed(option, lists) for option in options)
        case _:
            return True


@lru_cache(maxsize=2048)
def _closed_slot(name: str, lists: WordLists) -> bool:
    slot = lists.slots.get(name)
    return slot is not None and not (slot.open or slot.endings) and all(closed(entry, lists) for entry in slot.entries)


def sentences(node: syntax.Node, lists: WordLists, most: int) -> Iterator[str]:
    """Up to `most` sentences of a pattern, each once, from all over; none with words that nobody listed."""
    whole = count(node, lists)
    if not (taken := min(most, whole)):
        return
    numbers = [number * whole // taken for number in range(taken)]
    texts = _texts(node, lists, numbers)
    yield from dict.fromkeys(with_particles(texts[number]) for number in numbers)


def briefer(node: syntax.Node, kept: int = 0) -> list[syntax.Node]:
    """`node` without the parts that may be left out of it, but for any `kept` (0 or 1) of them: what is said most.

    Brackets and slots within its parts stay as they are.
    """
    match node:
        case syntax.Choice(options):
            return [short for option in options for short in briefer(option, kept)]
        case syntax.Sequence(parts):
            optional = [at for at, part in enumerate(parts) if _may_be_left_out(part.node)]
            short = [
                tuple(part for at, part in enumerate(parts) if at in keep or at not in optional)
                for keep in combinations(optional, kept)
            ]
            return [syntax.Choice((syntax.Sequence(each),)) for each in short if each]
        case _:
            return [] if kept else [node]


def _may_be_left_out(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Choice) and any(not option.parts for option in node.options)


def plainest(node: syntax.Node, lists: WordLists) -> str:
    """The sentence without what may be left out, and of what may be chosen the first; "" where it needs a word that
    nobody listed.
    """
    plain = _plain(node)
    return with_particles(_texts(plain, lists, [0])[0]) if count(plain, lists) else ""


def _plain(node: syntax.Node) -> syntax.Node:
    """`node` with one reading, but for its slots."""
    match node:
        case syntax.Choice(options):
            empty = any(not option.parts for option in options)
            return syntax.Sequence(()) if empty or not options else _plain(options[0])
        case syntax.Sequence(parts):
            return syntax.Sequence(tuple(replace(part, node=_plain(part.node)) for part in parts))
        case syntax.AnyOrder(parts):
            return syntax.Sequence(tuple(syntax.Part(_plain(part)) for part in parts))
        case _:
            return node


@lru_cache(maxsize=65_536)
def count(node: syntax.Node, lists: WordLists) -> int:
    """How many sentences it stands for, of each slot the first few entries; 0 with a slot that lists nothing."""
    match node:
        case syntax.Slot(name):
            return _count_slot(name, lists.behind(name))
        case syntax.Sequence(parts):
            return prod(count(part.node, lists) for part in parts)
        case syntax.Choice(options):
            return sum(count(option, lists) for option in options)
        case syntax.AnyOrder(parts):
            return factorial(len(parts)) * prod(count(part, lists) for part in parts)
        case _:
            return 1


@lru_cache(maxsize=2048)
def _count_slot(name: str, lists: WordLists) -> int:
    slot, total = lists.slots.get(name), 0
    for entry in slot.entries if slot else ():
        total += count(entry, lists)
        if total >= MAX_SLOT_SENTENCES:
            return MAX_SLOT_SENTENCES
    return total


def _texts(node: syntax.Node, lists: WordLists, numbers: Collection[int]) -> dict[int, str]:
    """The sentences of these numbers, each from 0 to the count. What many of them share is written out once."""
    match node:
        case syntax.Word(text):
            return dict.fromkeys(numbers, text)
        case Particle():
            return dict.fromkeys(numbers, next(written for written, each in PAIRS.items() if each == node))
        case syntax.Slot(name):
            return _among(lists.slots[name].entries, lists.behind(name), numbers)
        case syntax.Choice(options):
            return _among(options, lists, numbers)
        case syntax.Sequence(parts):
            return _joined(parts, lists, numbers)
        case syntax.AnyOrder(parts):
            return _ordered(parts, lists, numbers)


def _among(nodes: Sequence[syntax.Node], lists: WordLists, numbers: Collection[int]) -> dict[int, str]:
    """Of a choice, whose options are numbered one after the other."""
    texts: dict[int, str] = {}
    left = sorted(numbers)
    begin = first = 0
    for node in nodes:
        if begin == len(left):
            break
        behind = first + count(node, lists)
        if (end := bisect_left(left, behind, begin)) > begin:
            found = _texts(node, lists, [number - first for number in left[begin:end]])
            texts |= {number + first: text for number, text in found.items()}
        begin, first = end, behind
    return texts


def _joined(parts: Sequence[syntax.Part], lists: WordLists, numbers: Collection[int]) -> dict[int, str]:
    """Of a sequence, whose numbers have a digit for each part; the last part's counts fastest."""
    texts = dict.fromkeys(numbers, "")
    each = prod(count(part.node, lists) for part in parts)
    for part in parts:
        own = count(part.node, lists)
        each //= own
        pieces = _texts(part.node, lists, {number // each % own for number in numbers})
        space = "" if part.joined and lists.language in UNSPACED else " "
        for number, text in texts.items():
            if piece := pieces[number // each % own]:
                texts[number] = f"{text}{space}{piece}" if text else piece
    return texts


def _ordered(parts: Sequence[syntax.Sequence], lists: WordLists, numbers: Collection[int]) -> dict[int, str]:
    """Of parts in any order: all sentences of the first order, then those of the next."""
    each = prod(count(part, lists) for part in parts)
    orders = list(permutations(map(syntax.Part, parts)))
    texts: dict[int, str] = {}
    for place in {number // each for number in numbers}:
        found = _joined(orders[place], lists, [number % each for number in numbers if number // each == place])
        texts |= {number + place * each: text for number, text in found.items()}
    return texts
