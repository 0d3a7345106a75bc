"""Libraries of which some pages were overwritten: they can be opened, and break in the middle of a query."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def overwrite_pages(file: Path, first: float = 0.0, last: float = 1.0) -> bytes:
    """Overwrite the pages between these shares of the file, but never the first one; what is there then."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(file.read_bytes())
    pages = len(data) // size
    for page in range(max(1, round(first * pages)), round(last * pages)):
        data[page * size : (page + 1) * size] = b"\xa5" * size
    file.write_bytes(data)
    return bytes(data)
