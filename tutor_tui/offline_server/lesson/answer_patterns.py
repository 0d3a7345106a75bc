"""The small pattern language of lesson scripts: what a learner may answer, written briefly.

`(a | b)` is a choice, `[x]` may be left out, both nest. `<any>` at the very end stands for any words.
Patterns are expanded into plain sentences, because sentences serve all who need them: the decoder's grammar,
the comparison with what was heard, and the test that a lesson can be answered at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from math import prod
from typing import TypeAlias

ANY = "<any>"
MAX_SENTENCES = 500
"""Sentences one pattern may stand for: far above any real answer, low enough that a slip cannot fill the memory."""
MAX_DEPTH = 20
"""How deep brackets may nest: far above any real answer, and below Python's own limit."""

_TOKEN = re.compile(r"\s+|<any>|[()\[\]|]|[^\s()\[\]|<>]+|[<>]")
_FORBIDDEN = re.compile(r"[{}*+=;\\/$%@#&^~`\"]")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why, in a sentence's second half."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of answering: the sentences it stands for, in the order written."""

    source: str
    sentences: tuple[str, ...]
    """Plain lower-case sentences, each once. Of an open pattern these are the openings; "" means none is needed."""
    open: bool = False
    """Whether any words may follow (`<any>`)."""


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Node, ...]

    def count(self) -> int:
        return prod(part.count() for part in self.parts)

    def expand(self) -> Iterator[tuple[str, ...]]:
        if not self.parts:
            yield ()
            return
        head, rest = self.parts[0], _Sequence(self.parts[1:])
        for beginning in head.expand():
            for end in rest.expand():
                yield beginning + end


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Sequence, ...]

    def count(self) -> int:
        return sum(option.count() for option in self.options)

    def expand(self) -> Iterator[tuple[str, ...]]:
        for option in self.options:
            yield from option.expand()


@dataclass(frozen=True, slots=True)
class _Word:
    text: str

    def count(self) -> int:
        return 1

    def expand(self) -> Iterator[tuple[str, ...]]:
        yield (self.text,)


_Node = _Sequence | _Choice | _Word
_NOTHING = _Sequence(())


def read_pattern(source: str) -> Pattern:
    """Read one pattern. Raises `PatternError` when it is malformed, empty, or stands for too many sentences."""
    tokens = _tokens(source)
    is_open = bool(tokens) and tokens[-1] == ANY
    if is_open:
        tokens.pop()
    if ANY in tokens:
        raise PatternError(f"{ANY} may only stand at the very end")
    tokens.reverse()
    tree = _read_choice(tokens, closing="", depth=0)
    if (count := tree.count()) > MAX_SENTENCES:
        raise PatternError(f"it stands for {count} sentences, more than {MAX_SENTENCES}")
    sentences = tuple(dict.fromkeys(" ".join(words) for words in tree.expand()))
    if not is_open and "" in sentences:
        raise PatternError("it allows an answer without words")
    return Pattern(source, sentences, is_open)


def _tokens(source: str) -> list[str]:
    if found := _FORBIDDEN.search(source):
        raise PatternError(f"{found[0]!r} has no meaning here; use words, ( | ), [ ] and {ANY}")
    tokens = [token for token in _TOKEN.findall(source.casefold()) if not token.isspace()]
    for token in tokens:
        if token in "<>":
            raise PatternError(f"only {ANY} may stand in angle brackets")
    return tokens


def _read_choice(tokens: list[str], closing: str, depth: int) -> _Choice:
    """Take tokens (last first) up to `closing`, which is taken too; "" means the end of the pattern."""
    if depth > MAX_DEPTH:
        raise PatternError(f"brackets are nested more than {MAX_DEPTH} deep")
    options: list[_Sequence] = []
    parts: list[_Node] = []
    while tokens:
        match tokens.pop():
            case "|":
                options.append(_Sequence(tuple(parts)))
                parts = []
            case "(":
                parts.append(_read_choice(tokens, ")", depth + 1))
            case "[":
                inner = _read_choice(tokens, "]", depth + 1)
                parts.append(_Choice((*inner.options, _NOTHING)))
            case (")" | "]") as bracket:
                if bracket != closing:
                    raise PatternError(f"{bracket!r} closes nothing")
                return _closed(options, parts)
            case word:
                parts.append(_Word(word))
    if closing:
        raise PatternError(f"{closing!r} is missing")
    return _closed(options, parts)


def _closed(options: list[_Sequence], parts: list[_Node]) -> _Choice:
    """The finished choice; with more than one option, none may be empty: `[x]` says that more plainly."""
    options.append(_Sequence(tuple(parts)))
    if len(options) > 1 and _NOTHING in options:
        raise PatternError("a choice has an empty side; write [x] for what may be left out")
    return _Choice(tuple(options))


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
