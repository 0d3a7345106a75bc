"""Libraries of which some pages were overwritten: they can be opened, and break in the middle of a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path


def overwrite_pages(file: Path, first: float = 0.0, last: float = 1.0) -> bytes:
    """Overwrite the pages between these shares of the file, but never the first one; what is there then."""
    return _overwrite(file, lambda page, pages: max(1, round(first * pages)) <= page < round(last * pages))


def overwrite_every(file: Path, number: int) -> bytes:
    """Overwrite one page in so many; what is there then."""
    return _overwrite(file, lambda page, _: page > 0 and page % number == number - 1)


def _overwrite(file: Path, is_meant: Callable[[int, int], bool]) -> bytes:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(file.read_bytes())
    pages = len(data) // size
    for page in range(pages):
        if is_meant(page, pages):
            data[page * size : (page + 1) * size] = b"\xa5" * size
    file.write_bytes(data)
    return bytes(data)
