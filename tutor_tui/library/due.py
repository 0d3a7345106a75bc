"""How much is due. Loads little: a shell's prompt may ask for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from tutor_tui.library.database import opened

DAY_S = 24 * 3_600
CAN_DOS = "(SELECT id FROM item WHERE language = :language AND kind = 'can-do' AND deleted = 0)"
"""A few dozen at most, one a unit: they are looked up in their own index, and left out of what is asked for."""
BY_DATE = "language = :language AND due_at <= :at"
WRONG_CLOCK_S = 30 * DAY_S
"""So far ahead of now a review was made by a clock that was wrong. A date that is off by less is waited for: else all
that was reviewed in some days would be due at once when a clock is set back by them.
"""
OF_A_WRONG_CLOCK = "language = :language AND reviewed_at > :far_ahead"
"""The date of the next review is wrong, too, and may never come."""
ASKED_FOR = f"item_id NOT IN {CAN_DOS}"


def due_by_language(file: Path, at: float) -> Mapping[str, int]:
    """How many items are due at that moment (Unix time, s), by language. Raises `Problem`."""
    with opened(file) as database:
        return {language: count_due(database, language, at) for language in languages(database)}


def next_due(file: Path, language: str) -> float | None:
    """When the next item of a language is due, or was (Unix time, s); None where none ever is. Raises `Problem`."""
    with opened(file) as database:
        wanted = f"SELECT min(due_at) FROM schedule WHERE language = :language AND {ASKED_FOR}"
        found = database.execute(wanted, {"language": language}).fetchone()[0]
        return None if found is None else float(found)


def languages(database: sqlite3.Connection) -> list[str]:
    """ISO 639-1 of those in which anything is kept, in the order of the alphabet."""
    # One step along the index for each language; DISTINCT would walk over every item.
    following = "SELECT min(language) FROM item WHERE deleted = 0 AND language > ?"
    found: list[str] = []
    last: object = ""
    while (last := database.execute(following, (last,)).fetchone()[0]) is not None:
        if isinstance(last, str):  # bytes that somebody else has written there are behind all text
            found.append(last)
    return found


def count_due(database: sqlite3.Connection, language: str, at: float) -> int:
    """How many items of a language are due at that moment."""
    # Counted one by one, each goes along its index; with OR between them SQLite collects every row: 18 ms for 10,000.
    by_date = f"SELECT count(*) FROM schedule WHERE {BY_DATE} AND {ASKED_FOR}"
    others = f"SELECT count(*) FROM schedule WHERE {OF_A_WRONG_CLOCK} AND due_at > :at AND {ASKED_FOR}"
    return int(database.execute(f"SELECT ({by_date}) + ({others})", moment(language, at)).fetchone()[0])


def moment(language: str, at: float) -> dict[str, object]:
    """What these conditions are filled with."""
    return {"language": language, "at": at, "far_ahead": at + WRONG_CLOCK_S}
