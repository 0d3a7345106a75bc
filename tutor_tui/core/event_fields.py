"""An event as plain data that JSON can hold, and records without keys: for the journal, which keeps all but sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from math import isfinite
from typing import Any, TypeVar

from tutor_tui.core.events import LearnerTextDone, LessonEvent
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import Record
from tutor_tui.core.own_keys import redacted

R = TypeVar("R", bound=Record)
_OF_A_PLAN = (
    *("profile", "profile_key", "voice", "speed", "target_language", "native_language", "level", "turn_detection"),
    *("answers", "offline_lesson", "correction"),
)
"""What is worth keeping of a plan: not the instructions, and not once more what was said."""


def fields_of(event: LessonEvent) -> dict[str, Any]:
    """The fields of an event by name. Of sound its length is left, in bytes; keys of ours are taken out, and words that
    the learner may not have said.
    """
    if isinstance(event, LearnerTextDone) and event.unsure:
        event = replace(event, text="", unclear=(), different=())
    return {each.name: _plain(getattr(event, each.name)) for each in fields(event)}


def without_keys(record: R) -> R:
    """A record as it is kept: keys of ours are taken out of what was said and written down."""
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return replace(
        record, **{name: _plain(value) for name, value in values.items() if isinstance(value, str | Mapping)}
    )


def _plain(value: object) -> Any:
    match value:
        case str() if not isinstance(value, Enum):
            return redacted(value)
        case float() if not isfinite(value):
            return None  # JSON has no such number
        case None | bool() | int() | float():
            return value
        case bytes():
            return len(value)
        case Enum():
            return value.value
        case LessonPlan():
            return {name: _plain(getattr(value, name)) for name in _OF_A_PLAN}
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case Sequence():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            kind = {"kind": type(value).__name__}
            return kind | {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            return type(value).__name__
