"""Which column of a word list, or which field of a note of Anki, holds what of an item.

A column is known by its name, else by its place: the word first, then what it means.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tutor_tui.core.languages import likely_code
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import CORRECTION_KINDS, NOTE_CHARACTERS
from tutor_tui.learning.items import Item, ItemKind, Origin

Columns: TypeAlias = Mapping[str, int]
"""Field of `Item` → number of the column, from 0."""
LONGEST_TERM = 200
"""In characters. A word or phrase that is to be said is shorter; cut in two it would be none."""
_NAMES: Mapping[str, str] = {
    "term": "term word words phrase vocabulary vocab expression front target lemma headword kanji hanzi simplified",
    "meaning": "meaning meanings translation definition gloss back answer native",
    "example": "example examples sentence context",
    "reading": "reading pronunciation kana furigana hiragana pinyin romanization romanisation transcription ipa",
    "said": "said",
    "category": "category",
    "kind": "kind",
    "language": "language",
}
"""What columns are called, in small letters."""
_MORE = ("meaning", "example", "reading")


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]], language: str) -> Columns:
    """Where everything is in `rows`, whose columns have these names, or none.

    Without names the word comes first, and its meaning second; the other way round where the language is written in
    letters of its own, and only the second column has them.
    """
    found = named(names, language)
    width = max((len(row) for row in rows), default=0)
    free = (number for number in range(width) if number not in found.values())
    if "term" not in found:
        found["term"] = next(free, 0)
        if "meaning" not in found and (meaning := next(free, None)) is not None:
            found["meaning"] = meaning
            shares = (_share_in_script(rows, found[field], language) for field in ("term", "meaning"))
            if next(shares) < _MOST <= next(shares):
                return swapped(found)
    elif "meaning" not in found and (meaning := next(free, None)) is not None:
        found["meaning"] = meaning
    return found


def named(names: Sequence[str], language: str) -> dict[str, int]:
    """The columns that are known by their names. The first of a kind counts."""
    found = dict[str, int]()
    for number, name in enumerate(names):
        if kind := _kind_of(name, language):
            found.setdefault(kind, number)
    return found


def languages_named(names: Sequence[str]) -> tuple[str, ...]:
    """The languages (ISO 639-1) that columns are called by."""
    return tuple(dict.fromkeys(code for name in names if not _kind_by_name(name) and (code := _language_of(name))))


def language_learnt(names: Sequence[str]) -> str:
    """The language of the words, where the names of the columns tell: "Spanish, translation". Empty where not."""
    found, kinds = languages_named(names), {_kind_by_name(name) for name in names}
    return found[0] if len(found) == 1 and "meaning" in kinds and "term" not in kinds else ""


def _kind_of(name: str, language: str) -> str:
    if kind := _kind_by_name(name):
        return kind
    code = _language_of(name)
    return ("term" if code == language else "meaning") if code else ""


def _kind_by_name(name: str) -> str:
    known = " ".join(name.casefold().split())
    return next((kind for kind, names in _NAMES.items() if known in names.split()), "")


def _language_of(name: str) -> str:
    known = " ".join(name.casefold().split())
    return likely_code(known) if len(known) > 2 else ""


_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "ko": ("HANGUL",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "zh": ("CJK",),
    **dict.fromkeys(("ru", "uk", "bg", "sr", "be", "mk"), ("CYRILLIC",)),
    **dict.fromkeys(("ar", "fa", "ur"), ("ARABIC",)),
    "el": ("GREEK",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
    "th": ("THAI",),
}
"""How the names of a language's letters begin, for those that are not written in Latin ones."""
_LOOKED_AT = 50
"""Rows that say enough."""
_MOST = 0.5
"""The part of them that makes a column one of that script."""


def _share_in_script(rows: Sequence[Sequence[str]], column: int, language: str) -> float:
    """The part of the rows with a letter of the language's own script in that column; 1 where it is Latin."""
    scripts = _SCRIPTS.get(language)
    if scripts is None:
        return 1.0
    cells = [row[column] for row in rows[:_LOOKED_AT] if len(row) > column]
    own = sum(any(unicodedata.name(char, "").startswith(scripts) for char in cell[:LONGEST_TERM]) for cell in cells)
    return own / max(1, len(cells))


def swapped(columns: Columns) -> Columns:
    """Word and meaning the other way round."""
    return {**columns, "term": columns["meaning"], "meaning": columns["term"]} if "meaning" in columns else columns


def item_of(cells: Sequence[str], columns: Columns, language: str, at: float) -> Item | None:
    """The item in a row of plain text; None where there is no word in it, or one that nobody could say.

    A row of our own that is no word or correction is left out, too.
    """
    given = {field: cells[number] if number < len(cells) else "" for field, number in columns.items()}
    term = one_line(given.get("term", ""), LONGEST_TERM + 1)
    said = one_line(given.get("said", ""), NOTE_CHARACTERS)
    kind = given.get("kind") or (ItemKind.CORRECTION if said else ItemKind.WORD).value
    if not any(map(str.isalnum, term)) or len(term) > LONGEST_TERM or kind not in ("word", "correction"):
        return None
    is_correction = bool(said) and kind == "correction"
    category = given.get("category", "")
    meaning, example, reading = (one_line(given.get(field, ""), NOTE_CHARACTERS) for field in _MORE)
    return Item(
        likely_code(given.get("language", "")) or language,
        ItemKind.CORRECTION if is_correction else ItemKind.WORD,
        term,
        meaning,
        example,
        reading,
        said if is_correction else "",
        category if is_correction and category in CORRECTION_KINDS else "",
        Origin.IMPORT,
        added_at=at,
    )
