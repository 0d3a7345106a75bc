"""What happened in a lesson on the bench, in the order in which it did: from this the invariants judge."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_records import Record

Frame = dict[str, Any]


@dataclass(frozen=True)
class Came:
    """A frame was read by our link."""

    connection: int
    raw: str | bytes

    @cached_property
    def frame(self) -> Frame:
        """What it says; empty for what is no event."""
        try:
            frame = json.loads(self.raw)
        except (ValueError, RecursionError):
            return {}
        return frame if isinstance(frame, dict) and isinstance(frame.get("type"), str) else {}


@dataclass(frozen=True, slots=True)
class Sent:
    """Our link sent a frame, and the server has it."""

    connection: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Played:
    """Sound of this item was handed to the speaker."""

    item_id: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The learner pressed Esc, or typed."""

    tutor: bool
    """The tutor had something to say."""


Happening: TypeAlias = Came | Sent | Played | Stopped


@dataclass(slots=True)
class Evidence:
    """Of one lesson."""

    happened: list[Happening] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    """All lines that were typed."""
    to_answer: list[str] = field(default_factory=list)
    """Those of them that nobody stopped the answer of."""
    stuck: list[str] = field(default_factory=list)
    """What did not come to rest in time."""
    records: list[Record] = field(default_factory=list)
    """What the journal was given."""
    faults_of_ours: list[str] = field(default_factory=list)
    """What was logged as an error, or that nobody had caught."""
    used: list[str] = field(default_factory=list)
    """Call ids, as tools were used."""
    lesson: Lesson | None = None
    """As it was at the end."""

    place = ""
    """For a journal: none that a sentence needs."""

    def put(self, record: Record) -> None:
        """Be the journal."""
        self.records.append(record)
