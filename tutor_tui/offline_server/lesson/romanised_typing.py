"""Answers typed in Latin letters where a beginner has no Korean, Japanese or Chinese keyboard, or cannot use it yet.

All words that a step's answers may hold are read in Latin letters, and the typed line is taken apart into such words:
"jeoneunmarcoyeyo" is 저는 + Marco + 예요. What comes of it is judged as if it had been typed so. Spaces, hyphens, tones
and the length of Japanese o and u do not count; another vowel does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, chain, islice

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.guide_words import Reply
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict, judge
from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.offline_server.phones import phones_of
from tutor_tui.speech.korean_particles import final_consonant
from tutor_tui.speech.latin_typing import LANGUAGES, LEVEL, is_of_a_script, latin_letters, spellings
from tutor_tui.speech.normalise import key

_MOST_LETTERS, _MOST_WORDS = 48, 12
_MOST_TRIED = 8
"""Ways to take a line apart that are judged, without a name and with one: words of one sound are many in Chinese."""
_LONGEST_NAME = 12
_OF_NAMES = re.compile(r"(?:^|-)(?:name|nm)(?:-|$)")
"""What the slots are called that names stand in."""
_MAY_BE_MORE = (Verdict.UNSURE, Verdict.SLIP)
"""A slip, too: lessons ask who types in Latin letters for the script."""
_LINKING = {"을": "eul", "이": "i", "은": "eun", "에": "e", "에서": "eseo", "으로": "euro", "이에요": "ieyo"}
"""Korean endings that change the sound of the noun before them, all in one way: 밥 is bap, and 밥을 is babeul."""


@lru_cache(maxsize=256)  # looked at in a thread of its own, as `judge` is
def judged(text: str, step: Step, lists: WordLists, level: str) -> tuple[Judgement, str]:
    """What `text` is as an answer to `step`, and how it is written in the language's script, where it was not and could
    be understood so; else "".
    """
    plain = judge(text, step, lists)
    if plain.verdict not in _MAY_BE_MORE or level != LEVEL or lists.language not in LANGUAGES:
        return plain, ""
    slip: tuple[Judgement, str] | None = None
    for written, name in _in_script(text, step, lists):
        found = judge(written, step, lists)
        if name and not any(_OF_NAMES.search(slot) and words == name for slot, words in found.slots.items()):
            continue  # letters that nobody knows are a name, or nothing
        if found.verdict is Verdict.RIGHT:
            return found, written
        if found.verdict is Verdict.SLIP and plain.verdict is Verdict.UNSURE and slip is None:
            slip = found, written
    return slip or (plain, "")


def sounds_like(text: str, written: str, language: str) -> bool:
    """Whether `text` is `written`, in its script or in Latin letters, whatever the case and the marks; in Japanese also
    in other characters of it: 私 for わたし.
    """
    if key(text, language) == key(written, language):
        return True
    if language == "ja" and (said := phones_of(text, language)) and said == phones_of(written, language):
        return True
    typed = latin_letters(text, language)
    return bool(typed) and language in LANGUAGES and typed in spellings(written, language)


def with_script(reply: Reply, typed: str, in_script: str) -> Reply:
    """`reply`, and before it what the learner has typed in Latin letters as it is written, to be read and not said."""
    return replace(reply, text=f"({typed.strip()} → {in_script}) {reply.text}") if in_script else reply


def _in_script(text: str, step: Step, lists: WordLists) -> Iterator[tuple[str, str]]:
    """What `text` may be in the script, with the longest words first, and the name in it, if there is one; nothing
    where it is not in Latin letters.
    """
    words = [latin_letters(word, lists.language) for word in text.split()]
    typed = "".join(words)
    is_short = len(typed) <= _MOST_LETTERS and len(words) <= _MOST_WORDS
    if not typed or not is_short or any(map(is_of_a_script, text)):
        return
    of_step = _words(step, lists)
    gap = " " if lists.language == "ko" else ""
    for way, name in _ways(words, _known(typed, of_step, lists.language), lists.language):
        yield "".join(word if word in of_step.suffixes else f"{gap}{word}" for word in way).strip(), name


def _ways(words: list[str], known: dict[str, list[str]], language: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The ways to take the line apart into known words and at most one name, which ends in the word it begins in: in
    Korean soon, since particles may follow, elsewhere late.
    """
    typed = "".join(words)
    word_end = [end for end, word in zip(accumulate(map(len, words)), words, strict=True) for _ in word]
    longest = max(map(len, known), default=0)

    def steps(at: int, *, named: bool) -> Iterator[tuple[int, list[str], bool]]:
        """From `at` on: how far the next word goes, how it may be written, and whether the name is still to come."""
        for end in range(min(len(typed), at + longest), at, -1):
            if written := known.get(typed[at:end]):
                yield end, written, named
        if named and at < len(typed):
            ends = range(at + 2, min(word_end[at], at + _LONGEST_NAME) + 1)
            for end in ends if language == "ko" else reversed(ends):
                yield end, [typed[at:end].title()], False

    @cache
    def leads_on(at: int, named: bool) -> bool:
        """Whether the rest can be taken apart."""
        if at == len(typed):
            return not named
        return any(leads_on(end, still) for end, _, still in steps(at, named=named))

    def ways(at: int, named: bool) -> Iterator[tuple[tuple[str, ...], str]]:
        if at == len(typed):
            yield (), ""
        for end, written, still in steps(at, named=named):
            if leads_on(end, still):
                for rest, name in ways(end, still):
                    yield from (((one, *rest), one if named and not still else name) for one in written)

    return chain(islice(ways(0, False), _MOST_TRIED), islice(ways(0, True), _MOST_TRIED))


