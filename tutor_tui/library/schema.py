"""The tables of the library, one for each kind of record, and the steps from each older form to this one.

A step is never changed once it was released: `PRAGMA user_version` counts how many a file has been through.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tutor_tui.core.problems import ExitCode, Problem

_FIRST = """
CREATE TABLE lesson (
    id TEXT PRIMARY KEY, began_at REAL NOT NULL, profile TEXT NOT NULL, profile_key TEXT NOT NULL, tutor TEXT NOT NULL,
    target_language TEXT NOT NULL, native_language TEXT NOT NULL, level TEXT NOT NULL, offline_lesson TEXT NOT NULL,
    ended_at REAL, recovered INTEGER NOT NULL, cost_unknown INTEGER NOT NULL,
    continues TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX lesson_by_date ON lesson (began_at);
CREATE TABLE turn (
    lesson_id TEXT NOT NULL REFERENCES lesson ON DELETE CASCADE, item_id TEXT NOT NULL, place INTEGER NOT NULL,
    role TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, heard_share REAL NOT NULL, spoken_ms INTEGER NOT NULL,
    began_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, typed INTEGER NOT NULL, again INTEGER NOT NULL,
    searched TEXT NOT NULL,
    PRIMARY KEY (lesson_id, item_id)
) WITHOUT ROWID;
CREATE TABLE correction (
    lesson_id TEXT NOT NULL REFERENCES lesson ON DELETE CASCADE, number INTEGER NOT NULL, item_id TEXT NOT NULL,
    said TEXT NOT NULL, better TEXT NOT NULL, why TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (lesson_id, number)
) WITHOUT ROWID;
CREATE TABLE word (
    lesson_id TEXT NOT NULL REFERENCES lesson ON DELETE CASCADE, number INTEGER NOT NULL, item_id TEXT NOT NULL,
    term TEXT NOT NULL, meaning TEXT NOT NULL, example TEXT NOT NULL, language TEXT NOT NULL,
    PRIMARY KEY (lesson_id, number)
) WITHOUT ROWID;
CREATE TABLE tool (
    lesson_id TEXT NOT NULL REFERENCES lesson ON DELETE CASCADE, call_id TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, after TEXT NOT NULL, summary TEXT NOT NULL,
    PRIMARY KEY (lesson_id, call_id)
) WITHOUT ROWID;
CREATE TABLE usage (
    lesson_id TEXT NOT NULL REFERENCES lesson ON DELETE CASCADE, number INTEGER NOT NULL, at REAL NOT NULL,
    usd REAL NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    PRIMARY KEY (lesson_id, number)
) WITHOUT ROWID;
CREATE INDEX usage_by_date ON usage (at);
CREATE TABLE event (
    lesson_id TEXT NOT NULL REFERENCES lesson ON DELETE CASCADE, number INTEGER NOT NULL, at REAL NOT NULL,
    kind TEXT NOT NULL, fields TEXT NOT NULL,
    PRIMARY KEY (lesson_id, number)
) WITHOUT ROWID;
"""
_LEARNER = """
CREATE TABLE item (
    id TEXT PRIMARY KEY, language TEXT NOT NULL, kind TEXT NOT NULL, term TEXT NOT NULL, meaning TEXT NOT NULL,
    example TEXT NOT NULL, reading TEXT NOT NULL, said TEXT NOT NULL, category TEXT NOT NULL, origin TEXT NOT NULL,
    lesson_id TEXT NOT NULL, turn_id TEXT NOT NULL, added_at REAL NOT NULL, known INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX item_by_date ON item (language, added_at, id) WHERE deleted = 0;
CREATE INDEX item_by_kind ON item (language, kind, added_at, id) WHERE deleted = 0;
CREATE TABLE schedule (
    item_id TEXT PRIMARY KEY REFERENCES item ON DELETE CASCADE, language TEXT NOT NULL, due_at REAL NOT NULL,
    stability_days REAL, difficulty REAL, reviewed_at REAL
) WITHOUT ROWID;
CREATE INDEX schedule_by_due ON schedule (language, due_at);
CREATE INDEX schedule_by_review ON schedule (language, reviewed_at);
CREATE TABLE evidence (
    item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE, lesson_id TEXT NOT NULL, turn_id TEXT NOT NULL,
    at REAL NOT NULL, use TEXT NOT NULL, quote TEXT NOT NULL, rung TEXT NOT NULL, pause_ms INTEGER NOT NULL,
    repaired INTEGER NOT NULL,
    PRIMARY KEY (item_id, lesson_id, turn_id)
) WITHOUT ROWID;
CREATE INDEX evidence_by_lesson ON evidence (lesson_id, at);
CREATE INDEX evidence_by_use ON evidence (item_id, use);
CREATE INDEX evidence_by_date ON evidence (at);
CREATE TABLE review (
    item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE, at REAL NOT NULL, rating TEXT NOT NULL,
    lesson_id TEXT NOT NULL,
    PRIMARY KEY (item_id, at)
) WITHOUT ROWID;
CREATE INDEX review_by_date ON review (at);
"""
_CLEARNESS = "ALTER TABLE turn ADD COLUMN clearness TEXT NOT NULL DEFAULT '{}'"
_VOICE = "ALTER TABLE turn ADD COLUMN voice TEXT NOT NULL DEFAULT '[]'"
_CAPTIONS = """
ALTER TABLE turn ADD COLUMN rung TEXT NOT NULL DEFAULT 'all';
ALTER TABLE turn ADD COLUMN revealed INTEGER NOT NULL DEFAULT 0
"""
_FORGETTING = """
CREATE TABLE forgetting (language TEXT PRIMARY KEY, rate REAL NOT NULL, reviews INTEGER NOT NULL) WITHOUT ROWID
"""
_DRILL = "ALTER TABLE lesson ADD COLUMN drill TEXT NOT NULL DEFAULT ''"
STEPS: tuple[str, ...] = (_FIRST, _LEARNER, _CLEARNESS, _VOICE, _CAPTIONS, _FORGETTING, _DRILL)
"""From version 0, an empty file, on: the n-th leads to version n."""


class NewerLibrary(Problem):
    """A later version of the program has written the file: this one must not."""


def bring_up_to_date(database: sqlite3.Connection) -> None:
    """Take the steps that the file has not been through, all or none of them.

    Raises `NewerLibrary`, and `sqlite3.Error` as it comes. The connection must not begin transactions by itself.
    """
    if version_of(database) == len(STEPS):
        return
    database.execute("BEGIN IMMEDIATE")  # another start may be at it: what it has done is seen from here on
    try:
        version = version_of(database)
        if version > len(STEPS):
            raise NewerLibrary(
                "Your lessons were last kept by a newer tutor-tui.", "Update this one to see them.", ExitCode.LIBRARY
            )
        take_steps(database, STEPS[version:])
        database.execute(f"PRAGMA user_version = {len(STEPS)}")
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def take_steps(database: sqlite3.Connection, steps: Iterable[str]) -> None:
    """Run all statements of these steps. Raises `sqlite3.Error`."""
    for step in steps:
        for statement in step.split(";"):
            database.execute(statement)


def version_of(database: sqlite3.Connection) -> int:
    """How many steps the file has been through."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])
