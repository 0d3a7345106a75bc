"""The pattern language of lesson scripts: what a learner may answer, written briefly.

| written | stands for |
|---|---|
| `(a | b)` | a choice |
| `[a]` | may be left out |
| `{a & b}` | both, in any order |
| `<place>` | a slot: any entry of that word list, see `word_lists` |
| `<any>` | one word or more, whatever they are |
| `을/를` | in Korean: the form that fits the sound before it |

They nest. A slot may be joined to what follows it: `<place>에서 왔어요`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from tutor_tui.speech.korean_particles import PAIRS, Particle

ANY = "any"
MAX_DEPTH = 20
"""How deep brackets may nest: far above any real answer, and below Python's own limit."""
MAX_NODES = 2_000
"""Words, slots and brackets of one pattern: far above any real answer."""
MAX_ANY_ORDER = 4
"""Parts that may stand in any order: each more multiplies the orders there are."""

_TOKEN = re.compile(r"\s+|<[a-z][a-z0-9-]*>|[()\[\]{}|&]|[^\s()\[\]{}|&<>]+|[<>]")
_SIGNS = frozenset("()[]{}|&<>/")
"""What makes more of a pattern than words, one after the other."""
_FORBIDDEN = re.compile(r"[+=;\\$%@#^~`\"]")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why, in a sentence's second half."""


# Nodes are compared by what they are, and so are keys of caches that cost nothing to look up.


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """Words as they were written. Case does not count in a comparison, but is kept for who reads them."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """An entry of a word list; `ANY` for any words."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A node, and whether it was written without a space after the one before it."""

    node: Node
    joined: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """One part after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of these. An option without parts means that nothing need be said."""

    options: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOrder:
    """All of these, in whatever order; words that join may stand between them."""

    parts: tuple[Sequence, ...]


Node: TypeAlias = Word | Slot | Particle | Sequence | Choice | AnyOrder
_NOTHING = Sequence(())
NOTHING = Choice(())
"""No option at all: it is found nowhere."""
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def read_syntax(source: str) -> Node:
    """Read one pattern. Raises `PatternError` when it is malformed, or beyond all measure."""
    if found := _FORBIDDEN.search(source):
        raise PatternError(f"{found[0]!r} has no meaning here; use words, ( | ), [ ], {{ & }} and <slots>")
    if _SIGNS.isdisjoint(source) and (words := source.split()):
        return _of_words(words)
    tree = _Reader(source).read_group(closing="", depth=0)
    if _may_be_empty(tree):
        raise PatternError("it allows an answer without words")
    return tree


def _of_words(words: list[str]) -> Choice:
    """A pattern without signs, as most are: the same as `_Reader.read_group`, sooner."""
    _check_size(words)
    return Choice((Sequence(tuple(Part(Word(word)) for word in words)),))


def _check_size(tokens: list[str]) -> None:
    if len(tokens) > MAX_NODES:
        raise PatternError(f"it has more than {MAX_NODES} words and brackets")


class _Reader:
    """Takes a pattern token by token."""

    def __init__(self, source: str) -> None:
        self._tokens = _TOKEN.findall(source)
        _check_size(self._tokens)
        self._tokens.reverse()

    def read_group(self, closing: str, depth: int) -> Choice | AnyOrder:
        """Take tokens up to `closing`, which is taken too; "" means the end of the pattern."""
        if depth > MAX_DEPTH:
            raise PatternError(f"brackets are nested more than {MAX_DEPTH} deep")
        options: list[Sequence] = []
        parts: list[Part] = []
        between = "&" if closing == "}" else "|"
        joined = False
        while self._tokens:
            token = self._tokens.pop()
            if token.isspace():
                joined = False
                continue
            if token == closing:
                return _closed(options, parts, closing)
            if token == between:
                options.append(Sequence(tuple(parts)))
                parts, joined = [], False
                continue
            parts.append(Part(self._read(token, depth), joined and bool(parts)))
            joined = True
        if closing:
            raise PatternError(f"{closing!r} is missing")
        return _closed(options, parts, closing)

    def _read(self, token: str, depth: int) -> Node:
        if token in _CLOSING:
            return self.read_group(_CLOSING[token], depth + 1)
        if token in ")]}":
            raise PatternError(f"{token!r} closes nothing")
        if token in "|&<>":
            where = {"|": "", "&": " outside { }"}.get(token, "")
            raise PatternError(f"{token!r} has no meaning here{where}; a slot is written <name>")
        if token[0] == "<":
            return Slot(token[1:-1])
        if "/" in token:
            return _particle(token)
        return Word(token)


def _particle(token: str) -> Node:
    """`을/를`, or a word that ends in one: `이름이에요/예요` is a word and its copula."""
    for written, particle in PAIRS.items():
        if token == written:
            return particle
        if token.endswith(written):
            return Sequence((Part(Word(token.removesuffix(written))), Part(particle, joined=True)))
    raise PatternError(f"{token!r}: only Korean particles are written with /, such as {', '.join(PAIRS)}")


def _closed(options: list[Sequence], parts: list[Part], closing: str) -> Choice | AnyOrder:
    """The finished group; with more than one option, none may be empty: `[x]` says that more plainly."""
    options = [*options, Sequence(tuple(parts))]
    if len(options) > 1 and not all(option.parts for option in options):
        raise PatternError("a choice has an empty side; write [x] for what may be left out")
    if closing == "}":
        if not 2 <= len(options) <= MAX_ANY_ORDER:
            raise PatternError(f"{{ & }} takes 2 to {MAX_ANY_ORDER} parts")
        return AnyOrder(tuple(options))
    if closing == "]":
        options.append(_NOTHING)
    return Choice(tuple(options))


def _may_be_empty(node: Node) -> bool:
    match node:
        case Sequence(parts):
            return all(_may_be_empty(part.node) for part in parts)
        case Choice(options):
            return any(_may_be_empty(option) for option in options)
        case AnyOrder(parts):
            return all(_may_be_empty(part) for part in parts)
        case _:
            return False


def one_of(nodes: Iterable[Node]) -> Choice:
    """Any of these."""
    return Choice(tuple(Sequence((Part(node),)) for node in nodes))


def slot_names(node: Node) -> frozenset[str]:
    """The slots in it."""
    match node:
        case Slot(name):
            return frozenset({name})
        case Sequence(parts):
            return frozenset().union(*(slot_names(part.node) for part in parts))
        case Choice(options) | AnyOrder(options):
            return frozenset().union(*(slot_names(option) for option in options))
        case _:
            return frozenset()