# ---- the words of a step --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    """All that a step's answers and mistakes may hold."""

    texts: tuple[str, ...]
    suffixes: frozenset[str]
    """Those that are written together with the word before them."""


@lru_cache(maxsize=64)
def _words(step: Step, lists: WordLists) -> _Words:
    nodes = [*(expected.heard for expected in step.expect), *(mistake.heard for mistake in step.mistakes)]
    pieces = dict.fromkeys((text, False) for text in step.answer.split())
    for node in (*nodes, lists.before, lists.after, lists.joiners):
        pieces |= dict.fromkeys(_texts(node, lists, set()))
    apart = {text for text, joined in pieces if not joined}
    return _Words(tuple(text for text, _ in pieces), frozenset(text for text, _ in pieces) - apart)


def _texts(node: syntax.Node, lists: WordLists, seen: set[str], *, joined: bool = False) -> Iterator[tuple[str, bool]]:
    """The words in a pattern and in its slots, and the particles; and whether they are joined to the word before."""
    match node:
        case syntax.Word(text):
            yield text, joined
        case syntax.Slot(name):
            slot = lists.slots.get(name)
            if slot is not None and name not in seen:
                seen.add(name)
                for entry in slot.entries:
                    yield from _texts(entry, lists, seen, joined=joined)
        case syntax.Sequence(parts):
            for place, part in enumerate(parts):
                yield from _texts(part.node, lists, seen, joined=part.joined or (joined and not place))
        case syntax.Choice(options) | syntax.AnyOrder(options):
            for option in options:
                yield from _texts(option, lists, seen, joined=joined)
        case particle:
            yield from ((form, True) for form in particle.forms)


def _known(typed: str, words: _Words, language: str) -> dict[str, list[str]]:
    """Reading → the words that are read so, of those that may be in `typed`."""
    found: dict[str, list[str]] = {}
    for text in words.texts:
        for written, reading in _read(text, language) if _may_be_in(text, typed, language) else ():
            if reading in typed and written not in found.setdefault(reading, []):
                found[reading].append(written)
    return found


def _may_be_in(text: str, typed: str, language: str) -> bool:
    """Whether its first syllable is there: one in five is, and to read a Korean word takes half a millisecond."""
    first = text[:1]
    if language != "ko" or not "가" <= first <= "힣":
        return True
    return any(reading in typed for reading in spellings(chr(ord(first) - final_consonant(first)), "ko"))


def _read(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The word, and with Korean endings, as each is written and read."""
    yield from ((text, reading) for reading in spellings(text, language))
    if language == "ko" and "가" <= text[-1:] <= "힣" and final_consonant(text[-1]):
        for linked in spellings(f"{text}을", "ko"):
            stem = linked.removesuffix(_LINKING["을"])
            yield from ((text + ending, stem + sound) for ending, sound in _LINKING.items())
