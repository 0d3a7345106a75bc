"""What patterns begin with: it rules out most of them at the first look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.korean_particles import PAIRS, Particle
from tutor_tui.speech.normalise import tokens

Tokens = tuple[str, ...]
NO_TOKEN = ""
"""No token: a node that may begin with it may be nothing at all."""
_EMPTY = frozenset((NO_TOKEN,))


@lru_cache(maxsize=8192)
def literal_tokens(text: str, language: str) -> tuple[Tokens, Particle | None]:
    """The tokens of words of a pattern; a Korean copula at their end apart, because it has several forms."""
    copula = PAIRS["이에요/예요"]
    if language == "ko" and not text.endswith("아니에요"):
        for form in (copula.after_consonant, copula.after_vowel):
            if text.endswith(form):
                return tokens(text.removesuffix(form), language), copula
    return tokens(text, language), None


@lru_cache(maxsize=65_536)
def plain_text(node: syntax.Node) -> str:
    """The words of a pattern that has but one reading; "" for another."""
    match node:
        case syntax.Word(text):
            return text
        case syntax.Choice((only,)):
            return plain_text(only)
        case syntax.Sequence(parts):
            texts = [plain_text(part.node) for part in parts]
            if all(texts):
                return "".join(
                    text if part.joined or not place else f" {text}"
                    for place, (part, text) in enumerate(zip(parts, texts, strict=True))
                )
    return ""


@lru_cache(maxsize=65_536)
def starts_of(node: syntax.Node, lists: WordLists) -> frozenset[str] | None:
    """The tokens that `node` may begin with, `NO_TOKEN` where it may be none; None where it may begin with any."""
    match node:
        case syntax.Word(text):
            wanted, copula = literal_tokens(text, lists.language)
            return frozenset(wanted[:1]) or (starts_of(copula, lists) if copula else _EMPTY)
        case Particle():
            return frozenset(form[0] for form in node.forms)
        case syntax.Slot(name):
            return _slot_starts(name, lists.behind(name))
        case syntax.Sequence(parts):
            return _first_start([part.node for part in parts], lists)
        case syntax.Choice(options):
            return _any_start(options, lists)
        case syntax.AnyOrder(parts):
            return _any_start(parts, lists)


@lru_cache(maxsize=2048)
def _slot_starts(name: str, lists: WordLists) -> frozenset[str] | None:
    slot = lists.slots.get(name)
    return _any_start(slot.entries, lists) if slot and not slot.endings and not slot.open else None


def _first_start(nodes: Sequence[syntax.Node], lists: WordLists) -> frozenset[str] | None:
    """Those of the first node, and of the next where that may be nothing."""
    found: frozenset[str] = _EMPTY
    for node in nodes:
        starts = starts_of(node, lists)
        if starts is None:
            return None
        found = starts if found is _EMPTY else (found - _EMPTY) | starts  # most nodes share the set of their first
        if NO_TOKEN not in starts:
            break
    return found


def _any_start(nodes: Sequence[syntax.Node], lists: WordLists) -> frozenset[str] | None:
    """Those of all the nodes."""
    each = {starts_of(node, lists) for node in nodes}
    if len(each) == 1:
        return each.pop()
    return None if None in each else frozenset().union(*(tokens_ for tokens_ in each if tokens_ is not None))


def beginnings(options: Iterable[syntax.Node], lists: WordLists) -> tuple[dict[str, list[int]], list[int]]:
    """By token, the places of the options that may begin with it; and of those that may begin with any."""
    by_token: defaultdict[str, list[int]] = defaultdict(list)
    any_token: list[int] = []
    for place, option in enumerate(options):
        starts = starts_of(option, lists)
        if starts is None or NO_TOKEN in starts:
            any_token.append(place)
        else:
            for token in starts:
                by_token[token].append(place)
    return {token: sorted([*places, *any_token]) for token, places in by_token.items()}, any_token


@lru_cache(maxsize=65_536)
def one_of_in(node: syntax.Node, language: str) -> frozenset[str] | None:
    """Tokens of which at least one is in whatever `node` fits; None where there are none such. The fewest count."""
    match node:
        case syntax.Word(text):
            literal, _ = literal_tokens(text, language)
            return frozenset([max(literal, key=len)]) if literal else None
        case syntax.Sequence(parts):
            return _fewest([one_of_in(part.node, language) for part in parts])
        case syntax.AnyOrder(parts):
            return _fewest([one_of_in(part, language) for part in parts])
        case syntax.Choice(options) if options:
            each = [one_of_in(option, language) for option in options]
            return None if None in each else frozenset().union(*(found for found in each if found))
        case _:
            return None


def _fewest(each: list[frozenset[str] | None]) -> frozenset[str] | None:
    return min((found for found in each if found), key=len, default=None)
