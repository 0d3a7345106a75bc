"""Finds a pattern in what was said, and tells which words its slots stand for.

What was said is a row of tokens: words, or in languages whose spaces cannot be relied upon, letters. Each node of a
pattern says where it may end if it begins at some token; the places are kept in a table, so that no pattern takes more
than a multiple of the square of the answer's length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import permutations

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.korean_particles import PAIRS, Particle
from tutor_tui.offline_server.lesson.normalise import PREDICATE_END, UNSPACED, tokens
from tutor_tui.offline_server.lesson.spelling import misspelt
from tutor_tui.offline_server.lesson.word_lists import SlotWords, WordLists

Tokens = tuple[str, ...]
MAX_TOKENS = 160
"""The longest answer that is looked through: 160 words, or letters in languages without spaces."""


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
_HERE = Trail()
_NO_TOKEN = ""
"""No token: a node that may begin with it may be nothing at all."""
_EMPTY = frozenset((_NO_TOKEN,))


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


def said(text: str, lists: WordLists) -> Said:
    """`text` as patterns are looked for in it."""
    return Said(tokens(text, lists.language)[:MAX_TOKENS], lists)


def whole(node: syntax.Node, answer: Said, *, to_the_end: bool = False) -> Trail | None:
    """How `node` is the whole answer, but for words that may stand around any answer; None if it is not.

    `to_the_end`: none of those may stand behind it.
    """
    for begin in sorted(_repeated(answer.lists.before, answer, 0)):
        found = _ends(node, answer, begin)
        for end, trail in sorted(found.items(), key=lambda item: (len(item[1].repairs), item[0])):
            if end == len(answer.tokens) or (
                not to_the_end and len(answer.tokens) in _repeated(answer.lists.after, answer, end)
            ):
                return trail
    return None


def anywhere(node: syntax.Node, answer: Said) -> tuple[int, int, Trail] | None:
    """The first place of `node` in the answer: from token, to token, and how; None if it is not there."""
    for begin in range(len(answer.tokens)):
        ends = _ends(node, answer, begin)
        if ends:
            end = max(ends)
            return begin, end, ends[end]
    return None


def _repeated(node: syntax.Choice, answer: Said, begin: int) -> Ends:
    """`node` none or more times; without repairs."""
    if (node, begin) in answer.repeated:
        return answer.repeated[node, begin]
    strict = replace(answer, repairing=False, found={}) if answer.repairing else answer
    found: Ends = {begin: _HERE}
    fresh = [begin]
    while fresh:
        for end in _ends(node, strict, fresh.pop()):
            if end not in found:
                found[end] = _HERE
                fresh.append(end)
    answer.repeated[node, begin] = found
    return found


def _ends(node: syntax.Node, answer: Said, begin: int) -> Ends:
    if not answer.repairing and not _may_begin(node, answer, begin):
        return {}
    match node:
        case syntax.Word(text):
            return _word_ends(text, answer, begin)
        case syntax.Slot(name):
            if (name, begin) not in answer.found:
                answer.found[name, begin] = _slot_ends(name, answer, begin)
            return answer.found[name, begin]
        case Particle():
            return _particle_ends(node, answer, begin)
        case syntax.Choice(options):
            may_begin = options if answer.repairing else _that_may_begin(node, answer, begin)
            return _best([_ends(option, answer, begin) for option in may_begin])
        case syntax.Sequence(parts):
            return _sequence_ends([part.node for part in parts], answer, begin)
        case syntax.AnyOrder(parts):
            joiner = _joiner(answer.lists)
            orders = (_with_joiners(order, joiner) for order in permutations(parts))
            return _best([_sequence_ends(order, answer, begin) for order in orders])


@lru_cache(maxsize=64)
def _joiner(lists: WordLists) -> syntax.Choice:
    """What may stand between parts of any order, or nothing."""
    return syntax.Choice((*lists.joiners.options, syntax.Sequence(())))


def _with_joiners(parts: Sequence[syntax.Node], joiner: syntax.Node) -> list[syntax.Node]:
    return [node for part in parts for node in (joiner, part)][1:]


def _that_may_begin(node: syntax.Choice, answer: Said, begin: int) -> Sequence[syntax.Sequence]:
    """The options that the token at `begin` does not rule out, in their order."""
    token = answer.tokens[begin] if begin < len(answer.tokens) else ""
    by_token, any_token = _beginnings(node, answer.lists)
    return by_token.get(token, any_token)


def _may_begin(node: syntax.Node, answer: Said, begin: int) -> bool:
    """Whether the token at `begin` does not rule out `node`."""
    starts = _starts(node, answer.lists)
    if starts is None or _NO_TOKEN in starts:
        return True
    return begin < len(answer.tokens) and answer.tokens[begin] in starts


@lru_cache(maxsize=16_384)
def _beginnings(
    node: syntax.Choice, lists: WordLists
) -> tuple[dict[str, list[syntax.Sequence]], list[syntax.Sequence]]:
    """The options by the token they begin with, each with those that may begin with any; and the latter alone."""
    starts = [(option, _starts(option, lists)) for option in node.options]
    known = {token for _, tokens_ in starts if tokens_ is not None for token in tokens_}
    any_token = [option for option, tokens_ in starts if tokens_ is None or _NO_TOKEN in tokens_]
    by_token = {
        token: [option for option, tokens_ in starts if tokens_ is None or not {token, _NO_TOKEN}.isdisjoint(tokens_)]
        for token in known
    }
    return by_token, any_token


@lru_cache(maxsize=65_536)
def _starts(node: syntax.Node, lists: WordLists) -> frozenset[str] | None:
    """The tokens that `node` may begin with, `_NO_TOKEN` where it may be none; None where it may begin with any."""
    match node:
        case syntax.Word(text):
            wanted, copula = literal_tokens(text, lists.language)
            return frozenset(wanted[:1]) or (_starts(copula, lists) if copula else _EMPTY)
        case Particle():
            return frozenset(form[0] for form in node.forms)
        case syntax.Slot(name):
            slot = lists.slots.get(name)
            return _any_start(slot.entries, lists) if slot and not slot.endings and not slot.open else None
        case syntax.Sequence(parts):
            return _first_start([part.node for part in parts], lists)
        case syntax.Choice(options):
            return _any_start(options, lists)
        case syntax.AnyOrder(parts):
            return _any_start(parts, lists)


def _first_start(nodes: Sequence[syntax.Node], lists: WordLists) -> frozenset[str] | None:
    """Those of the first node, and of the next where that may be nothing."""
    found: frozenset[str] = _EMPTY
    for node in nodes:
        starts = _starts(node, lists)
        if starts is None:
            return None
        found = starts if found is _EMPTY else (found - _EMPTY) | starts  # most nodes share the set of their first
        if _NO_TOKEN not in starts:
            break
    return found


def _any_start(nodes: Sequence[syntax.Node], lists: WordLists) -> frozenset[str] | None:
    """Those of all the nodes."""
    each = {_starts(node, lists) for node in nodes}
    if len(each) == 1:
        return each.pop()
    return None if None in each else frozenset().union(*(tokens_ for tokens_ in each if tokens_ is not None))


def _best(found: Sequence[Ends]) -> Ends:
    """The trail with the fewest repairs to each end; of equals the first."""
    found = [ends for ends in found if ends]
    if len(found) == 1:
        return found[0]
    best: Ends = {}
    for ends in found:
        for end, trail in ends.items():
            if end not in best or len(trail.repairs) < len(best[end].repairs):
                best[end] = trail
    return best


def _sequence_ends(nodes: Sequence[syntax.Node], answer: Said, begin: int) -> Ends:
    reached: Ends = {begin: _HERE}
    for node in nodes:
        if len(reached) == 1 and reached.get(begin) is _HERE:  # at the first word: half of all there is to do
            reached = _ends(node, answer, begin)
        else:
            reached = _best(
                [
                    {end: so_far + more for end, more in _ends(node, answer, place).items()}
                    for place, so_far in reached.items()
                ]
            )
        if not reached:
            break
    return reached


def _word_ends(text: str, answer: Said, begin: int) -> Ends:
    wanted, copula = literal_tokens(text, answer.lists.language)
    spelling = text[: len(wanted)] if copula else text
    end = begin + len(wanted)
    heard = answer.tokens[begin:end]
    ends: Ends = {}
    if heard == wanted:
        ends[end] = _HERE
    elif answer.repairing and (repair := _repaired(wanted, spelling, heard, begin, answer)):
        ends[end] = Trail(repairs=(repair,))
    if copula is None:
        return ends
    return _best(
        [
            {last: trail + more for last, more in _particle_ends(copula, answer, place).items()}
            for place, trail in ends.items()
        ]
    )


@lru_cache(maxsize=8192)
def literal_tokens(text: str, language: str) -> tuple[Tokens, Particle | None]:
    """The tokens of words of a pattern; a Korean copula at their end apart, because it has several forms."""
    copula = PAIRS["이에요/예요"]
    if language == "ko" and not text.endswith("아니에요"):
        for form in (copula.after_consonant, copula.after_vowel):
            if text.endswith(form):
                return tokens(text.removesuffix(form), language), copula
    return tokens(text, language), None


def _repaired(wanted: Tokens, spelling: str, heard: Tokens, begin: int, answer: Said) -> Repair | None:
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


def _particle_ends(particle: Particle, answer: Said, begin: int) -> Ends:
    """Any form of it; one that does not fit counts as a repair, and only where there are repairs."""
    before = answer.tokens[begin - 1] if begin else ""
    ends: Ends = {}
    for form in particle.forms:
        end = begin + len(form)
        if answer.tokens[begin:end] != tuple(form):
            continue
        if particle.fits(form, before):
            ends[end] = _HERE
        elif answer.repairing and end not in ends:
            fitting = particle.fitting(before)
            ends[end] = Trail(repairs=(Repair(begin - 1, answer.tokens[begin - 1 : end], before + fitting),))
    return ends


def _slot_ends(name: str, answer: Said, begin: int) -> Ends:
    left = len(answer.tokens) - begin
    if left <= 0:
        return {}
    if name == syntax.ANY:
        last = len(answer.tokens) + 1
        return {end: Trail(((name, answer.tokens[begin:end]),)) for end in range(begin + 1, last)}
    slot = answer.lists.slots.get(name)
    if slot is None:
        return {}
    ends = _best([_listed_ends(slot, answer, begin), _open_ends(slot, answer, begin)])
    return {end: Trail(((name, answer.tokens[begin:end]), *trail.slots), trail.repairs) for end, trail in ends.items()}


def _listed_ends(slot: SlotWords, answer: Said, begin: int) -> Ends:
    words, others = _listed(slot, answer.lists.language)
    ends: Ends = {}
    for length in words:
        if answer.tokens[begin : begin + length] in words[length]:
            ends[begin + length] = _HERE
    if slot.endings and answer.tokens[begin].endswith(slot.endings):
        ends[begin + 1] = _HERE
    return _best([ends, _ends(others, answer, begin)])


@lru_cache(maxsize=512)
def _listed(slot: SlotWords, language: str) -> tuple[dict[int, frozenset[Tokens]], syntax.Choice]:
    """The entries that are plain words, by number of tokens, and those that are more."""
    plain: dict[int, set[Tokens]] = {}
    others = []
    for entry in slot.entries:
        if (text := plain_text(entry)) and literal_tokens(text, language)[1] is None:
            written = tokens(text, language)
            plain.setdefault(len(written), set()).add(written)
        else:
            others.append(entry)
    return {length: frozenset(found) for length, found in plain.items()}, syntax.one_of(others)


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


def _open_ends(slot: SlotWords, answer: Said, begin: int) -> Ends:
    """Up to so many tokens that are none of the language's function words."""
    return dict.fromkeys(_open(slot, answer, begin), _HERE)


def _open(slot: SlotWords, answer: Said, begin: int) -> Iterator[int]:
    for end in range(begin + 1, min(begin + slot.open, len(answer.tokens)) + 1):
        token = answer.tokens[end - 1]
        if token in answer.lists.function_words or token == PREDICATE_END:
            return
        if not slot.not_ending or not "".join(answer.tokens[begin:end]).endswith(slot.not_ending):
            yield end
