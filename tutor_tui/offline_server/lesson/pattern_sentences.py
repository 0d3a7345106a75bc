"""Sentences that a pattern stands for: for the ears, which listen for sentences, and for who wants to see some.

A pattern with slots stands for more sentences than anybody can listen for, so they are numbered instead of written out,
and as many as are needed are taken from all over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from math import factorial, prod

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.korean_particles import PAIRS, Particle, with_particles
from tutor_tui.offline_server.lesson.normalise import UNSPACED
from tutor_tui.offline_server.lesson.word_lists import WordLists

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
    taken = min(most, whole)
    if 0 < taken == whole and not syntax.slot_names(node):
        found = _all(node, lists)
    else:
        found = [_at(node, lists, number * whole // taken) for number in range(taken)]
    yield from dict.fromkeys(map(with_particles, found))


def plainest(node: syntax.Node, lists: WordLists) -> str:
    """The sentence without what may be left out, and of what may be chosen the first; "" where it needs a word that
    nobody listed.
    """
    return with_particles(_at(_plain(node), lists, 0)) if count(node, lists) else ""


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


def _all(node: syntax.Node, lists: WordLists) -> list[str]:
    """All sentences of a pattern without slots, in the order of their numbers: four times as fast as one by one."""
    match node:
        case syntax.Choice(options):
            return [text for option in options for text in _all(option, lists)]
        case syntax.Sequence(parts):
            return _all_joined(parts, lists)
        case syntax.AnyOrder(parts):
            return [text for order in permutations(map(syntax.Part, parts)) for text in _all_joined(order, lists)]
        case _:
            return [_at(node, lists, 0)]


def _all_joined(parts: Iterable[syntax.Part], lists: WordLists) -> list[str]:
    texts = [""]
    for part in parts:
        space = "" if part.joined and lists.language in UNSPACED else " "
        pieces = _all(part.node, lists)
        texts = [f"{text}{space if text and piece else ''}{piece}" for text in texts for piece in pieces]
    return texts


def _at(node: syntax.Node, lists: WordLists, number: int) -> str:
    """The sentence of that number, from 0 to the count."""
    match node:
        case syntax.Word(text):
            return text
        case Particle():
            return next(written for written, particle in PAIRS.items() if particle == node)
        case syntax.Slot(name):
            return _nth(lists.slots[name].entries, lists.behind(name), number)
        case syntax.Choice(options):
            return _nth(options, lists, number)
        case syntax.Sequence(parts):
            return _joined(parts, lists, number)
        case syntax.AnyOrder(parts):
            each = prod(count(part, lists) for part in parts)
            order = list(permutations(parts))[number // each]
            return _joined([syntax.Part(part) for part in order], lists, number % each)


def _nth(nodes: Sequence[syntax.Node], lists: WordLists, number: int) -> str:
    for node in nodes:
        if number < (own := count(node, lists)):
            return _at(node, lists, number)
        number -= own
    raise IndexError(number)


def _joined(parts: Sequence[syntax.Part], lists: WordLists, number: int) -> str:
    counts = [count(part.node, lists) for part in parts]
    text = ""
    for place, part in enumerate(parts):
        rest = prod(counts[place + 1 :])
        piece = _at(part.node, lists, number // rest)
        number %= rest
        if piece:
            joined = part.joined and lists.language in UNSPACED
            text += piece if joined or not text else f" {piece}"
    return text
