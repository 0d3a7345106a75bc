"""A list of words that a learner has: TSV or CSV, with or without a head, from a spreadsheet, Anki or this program."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from tutor_tui.exchange.columns import columns_of, item_of, language_learnt, languages_named, named, swapped
from tutor_tui.exchange.html_text import text_of_anki_field
from tutor_tui.exchange.unreadable import Unreadable
from tutor_tui.learning.items import Item

MOST_BYTES = 20_000_000
"""Of the file: some 200,000 words."""
MOST_WORDS = 50_000
"""Of one import. Nobody has learnt more, and a lesson has to look through them."""
_SEPARATORS = {"\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
"""As Anki's head of a text file calls them; it may also have the sign itself."""
_GUESSED = ("\t", ";", ",")
_LOOKED_AT = 20
"""Rows that tell how the columns are separated."""
_LONGEST_CELL = 131_072
"""What `csv` takes, in characters."""


@dataclass(frozen=True, slots=True, repr=False)
class WordsRead:
    """What was in a file."""

    items: tuple[Item, ...]
    """Each once."""
    left_out: int = 0
    """Rows or notes without a word, or with one that nobody could say."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 of those that its head names, where it does not tell which of them the words are in."""


def words_of_rows(
    rows: Sequence[Sequence[str]], names: Sequence[str], language: str, at: float, *, swap: bool = False
) -> WordsRead:
    """The items in rows of plain text. Raises `Unreadable`."""
    columns = columns_of(names, rows, language)
    if swap:
        columns = swapped(columns)
    found = [item_of(row, columns, language, at) for row in rows]
    items = {item.id: item for item in found if item is not None}
    if len(items) > MOST_WORDS:
        raise too_many()
    return WordsRead(tuple(items.values()), sum(item is None for item in found))


def too_many() -> Unreadable:
    """There are more words than a learner can have."""
    return Unreadable(f"it has more than {MOST_WORDS:,} words", "Take a part of it.")


def read_word_list(data: bytes, language: str, at: float, *, swap: bool = False) -> WordsRead:
    """The items in a file of at most `MOST_BYTES`, as words of `language` where it names no other.

    `at` is now, as Unix time in s; with `swap` the first column is the meaning. Raises `Unreadable`.
    """
    text = decoded(data)
    if "\0" in text:
        raise Unreadable("it is no text", "Give a list with two or more columns, as TSV or CSV.")
    head, body = _anki_head(text)
    separator = _SEPARATORS.get(head.get("separator", "").casefold(), head.get("separator", "")[:1])
    rows = _rows(body, separator or _separator_of(body))
    if not rows:
        raise Unreadable("it is empty")
    if max(len(row) for row in rows) < 2:
        raise Unreadable(
            "it has one column only", "Put a word and its meaning into each line, with a tab, a comma or ; between."
        )
    if head.get("html", "").casefold() == "true":
        rows = [[text_of_anki_field(cell) for cell in row] for row in rows]
    names = head["columns"].split(separator or "\t") if "columns" in head else []
    languages = () if language else languages_named(names or rows[0])
    language = language or language_learnt(names or rows[0])
    if not names and {"term", "meaning"} <= named(rows[0], language).keys():
        names = rows.pop(0)
    return replace(words_of_rows(rows, names, language, at, swap=swap), languages=() if language else languages)


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, or UTF-16 that says so, as spreadsheets write it. Raises `Unreadable`."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 text", "Save it as UTF-8.") from None


def _anki_head(text: str) -> tuple[Mapping[str, str], str]:
    """The lines before the table that say how to read it (https://docs.ankiweb.net/importing/text-files.html)."""
    head = dict[str, str]()
    body = text
    while body.startswith("#"):
        line, _, body = body.partition("\n")
        key, _, value = line[1:].strip("\r").partition(":")
        head[key.strip().casefold()] = value
    return head, body


def _separator_of(body: str) -> str:
    """The sign that makes the same number of columns, two at least, in most of the first rows."""

    def fitting(separator: str) -> int:
        widths = [len(row) for row in _some_rows(body, separator)]
        usual = max(set(widths), key=widths.count, default=0)
        return widths.count(usual) if usual > 1 else 0

    return max(_GUESSED, key=fitting)


def _some_rows(body: str, separator: str) -> list[list[str]]:
    reader = csv.reader(StringIO(body), delimiter=separator)
    found = list[list[str]]()
    try:
        for row in reader:
            if any(row):
                found.append(row)
            if len(found) == _LOOKED_AT:
                break
    except csv.Error:
        pass
    return found


def _rows(body: str, separator: str) -> list[list[str]]:
    return list(_all_rows(body, separator))


def _all_rows(body: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(body), delimiter=separator)
    rows = 0
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows += 1
                if rows > 2 * MOST_WORDS:
                    raise too_many()
                yield row
    except csv.Error:
        why = f"line {reader.line_num} is damaged, or a cell of it is longer than {_LONGEST_CELL:,} characters"
        raise Unreadable(why, "Check its quotation marks.") from None
