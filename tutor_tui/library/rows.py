"""Records as rows of tables, and back: one table for each kind of record, one column for each of its fields."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar, get_args

from tutor_tui.core.captions import Rung
from tutor_tui.core.conversation import TurnState
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
from tutor_tui.learning.items import FASTEST, SLOWEST, Evidence, Item, ItemKind, Origin, Rating, Review, Use


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """When an item is due, and what FSRS made of its reviews: the last three are None without any. Key: `item_id`."""

    item_id: str
    language: str
    due_at: float
    stability_days: float | None = None
    difficulty: float | None = None
    reviewed_at: float | None = None


@dataclass(frozen=True, slots=True)
class ForgettingRow:
    """How a learner forgets in a language: `learning.items.Forgetting`. Key: `language`."""

    language: str
    rate: float
    reviews: int


Row: TypeAlias = Record | Item | ScheduleRow | ForgettingRow | Evidence | Review
LESSON_TABLES: Mapping[type[Any], tuple[str, tuple[str, ...]]] = {
    LessonRecord: ("lesson", ("id",)),
    TurnRecord: ("turn", ("lesson_id", "item_id")),
    CorrectionRecord: ("correction", ("lesson_id", "number")),
    WordRecord: ("word", ("lesson_id", "number")),
    ToolRecord: ("tool", ("lesson_id", "call_id")),
    UsageRecord: ("usage", ("lesson_id", "number")),
    EventRecord: ("event", ("lesson_id", "number")),
}
"""Each kind's table, and the columns that are its key."""
LEARNER_TABLES: Mapping[type[Any], tuple[str, tuple[str, ...]]] = {
    Item: ("item", ("id",)),
    ScheduleRow: ("schedule", ("item_id",)),
    Evidence: ("evidence", ("item_id", "lesson_id", "turn_id")),
    Review: ("review", ("item_id", "at")),
    ForgettingRow: ("forgetting", ("language",)),
}
"""The same for what is kept of the learner beyond a lesson."""
TABLES = {**LESSON_TABLES, **LEARNER_TABLES}
KINDS: Mapping[str, type[Any]] = {TABLES[kind][0]: kind for kind in (*LESSON_TABLES, Item, Evidence)}
"""What comes of a lesson while it goes on, by table; the rest is made of that."""
R = TypeVar("R", bound=Row)
_MOST = 2**63 - 1
_ACCENTS = re.compile("[\u0300-\u036f]")
"""Not those of kana, which make か another letter than が."""


_COLUMNS: Mapping[type[Any], tuple[str, ...]] = {kind: tuple(each.name for each in fields(kind)) for kind in TABLES}


def write(database: sqlite3.Connection, records: Iterable[Row]) -> None:
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


def _values(record: Row) -> tuple[object, ...]:
    values = tuple(_as_column(getattr(record, column)) for column in _COLUMNS[type(record)])
    return (*values, searched(record.text)) if isinstance(record, TurnRecord) else values


def _as_column(value: object) -> object:
    """`value` as SQLite can hold it, whatever number or text a server has sent."""
    match value:
        case Mapping():
            return json.dumps(value, ensure_ascii=True)
        case tuple():
            return json.dumps(value, separators=(",", ":"))
        case str():
            return well_formed(str(value))
        case int():
            return max(-_MOST, min(value, _MOST))
        case float() if value != value:
            return 0.0  # no number is no value to SQLite
        case _:
            return value


END_OF_TIME = 253_370_764_800
"""Unix time, s, of the last year that a date can have."""
_LONGEST_MS = 100 * 24 * 3_600_000
"""No lesson lasts a hundred days."""
_MOST_USD = 1e9
_MOST_DAYS = 1e6
_ENUMS: Mapping[object, type[StrEnum]] = {each.__name__: each for each in (ItemKind, Origin, Use, Rung, Rating)}
_TYPES: Mapping[object, type | tuple[type, ...]] = {
    **_ENUMS,
    "str": str,
    "Role": str,
    "int": int,
    "bool": bool,
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "Mapping[str, Any]": dict,
    "tuple[tuple[int, int], ...]": tuple,
}


_FIELDS: Mapping[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple((each.name, _TYPES[each.type]) for each in fields(kind)) for kind in TABLES
}


