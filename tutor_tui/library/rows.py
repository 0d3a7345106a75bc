"""Records as rows of tables, and back: one table for each kind of record, one column for each of its fields."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_args

from tutor_tui.core.lesson import TurnState
from tutor_tui.core.lesson_plan import Role
from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    EventRecord,
    LessonRecord,
    Record,
    ToolRecord,
    TurnRecord,
    UsageRecord,
    WordRecord,
)
from tutor_tui.core.safe_text import well_formed

TABLES: Mapping[type[Any], tuple[str, tuple[str, ...]]] = {
    LessonRecord: ("lesson", ("id",)),
    TurnRecord: ("turn", ("lesson_id", "item_id")),
    CorrectionRecord: ("correction", ("lesson_id", "number")),
    WordRecord: ("word", ("lesson_id", "number")),
    ToolRecord: ("tool", ("lesson_id", "call_id")),
    UsageRecord: ("usage", ("lesson_id", "number")),
    EventRecord: ("event", ("lesson_id", "number")),
}
"""Each kind's table, and the columns that are its key."""
KINDS: Mapping[str, type[Any]] = {table: kind for kind, (table, _) in TABLES.items()}
R = TypeVar("R", bound=Record)
_MOST = 2**63 - 1
_ACCENTS = re.compile("[\u0300-\u036f]")
"""Not those of kana, which make か another letter than が."""


_COLUMNS: Mapping[type[Any], tuple[str, ...]] = {kind: tuple(each.name for each in fields(kind)) for kind in TABLES}


def write(database: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Put records into their tables; each replaces the one of its key. Raises `sqlite3.Error`."""
    for record in records:
        database.execute(_INSERTS[type(record)], _values(record))


def _insert(kind: type[Any]) -> str:
    table, key = TABLES[kind]
    columns = _COLUMNS[kind] + (("searched",) if kind is TurnRecord else ())
    changed = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    marks = ", ".join("?" for _ in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    )


_INSERTS: Mapping[type[Any], str] = {kind: _insert(kind) for kind in TABLES}


def _values(record: Record) -> tuple[object, ...]:
    values = tuple(_as_column(getattr(record, column)) for column in _COLUMNS[type(record)])
    return (*values, searched(record.text)) if isinstance(record, TurnRecord) else values


def _as_column(value: object) -> object:
    """`value` as SQLite can hold it, whatever number or text a server has sent."""
    match value:
        case Mapping():
            return json.dumps(value, ensure_ascii=True)
        case str():
            return well_formed(value)
        case int():
            return max(-_MOST, min(value, _MOST))
        case float() if value != value:
            return 0.0  # no number is no value to SQLite
        case _:
            return value


_END_OF_TIME = 253_370_764_800
"""Unix time, s, of the last year that a date can have."""
_TYPES: Mapping[object, type | tuple[type, ...]] = {
    "str": str,
    "Role": str,
    "int": int,
    "bool": bool,
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "Mapping[str, Any]": dict,
}


def is_sound(record: Record) -> bool:
    """Whether its values are such as we write ourselves: a file that holds them may come from anywhere."""
    if not all(isinstance(getattr(record, each.name), _TYPES[each.type]) for each in fields(record)):
        return False
    match record:
        case LessonRecord(began_at=began_at, ended_at=ended_at):
            return 0 <= began_at < _END_OF_TIME and 0 <= (ended_at or 0) < _END_OF_TIME
        case TurnRecord(role=role, state=state):
            return role in get_args(Role) and state in set(TurnState)
        case _:
            return True


def searched(text: str) -> str:
    """`text` as it is looked for: neither case, nor accents, nor full-width letters make a difference."""
    parts = unicodedata.normalize("NFKD", well_formed(text))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", parts)).casefold()


def read(database: sqlite3.Connection, kind: type[R], behind: str = "", values: tuple[object, ...] = ()) -> Iterator[R]:
    """The records of one kind; `behind` is what follows FROM and the table's name. Raises `sqlite3.Error`."""
    columns = ", ".join(f"{TABLES[kind][0]}.{column}" for column in _COLUMNS[kind])
    for row in database.execute(f"SELECT {columns} FROM {TABLES[kind][0]} {behind}", values):
        yield record_of(kind, row)


def columns_of(kind: type[Any]) -> str:
    """All columns of a kind, for a SELECT that joins."""
    return ", ".join(f"{TABLES[kind][0]}.{column}" for column in _COLUMNS[kind])


def record_of(kind: type[R], row: tuple[Any, ...]) -> R:
    """The record in a row of `columns_of`."""
    given = {each.name: _as_field(each.type, value) for each, value in zip(fields(kind), row, strict=True)}
    return kind(**given)


def _as_field(type_name: object, value: Any) -> Any:
    match type_name:
        case "bool":
            return bool(value)
        case "Mapping[str, Any]":
            return json.loads(value)
        case _:
            return value
