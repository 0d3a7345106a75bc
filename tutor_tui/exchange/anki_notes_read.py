"""The notes in an .apkg as items: a learner's own deck, or one that somebody shared."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import IO, Any

from tutor_tui.exchange.anki_note import NOTE_TYPE
from tutor_tui.exchange.html_text import text_of_anki_field
from tutor_tui.exchange.unreadable import Unreadable
from tutor_tui.exchange.word_list import MOST_WORDS, WordsRead, too_many, words_of_rows
from tutor_tui.exchange.zip_files import DAMAGED, open_zip, unpacked_zstd
from tutor_tui.learning.items import Item

MOST_COLLECTION_BYTES = 200_000_000
"""Unpacked. 50,000 notes with their reviews are some 50 MB."""
_COMPRESSED = "collection.anki21b"
"""What Anki exports since 2.1.50, unless it is asked to support older versions."""
_FORMS = (_COMPRESSED, "collection.anki21", "collection.anki2")
"""Names of the database in it. Where there are several, the older are there for an apology to older programs."""
_BEGINS = b"SQLite format 3\0"
_LONGEST_VALUE = 10_000_000
"""In bytes: SQLite reads none that is longer. That of all note types together has their looks in it."""
_MOST_STEPS = 200_000_000
"""Of SQLite's virtual machine, for a database that would never come to an end: some seconds."""
_FIELD_END = "\x1f"
_OWN_TAG = re.compile(rf"\b{NOTE_TYPE}::([a-z]{{2}})\b")
"""The language of a note that we have made."""


def read_anki_package(file: IO[bytes], language: str, at: float, *, swap: bool = False) -> WordsRead:
    """The notes in an open file, as words of `language`; `at` is now, as Unix time in s.

    With `swap` the meaning is taken for the word. Raises `Unreadable`.
    """
    with open_zip(file) as archive:
        name = next((each for each in _FORMS if each in archive.names), "")
        if not name:
            raise Unreadable("it is no deck of Anki", "Export one from Anki, as .apkg.")
        collection = archive.read(name, MOST_COLLECTION_BYTES)
    if name == _COMPRESSED:
        collection = unpacked_zstd(collection, MOST_COLLECTION_BYTES)
    if not collection.startswith(_BEGINS):
        raise Unreadable(DAMAGED)
    try:
        with closing(_opened(collection)) as database:
            return _notes(database, language, at, swap)
    except (sqlite3.Error, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise Unreadable(DAMAGED) from None


def _opened(collection: bytes) -> sqlite3.Connection:
    """The database, which can neither be written to nor keep us for ever."""
    database = sqlite3.connect(":memory:")
    database.deserialize(_without_log(collection))
    database.create_collation("unicase", _unicase)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    database.set_progress_handler(lambda: 1, _MOST_STEPS)
    return database


def _without_log(collection: bytes) -> bytes:
    """As of a database that keeps no write-ahead log beside it, which one in memory cannot have: bytes 18 and 19 of the
    head (https://www.sqlite.org/fileformat.html#file_format_version_numbers).
    """
    return collection[:18] + b"\1\1" + collection[20:]


def _notes(database: sqlite3.Connection, language: str, at: float, swap: bool) -> WordsRead:
    names = _field_names(database)
    by_type = defaultdict[int, list[Sequence[str]]](list)
    found = database.execute("SELECT mid, flds, tags FROM notes ORDER BY id LIMIT ?", (MOST_WORDS + 1,))
    for number, (note_type, fields, tags) in enumerate(found):
        if number == MOST_WORDS:
            raise too_many()
        own = _OWN_TAG.search(tags)
        cells = [text_of_anki_field(field) for field in fields.split(_FIELD_END)]
        by_type[note_type].append([own[1] if own else "", *cells])
    items, left_out = dict[str, Item](), 0
    for note_type, rows in by_type.items():
        read = words_of_rows(rows, ("language", *names.get(note_type, ())), language, at, swap=swap)
        items |= {item.id: item for item in read.items}
        left_out += read.left_out
    return WordsRead(tuple(items.values()), left_out)


def _unicase(left: str, right: str) -> int:
    """Anki's own order of names, in which the new form declares some of its columns."""
    a, b = left.casefold(), right.casefold()
    return (a > b) - (a < b)


def _field_names(database: sqlite3.Connection) -> Mapping[int, Sequence[str]]:
    """The names of the fields, by the id of the type of note: in a table of their own, or, before 2.1.28, as JSON."""
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'notetypes'").fetchone():
        names = defaultdict[int, list[str]](list)
        for note_type, name in database.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
            names[note_type].append(str(name))
        return names
    (models,) = database.execute("SELECT models FROM col").fetchone()
    found: Mapping[str, Any] = json.loads(models)
    return {int(key): [str(field["name"]) for field in model["flds"]] for key, model in found.items()}
