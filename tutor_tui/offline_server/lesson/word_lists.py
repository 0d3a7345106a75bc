"""The word lists of a language, `prompts/words/<language>.toml`: what slots stand for, what may stand around an answer.

```toml
around.before = ["um", "well"]                 # may come before an answer
around.after = ["please", "thank you"]         # may come after it
joiners = ["and"]                              # may stand between the parts of { & }
function_words = ["the", "is", "to"]           # words that no open slot takes

[slot.noun]
words = ["tea", "(a | the) cat", "*ness"]      # patterns; *ness is one word that ends so
open = 3                                       # or up to three words that are not in function_words (in Korean,
                                               # Japanese, Chinese: letters)
not_ending = ["에", "에서"]                    # of these open words

[[mistake]]                                    # heard anywhere in an answer of this language
wrong = "on <month>"
unless = ["on <month> <ordinal>"]              # not where this is heard
right = "in <month>"                           # what the learner should have said in its place
prompt = "Months go with in."
prompts.es = "…"                               # the same in the learner's own language
kind = "grammar"
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.tools import CORRECTION_KINDS, CorrectionKind
from tutor_tui.offline_server.lesson.pattern_syntax import NOTHING, Choice, Node, PatternError, one_of, read_syntax

SUFFIX = ".toml"
MAX_FILE_BYTES = 1_000_000
MAX_OPEN = 12
"""Words (or letters) that an open slot may take."""
_SLOT = re.compile(r"<([a-z][a-z0-9-]*)>")


@dataclass(frozen=True, slots=True, eq=False)
class SlotWords:
    """What one slot stands for."""

    entries: tuple[Node, ...] = ()
    endings: tuple[str, ...] = ()
    """One word that ends in one of these."""
    open: int = 0
    """Up to so many words (letters) that nobody listed; 0 for none."""
    not_ending: tuple[str, ...] = ()
    holds: frozenset[str] = frozenset()
    """The slots in its entries."""


@dataclass(frozen=True, slots=True)
class CommonMistake:
    """A mistake that learners of a language make anywhere."""

    wrong: Node
    right: str
    """With slots of `wrong` where they belong."""
    prompt: str
    kind: CorrectionKind = "grammar"
    unless: tuple[Node, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    """The prompt in other languages: code → text."""


@dataclass(frozen=True, eq=False)  # compared by what they are: they are keys of caches
class WordLists:
    """All lists of one language."""

    language: str
    slots: Mapping[str, SlotWords] = field(default_factory=dict)
    before: Choice = NOTHING
    """What may stand before an answer."""
    after: Choice = NOTHING
    joiners: Choice = NOTHING
    function_words: frozenset[str] = frozenset()
    mistakes: tuple[CommonMistake, ...] = ()
    shared: WordLists | None = None
    """The language's, where a lesson has slots of its own beside them."""
    own: frozenset[str] = frozenset()
    """The slots that stand for other words than in `shared`: the lesson's, and those that hold one of them."""

    def with_slots(self, slots: Mapping[str, SlotWords]) -> WordLists:
        """These, and a lesson's own slots."""
        own = frozenset(slots)
        while more := {name for name, slot in self.slots.items() if not own.isdisjoint(slot.holds)} - own:
            own |= more
        return replace(self, slots={**self.slots, **slots}, shared=self, own=own)

    def behind(self, slot: str) -> WordLists:
        """The lists that decide what a slot stands for: those of the language, as far as a lesson shares them. What
        was found out about a slot for one lesson then holds for the next.
        """
        return self if self.shared is None or slot in self.own else self.shared


def word_lists(language: str, folders: Iterable[Path]) -> WordLists:
    """Those of the first folder that has them for `language`; empty ones where none has. Raises `Problem` if broken."""
    for folder in folders:
        if (path := folder / f"{language}{SUFFIX}").is_file():
            return _read(path, path.stat().st_mtime_ns)
    return WordLists(language)


@lru_cache(maxsize=16)  # every lesson of a language shares them
def _read(path: Path, changed_ns: int) -> WordLists:
    del changed_ns  # only keeps an edited file from being taken for the one read before
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise ValueError("it is too large")
        return _lists(path.stem, tomllib.loads(data.decode()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Problem(f"The word list {path} cannot be used: {error}.", "Mend the file.", ExitCode.USAGE) from error


def _lists(language: str, data: Mapping[str, object]) -> WordLists:
    around = _table(data, "around")
    return WordLists(
        language,
        read_slots(data),
        one_of(_patterns(around, "before")),
        one_of(_patterns(around, "after")),
        one_of(_patterns(data, "joiners")),
        frozenset(word for text in _texts(data, "function_words") for word in text.casefold().split()),
        tuple(_mistake(entry) for entry in _entries(data, "mistake")),
    )


def read_slots(data: Mapping[str, object]) -> dict[str, SlotWords]:
    """The tables [slot.*] of a file. Raises `ValueError` or `TypeError` where they are broken."""
    table = _table(data, "slot")
    return {name: _slot(_table(table, name)) for name in table}


def _slot(table: Mapping[str, object]) -> SlotWords:
    texts = _texts(table, "words")
    return SlotWords(
        tuple(_pattern(text) for text in texts if not text.startswith("*")),
        tuple(text.removeprefix("*").casefold() for text in texts if text.startswith("*")),
        _whole_number(table, "open"),
        _texts(table, "not_ending"),
        frozenset(_SLOT.findall(" ".join(texts))),
    )


def _mistake(table: Mapping[str, object]) -> CommonMistake:
    kind = correction_kind(_text(table, "kind") or "grammar")
    prompts = {language: _text(_table(table, "prompts"), language) for language in _table(table, "prompts")}
    return CommonMistake(
        _pattern(_text(table, "wrong")), _text(table, "right"), _text(table, "prompt"), kind,
        _patterns(table, "unless"), prompts,
    )  # fmt: skip


def correction_kind(text: str) -> CorrectionKind:
    """`text` as a kind of correction. Raises `ValueError` if it is none."""
    for kind in CORRECTION_KINDS:
        if kind == text:
            return kind
    raise ValueError(f"{text!r} is no kind of correction; there are {', '.join(CORRECTION_KINDS)}")


def _table(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise TypeError(f"{key!r} must be a table")
    return value


def _entries(data: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise TypeError(f"{key!r} must be written [[{key}]]")
    return value


def _texts(data: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise TypeError(f"{key!r} must be a list of texts")
    return tuple(value)


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise TypeError(f"{key!r} must be a text")
    return " ".join(value.split())


def _whole_number(data: Mapping[str, object], key: str) -> int:
    value = data.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_OPEN:
        raise ValueError(f"{key!r} must be a whole number from 0 to {MAX_OPEN}")
    return value


def _patterns(data: Mapping[str, object], key: str) -> tuple[Node, ...]:
    return tuple(_pattern(text) for text in _texts(data, key))


def _pattern(source: str) -> Node:
    try:
        return read_syntax(source)
    except PatternError as error:
        raise ValueError(f"the pattern {source!r} cannot be read: {error}") from error
