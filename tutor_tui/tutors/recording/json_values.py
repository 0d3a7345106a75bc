"""The values of a lesson as JSON, and back: a dataclass is an object with its `type` and its fields."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import TutorEvent
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.tools import Effect, PaceRequest, PatienceRequest, ToolAnswer, ToolCall
from tutor_tui.core.turn_detection import TurnDetection

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

MOST_SOUND_BYTES = 50_000_000
"""Of one piece: 17 minutes. More is no recording of ours, and would be asked of the memory."""
_CLASSES: dict[str, type] = {
    each.__name__: each
    for each in (
        *(*get_args(TutorEvent), *get_args(TurnDetection), *get_args(Effect)),
        *(Applied, Capabilities, ToolAnswer, ToolCall, cmd.AnswerTools, cmd.Interrupt, cmd.Say, cmd.Unheard),
    )
}
"""Name → class of the values that are read back; any other object stays as it is."""
_CLASSES |= {"PaceWish": PaceRequest, "PatienceWish": PatienceRequest}  # their names in older recordings


class Fault(ValueError):
    """What is wrong with a line, in a few words."""


def to_json(value: object) -> Any:
    """`value` in the types of JSON; sound becomes its length."""
    match value:
        case bytes():
            return len(value)
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [to_json(each) for each in value]
        case Mapping():
            return {str(name): to_json(each) for name, each in value.items()}
        case float() if not math.isfinite(value):  # JSON has none of these, and no lesson needs them
            return 0.0
        case None | bool() | int() | float() | str():
            return value
        case _ if dataclasses.is_dataclass(value):
            fields = {each.name: to_json(getattr(value, each.name)) for each in dataclasses.fields(value)}
            return {"type": type(value).__name__, **fields}
        case _:  # a tool's schema may be any class: its name is what matters here
            return str(getattr(value, "name", type(value).__name__))


def from_json(text: str | bytes) -> Any:
    """The value that `to_json` made the text of. Raises `Fault`."""
    try:
        return json.loads(text, object_hook=_rebuilt, parse_constant=_refuse)
    except Fault:
        raise
    except (ValueError, RecursionError):
        raise Fault("this is no JSON") from None


def _rebuilt(fields: dict[str, Any]) -> Any:
    """An object as the value that its `type` names. What is inside it has been rebuilt already."""
    name = fields.get("type")
    wanted = _CLASSES.get(str(name))
    if wanted is None:
        return fields
    values = {field: value for field, value in fields.items() if field != "type"}
    unknown = values.keys() - {field.name for field in dataclasses.fields(wanted)}
    if unknown:
        raise Fault(f"{name} has no {shown(min(unknown))}")
    if "pcm" in values:
        values["pcm"] = _silence(values["pcm"])
    from pydantic import ValidationError  # 0.2 s, for those who play a recording only

    try:
        return _validator(wanted).validate_python(values)
    except ValidationError as error:
        raise Fault(_complaint(str(name), error.errors()[0])) from None


@cache
def _validator(wanted: type) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(wanted)


def _complaint(name: str, error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return f"{name} is incomplete"
    return f"{shown(error['input'])} cannot be {'.'.join([name, *map(str, error['loc'])])}"


def _silence(byte_count: object) -> bytes:
    """As much silence as there was sound."""
    if type(byte_count) is not int or not 0 <= byte_count <= MOST_SOUND_BYTES:
        raise Fault(f"{shown(byte_count)} is no number of bytes")
    return bytes(byte_count)


def _refuse(constant: str) -> None:
    """JSON as Python reads it has infinities."""
    raise Fault(f"{constant} is no number")


def shown(value: object) -> str:
    """A value of the file, short enough for a sentence."""
    words = repr(value)
    return words if len(words) <= 40 else f"{words[:39]}…"
