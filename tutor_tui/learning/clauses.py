"""A turn as written, cut into its parts: how many syllables each has, and whether a clause ends behind it.

A pause at the end of a clause is what fluent speakers do, too; one within a clause is not (Kahng 2014, Language
Learning 64:809; Handley & Wang 2023, Language Assessment Quarterly). Where clauses end is told by punctuation, as
the ears write it, and by a list of conjunctions. It is no parser: "bread and milk" counts as two clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tutor_tui.learning.syllables import count
from tutor_tui.speech.japanese import words_in

_CONJUNCTIONS: Mapping[str, str] = {
    "en": "and but or so because if when while that which who where although though before after until since unless "
    "then",
    "de": "und aber oder denn weil wenn dass als ob obwohl während bevor nachdem bis damit sondern doch also dann",
    "es": "y e pero o u porque si cuando que como aunque mientras donde sino pues entonces",
    "fr": "et mais ou car parce que quand si comme lorsque puisque qui où donc alors puis",
    "it": "e ed ma o perché se quando che mentre dove anche quindi allora poi però",
    "pt": "e mas ou porque se quando que como embora enquanto onde então",
    "zh": "因为 所以 但是 可是 不过 如果 要是 然后 而且 虽然 还是 或者 的时候",
}
"""By language, what a clause begins with."""
_CLAUSE_ENDINGS: Mapping[str, str] = {
    "ko": "(?:고|지만|는데|은데|ㄴ데|인데|운데|어서|아서|해서|여서|니까|으면|면|려고|거나|면서)$",
    "ja": "^(?:から|ので|けど|けれど|けれども|のに|たら|なら|ながら|し|て|で|ば|が)$",
}
"""By language, what a clause ends in: Korean and Japanese mark it there. Of a word; in Japanese, the whole word."""
_STOPS = ".!?;:,…—。！？；：，、؟،؛।"
_WORD = re.compile(rf"([^\s{_STOPS}]+(?:[.,:](?=\w)[^\s{_STOPS}]+)*)([{_STOPS}]*)")
"""A word with the marks behind it; those within a figure belong to it."""
_ONE_SIGN_EACH = re.compile("[\u3400-\u9fff\uf900-\ufaff]|[^\u3400-\u9fff\uf900-\ufaff]+")
_JAPANESE_MARK = re.compile(rf"[{_STOPS}]")


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class Part:
    """A word; of a script without blanks that no dictionary cuts, a sign."""

    text: str
    syllables: int
    ends_clause: bool


def parts(text: str, language: str) -> tuple[Part, ...] | None:
    """The parts of a turn in their order; None where its script says nothing of syllables. `language` is ISO 639-1."""
    found: list[Part] = []
    for word, ends in _marked(list(_cut(text, language)), language):
        syllables = count(word, language)
        if syllables is None:
            return None
        if syllables:
            found.append(Part(word, syllables, ends))
    return tuple(found)


def words(text: str, language: str) -> tuple[str, ...] | None:
    """The words of a turn, in small letters; None where nothing tells where they end (Chinese; Japanese alone)."""
    if language == "zh" or (language == "ja" and words_in("") is None):
        return None
    return tuple(word.casefold() for word, _ in _cut(text, language) if any(map(str.isalpha, word)))


def _cut(text: str, language: str) -> Iterator[tuple[str, bool]]:
    """Each word, and whether a mark stands behind it."""
    if language == "ja" and (found := words_in(text)) is not None:
        written = [each.written for each in found if each.written.strip()]
        for word, behind in zip(written, [*written[1:], ""], strict=True):
            if not _JAPANESE_MARK.match(word):
                yield word, bool(_JAPANESE_MARK.match(behind))
        return
    for match in _WORD.finditer(text):
        pieces = _ONE_SIGN_EACH.findall(match[1]) if language in ("zh", "ja") else [match[1]]
        for piece in pieces[:-1]:
            yield piece, False
        yield pieces[-1], bool(match[2])


def _marked(cut: list[tuple[str, bool]], language: str) -> Iterator[tuple[str, bool]]:
    """The same with the ends of clauses that no mark shows."""
    begins = frozenset(_CONJUNCTIONS.get(language, "").split())
    ending = re.compile(_CLAUSE_ENDINGS.get(language, "(?!)"))
    rest = "".join(word for word, _ in cut)
    for place, (word, marked) in enumerate(cut):
        rest = rest[len(word) :]
        behind = cut[place + 1][0].casefold() if place + 1 < len(cut) else ""
        begun = rest.startswith(tuple(begins)) if language == "zh" and begins else behind in begins
        yield word, marked or begun or bool(ending.search(word))
