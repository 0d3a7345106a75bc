"""Finds a pattern in what was said, and tells which words its slots stand for.

What was said is a row of tokens: words, or in languages whose spaces cannot be relied upon, letters. Each node of a
pattern says where it may end if it begins at some token; the places are kept in a table, so that no pattern takes more
than a multiple of the square of the answer's length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import permutations

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.pattern_starts import (
    NO_TOKEN,
    Tokens,
    beginnings,
    literal_tokens,
    one_of_in,
    plain_text,
    starts_of,
)
from tutor_tui.offline_server.lesson.pattern_trails import HERE, NOWHERE, Ends, Said, Trail, particle_ends, repaired
from tutor_tui.offline_server.lesson.word_lists import SlotWords, WordLists
from tutor_tui.speech.korean_particles import Particle
from tutor_tui.speech.normalise import PREDICATE_END, UNSPACED, tokens

MAX_TOKENS = 160
"""The longest answer that is looked through: 160 words, or letters in languages without spaces."""
_LEAST_LETTERS = 3
"""Of a script without blanks: fewer that were listed say nothing of what an answer is about."""


def said(text: str, lists: WordLists) -> Said:
    """`text` as patterns are looked for in it."""
    return Said(tokens(text, lists.language)[:MAX_TOKENS], lists)


def whole(node: syntax.Node, answer: Said, *, to_the_end: bool = False) -> Trail | None:
    """How `node` is the whole answer, but for words that may stand around any answer; None if it is not.

    `to_the_end`: none of those may stand behind it.
    """
    matcher = _matcher(node, answer.lists)
    for begin in sorted(_repeated(answer.lists.before, answer, 0)):
        found = matcher(answer, begin)
        for end, trail in sorted(found.items(), key=lambda item: (len(item[1].repairs), item[0])):
            if end == len(answer.tokens) or (
                not to_the_end and len(answer.tokens) in _repeated(answer.lists.after, answer, end)
            ):
                return trail
    return None


def anywhere(node: syntax.Node, answer: Said) -> tuple[int, int, Trail] | None:
    """The first place of `node` in the answer: from token, to token, and how; None if it is not there."""
    matcher = _matcher(node, answer.lists)
    starts = None if answer.repairing else starts_of(node, answer.lists)
    if starts is not None and NO_TOKEN in starts:
        starts = None
    for begin, token in enumerate(answer.tokens):
        if (starts is None or token in starts) and (ends := matcher(answer, begin)):
            end = max(ends)
            return begin, end, ends[end]
    return None


def is_unlisted(trail: Trail, answer: Said) -> bool:
    """Whether all that an answer says, but for function words, stands in slots that take what nobody listed."""
    left = Counter(answer.tokens)
    for name, heard in trail.slots:
        slot = answer.lists.slots.get(name)
        listed = _listed_ends(slot, answer.lists, Said(heard, answer.lists), 0) if slot and name != syntax.ANY else ()
        left -= Counter(() if len(heard) in listed else heard)
    content = left.keys() - answer.lists.function_words - {PREDICATE_END}
    return len(content) < (_LEAST_LETTERS if answer.lists.language in UNSPACED else 1)


def _repeated(node: syntax.Choice, answer: Said, begin: int) -> Ends:
    """`node` none or more times; without repairs."""
    if (node, begin) in answer.repeated:
        return answer.repeated[node, begin]
    strict = replace(answer, repairing=False, found={}) if answer.repairing else answer
    matcher = _matcher(node, answer.lists)
    found: Ends = {begin: HERE}
    fresh = [begin]
    while fresh:
        for end in matcher(strict, fresh.pop()):
            if end not in found:
                found[end] = HERE
                fresh.append(end)
    answer.repeated[node, begin] = found
    return found


Matcher = Callable[[Said, int], Ends]
"""Where a node may end that begins at some token."""


@lru_cache(maxsize=65_536)
def _matcher(node: syntax.Node, lists: WordLists) -> Matcher:
    """What finds `node`. Made once: each answer is looked through for thousands of nodes, and most are not there."""
    match node:
        case syntax.Word(text):
            return _word(text, lists.language)
        case syntax.Slot(name):
            return _slot(name, lists.behind(name))
        case Particle():
            return partial(particle_ends, node)
        case syntax.Choice():
            return _choice(node, lists)
        case syntax.Sequence(parts):
            return (
                _matcher(parts[0].node, lists) if len(parts) == 1 else _sequence([part.node for part in parts], lists)
            )
        case syntax.AnyOrder():
            return _any_order(node, lists)


def _word(text: str, language: str) -> Matcher:
    wanted, copula = literal_tokens(text, language)
    spelling = text[: len(wanted)] if copula else text
    length = len(wanted)

    def ends(answer: Said, begin: int) -> Ends:
        end = begin + length
        heard = answer.tokens[begin:end]
        if heard == wanted:
            trail = HERE
        elif answer.repairing and (repair := repaired(wanted, spelling, heard, begin, answer)):
            trail = Trail(repairs=(repair,))
        else:
            return NOWHERE
        if copula is None:
            return {end: trail}
        return {last: trail + more for last, more in particle_ends(copula, answer, end).items()}

    return ends


def _choice(node: syntax.Choice, lists: WordLists) -> Matcher:
    """Of its options, those are tried that the next token does not rule out, nor all the others that were said. What
    there is to know of them is found out when it is first asked: most are never tried.
    """
    options: Sequence[syntax.Sequence] = ()
    by_token: Mapping[str, Sequence[int]] = {}
    any_token: Sequence[int] = ()
    tried: dict[int, tuple[Matcher, frozenset[str] | None]] = {}

    def ends(answer: Said, begin: int) -> Ends:
        nonlocal options, by_token, any_token
        if not options:
            options = list(_options(node))
            by_token, any_token = beginnings(options, lists)
        token = answer.tokens[begin] if begin < len(answer.tokens) else NO_TOKEN
        best = NOWHERE
        for place in range(len(options)) if answer.repairing else by_token.get(token, any_token):
            option = tried.get(place)
            if option is None:
                option = tried[place] = _matcher(options[place], lists), one_of_in(options[place], lists.language)
            matcher, needed = option
            if needed and not answer.repairing and needed.isdisjoint(answer.tokens):
                continue
            if found := matcher(answer, begin):
                best = _better(best, found) if best else found
        return best

    return ends


def _options(node: syntax.Choice) -> Iterator[syntax.Sequence]:
    """With those of its options that are nothing but another choice."""
    for option in node.options:
        match option:
            case syntax.Sequence((syntax.Part(syntax.Choice() as inner),)):
                yield from _options(inner)
            case _:
                yield option


def _sequence(nodes: Iterable[syntax.Node], lists: WordLists) -> Matcher:
    matchers = [_matcher(node, lists) for node in nodes]

    def ends(answer: Said, begin: int) -> Ends:
        reached: Ends = {begin: HERE}
        for matcher in matchers:
            further = NOWHERE
            for place, so_far in reached.items():
                if found := matcher(answer, place):
                    if so_far is not HERE:
                        found = {end: so_far + more for end, more in found.items()}
                    further = _better(further, found) if further else found
            if not further:
                return NOWHERE
            reached = further
        return reached

    return ends


def _any_order(node: syntax.AnyOrder, lists: WordLists) -> Matcher:
    joiner = _joiner(lists)
    orders = [_sequence(_with_joiners(order, joiner), lists) for order in permutations(node.parts)]

    def ends(answer: Said, begin: int) -> Ends:
        best = NOWHERE
        for order in orders:
            if found := order(answer, begin):
                best = _better(best, found) if best else found
        return best

    return ends


@lru_cache(maxsize=64)
def _joiner(lists: WordLists) -> syntax.Choice:
    """What may stand between parts of any order, or nothing."""
    return syntax.Choice((*lists.joiners.options, syntax.Sequence(())))


def _with_joiners(parts: Iterable[syntax.Node], joiner: syntax.Node) -> list[syntax.Node]:
    return [node for part in parts for node in (joiner, part)][1:]


def _better(one: Ends, other: Ends) -> Ends:
    """The trail with the fewest repairs to each end; of equals that of the first."""
    best = dict(one)
    for end, trail in other.items():
        if end not in best or len(trail.repairs) < len(best[end].repairs):
            best[end] = trail
    return best


@lru_cache(maxsize=2048)
def _slot(name: str, lists: WordLists) -> Matcher:
    def ends(answer: Said, begin: int) -> Ends:
        found = answer.found.get((name, begin))
        if found is None:
            found = answer.found[name, begin] = _slot_ends(name, lists, answer, begin)
        return found

    return ends


def _slot_ends(name: str, lists: WordLists, answer: Said, begin: int) -> Ends:
    slot = lists.slots.get(name)
    if begin >= len(answer.tokens):
        return NOWHERE
    if name == syntax.ANY:
        last = len(answer.tokens) + 1
        return {end: Trail(((name, answer.tokens[begin:end]),)) for end in range(begin + 1, last)}
    if slot is None:
        return NOWHERE
    ends = _listed_ends(slot, lists, answer, begin)
    for end in _open(slot, answer, begin):
        if end not in ends or ends[end].repairs:
            ends[end] = HERE
    return {end: Trail(((name, answer.tokens[begin:end]), *trail.slots), trail.repairs) for end, trail in ends.items()}


def _listed_ends(slot: SlotWords, lists: WordLists, answer: Said, begin: int) -> Ends:
    words, others = _listed(slot, lists.language)
    ends: Ends = {}
    for length in words:
        if answer.tokens[begin : begin + length] in words[length]:
            ends[begin + length] = HERE
    if slot.endings and answer.tokens[begin].endswith(slot.endings):
        ends[begin + 1] = HERE
    for end, trail in _matcher(others, lists)(answer, begin).items():
        ends.setdefault(end, trail)
    return ends


@lru_cache(maxsize=2048)
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


def _open(slot: SlotWords, answer: Said, begin: int) -> Iterator[int]:
    for end in range(begin + 1, min(begin + slot.open, len(answer.tokens)) + 1):
        token = answer.tokens[end - 1]
        if token in answer.lists.function_words or token == PREDICATE_END:
            return
        if not slot.not_ending or not "".join(answer.tokens[begin:end]).endswith(slot.not_ending):
            yield end
