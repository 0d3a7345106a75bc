"""Changes of a library that are made together."""

from __future__ import annotations

import sqlite3


class in_one_go:
    """A transaction: all that happens in it, or nothing."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._database.execute("COMMIT")
        elif self._database.in_transaction:  # some failures of the disk end it by themselves
            self._database.execute("ROLLBACK")