def is_sound(record: Row) -> bool:
    """Whether its values are such as we write ourselves: a file that holds them may come from anywhere."""
    if not all(isinstance(getattr(record, name), types) for name, types in _FIELDS[type(record)]):
        return False
    match record:
        case LessonRecord(began_at=began_at, ended_at=ended_at):
            return _is_moment(began_at) and _is_moment(ended_at or 0)
        case TurnRecord(role=role, state=state, heard_share=share, began_ms=began_ms, ended_ms=ended_ms):
            in_time = abs(began_ms) < _LONGEST_MS and abs(ended_ms) < _LONGEST_MS and _in_order(record.voice)
            known = role in get_args(Role) and state in set(TurnState) and record.rung in set(Rung)
            return known and 0 <= share <= 1 and in_time
        case UsageRecord(at=at, usd=usd):
            return _is_moment(at) and abs(usd) < _MOST_USD
        case EventRecord(at=at) | Evidence(at=at) | Review(at=at) | Item(added_at=at):
            return _is_moment(at)
        case ScheduleRow(due_at=due_at, stability_days=days, difficulty=difficulty, reviewed_at=at):
            return _is_moment(due_at) and _is_memory(days, difficulty, at)
        case ForgettingRow(rate=rate, reviews=reviews):
            return SLOWEST <= rate <= FASTEST and reviews >= 0
        case _:
            return True


def _is_memory(days: float | None, difficulty: float | None, at: float | None) -> bool:
    if days is None or difficulty is None or at is None:
        return days is difficulty is at
    return 0 < days < _MOST_DAYS and 1 <= difficulty <= 10 and _is_moment(at)


def _is_moment(unix_s: float) -> bool:
    return 0 <= unix_s < END_OF_TIME


def _in_order(segments: tuple[Any, ...]) -> bool:
    """Whether these are begins and ends, each after the last."""
    last = -1
    for each in segments:
        if not isinstance(each, tuple) or [type(ms) for ms in each] != [int, int] or not last < each[0] < each[1]:
            return False
        last = each[1]
    return last < _LONGEST_MS


def searched(text: str) -> str:
    """`text` as it is looked for: neither case, nor accents, nor full-width letters make a difference."""
    parts = unicodedata.normalize("NFKD", well_formed(text))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", parts)).casefold()


def read(database: sqlite3.Connection, kind: type[R], behind: str = "", values: tuple[object, ...] = ()) -> Iterator[R]:
    """The records of one kind; `behind` is what follows FROM and the table's name. Raises `sqlite3.Error`.

    A row that is none of ours is passed over: somebody else has written into the file.
    """
    for row in _rows(database, kind, behind, values):
        if (record := record_of(kind, row)) is not None:
            yield record


def all_sound(database: sqlite3.Connection, kind: type[Any]) -> bool:
    """Whether every row of a kind is a record of ours. Raises `sqlite3.Error`."""
    return all(record_of(kind, row) is not None for row in _rows(database, kind))


def _rows(
    database: sqlite3.Connection, kind: type[Any], behind: str = "", values: tuple[object, ...] = ()
) -> sqlite3.Cursor:
    return database.execute(f"SELECT {columns_of(kind)} FROM {TABLES[kind][0]} {behind}", values)


def columns_of(kind: type[Any]) -> str:
    """All columns of a kind, for a SELECT that joins."""
    return ", ".join(f"{TABLES[kind][0]}.{column}" for column in _COLUMNS[kind])


def record_of(kind: type[R], row: tuple[Any, ...]) -> R | None:
    """The record in a row of `columns_of`; None where that is none of ours."""
    try:
        columns = zip(_FROM_COLUMNS[kind], row, strict=True)
        values: list[Any] = [value if read is None else read(value) for read, value in columns]
        record = kind(*values)
    except (ValueError, TypeError, RecursionError):  # no JSON
        return None
    return record if is_sound(record) else None


def _pairs(text: str) -> tuple[object, ...]:
    return tuple(map(tuple, json.loads(text)))


_READ: Mapping[object, Callable[[Any], object]] = {
    **_ENUMS,
    "bool": bool,
    "Mapping[str, Any]": json.loads,
    "tuple[tuple[int, int], ...]": _pairs,
}
_FROM_COLUMNS: Mapping[type[Any], tuple[Callable[[Any], object] | None, ...]] = {
    kind: tuple(_READ.get(each.type) for each in fields(kind)) for kind in TABLES
}
"""How each field is made of its column, in order; None where it is the column itself. Made once: lists are long."""


def sound_record(kind: type[R], given: Mapping[str, Any]) -> R | None:
    """The record with these fields, as JSON has them; None where it is none of ours.

    Raises `TypeError` and `ValueError`.
    """
    named = {each.name: _ENUMS[each.type] for each in fields(kind) if each.type in _ENUMS}
    given = {name: named[name](value) if name in named else value for name, value in given.items()}
    pairs = {name: tuple(map(tuple, value)) for name, value in given.items() if isinstance(value, list)}
    record = kind(**{**given, **pairs})
    return record if is_sound(record) else None
