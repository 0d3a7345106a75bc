"""The file that a lesson's wire is kept in: JSON lines, one thing that happened on each. Pure.

The first line says what it is: `{"tutor-tui wire": 1, "tutor": …, "capabilities": …}`. Each other has the seconds since
the recording began as `t`, and one of

    "call": {…}          a conversation was opened, on this lesson
    "event": {…}         the tutor told something
    "command": {…}       the tutor was asked something
    "heard": 9600        so many bytes of the learner's sound went out since the last line
    "ended": {…}, null   the conversation was lost, or ended in good order

Values keep their names: a dataclass is an object with its `type` and its fields. Sound is kept as its number of bytes.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import TutorEvent
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.tools import ToolAnswer

VERSION = 1
LESSON_FACTS = ("profile", "target_language", "native_language", "level")
"""What is kept of a plan when a call begins: enough to show which lesson it was."""
MARK = "tutor-tui wire"
_MOST_SOUND_BYTES = 50_000_000
"""Of one piece: 17 minutes. More is no recording of ours, and would be asked of the memory."""


@dataclass(frozen=True, slots=True)
class Told:
    """The tutor told something."""

    t_s: float
    event: TutorEvent


@dataclass(frozen=True, slots=True)
class Asked:
    """The tutor was asked something."""

    t_s: float
    command: str
    """Name of the command."""
    text: str = ""
    item_id: str = ""
    heard_ms: tuple[tuple[str, int], ...] = ()
    """Items that were stopped, and how much of each was heard."""
    answers: tuple[ToolAnswer, ...] = ()
    """What became of the tools that the tutor had used."""


@dataclass(frozen=True, slots=True)
class HeardSound:
    """The learner's sound went out."""

    t_s: float
    byte_count: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation ended, in good order where nothing was lost."""

    t_s: float
    lost: LinkLost | None


Happening: TypeAlias = Told | Asked | HeardSound | Ended


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation."""

    t_s: float
    lesson: dict[str, Any]
    """The `LESSON_FACTS` of its plan."""
    happenings: list[Happening] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recording:
    """All of a file."""

    tutor: str
    capabilities: Capabilities
    calls: list[Call]


class Fault(ValueError):
    """What is wrong with a line, in a few words."""


# ---- values to JSON -------------------------------------------------------------------------------------------------


def as_json(value: object) -> Any:
    """`value` in the types of JSON; sound becomes its length."""
    match value:
        case bytes():
            return len(value)
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [as_json(each) for each in value]
        case Mapping():
            return {str(name): as_json(each) for name, each in value.items()}
        case float() if not math.isfinite(value):  # JSON has none of these, and no lesson needs them
            return 0.0
        case None | bool() | int() | float() | str():
            return value
        case _ if dataclasses.is_dataclass(value):
            fields = {each.name: as_json(getattr(value, each.name)) for each in dataclasses.fields(value)}
            return {"type": type(value).__name__, **fields}
        case _:  # a tool's schema may be any class: its name is what the wire is about
            return str(getattr(value, "name", type(value).__name__))


def line(entry: Mapping[str, object]) -> bytes:
    """One line of the file."""
    return json.dumps(as_json(entry), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def header(tutor: str, capabilities: Capabilities) -> bytes:
    """The first line of the file."""
    return line({MARK: VERSION, "tutor": tutor, "capabilities": capabilities})


# ---- JSON to values -------------------------------------------------------------------------------------------------


def of_json(wanted: Any, value: Any) -> Any:
    """`value` as the type that is wanted. Raises `Fault`."""
    origin = get_origin(wanted)
    if origin in (Union, UnionType):
        return _one_of(get_args(wanted), value)
    if origin is Literal:
        return _checked(value in get_args(wanted), value, wanted)
    if isinstance(wanted, type) and issubclass(wanted, tuple):  # a NamedTuple
        _checked(isinstance(value, list) and len(value) == len(_hints(wanted)), value, wanted)
        return wanted(*map(of_json, _hints(wanted).values(), value))
    if origin in (tuple, frozenset):
        _checked(isinstance(value, list), value, wanted)
        return origin(of_json(get_args(wanted)[0], each) for each in value)
    if dataclasses.is_dataclass(wanted):
        return _built(wanted, value)
    if wanted is bytes:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return bytes(_checked(whole and 0 <= value <= _MOST_SOUND_BYTES, value, wanted))
    if wanted is float:
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(_checked(number, value, wanted))
    return _checked(type(value) is wanted or (wanted is NoneType and value is None), value, wanted)


_FORMER_NAMES = {"PaceWish": "PaceRequest", "PatienceWish": "PatienceRequest"}
"""What older recordings call a type."""


def _one_of(kinds: Iterable[Any], value: Any) -> Any:
    name = value.get("type") if isinstance(value, dict) else None
    if name in _FORMER_NAMES:
        name = _FORMER_NAMES[name]
        value = {**value, "type": name}
    for kind in kinds:
        if getattr(kind, "__name__", "") == name or (kind is NoneType and value is None):
            return of_json(kind, value)
    plain_kinds = [kind for kind in kinds if not dataclasses.is_dataclass(kind) and kind is not NoneType]
    if len(plain_kinds) == 1:
        return of_json(plain_kinds[0], value)
    if len(structs := [kind for kind in kinds if dataclasses.is_dataclass(kind)]) == 1:
        return of_json(structs[0], value)
    raise Fault(f"{_shown(name if name is not None else value)} is not known here")


def _built(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict) or value.get("type", kind.__name__) != kind.__name__:
        raise Fault(f"{_shown(value)} is no {kind.__name__}")
    hints = _hints(kind)
    unknown = value.keys() - hints.keys() - {"type"}
    if unknown:
        raise Fault(f"{kind.__name__} has no {_shown(min(unknown))}")
    try:
        return kind(**{name: of_json(hints[name], each) for name, each in value.items() if name != "type"})
    except TypeError:
        raise Fault(f"{kind.__name__} is incomplete") from None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _checked(good: bool, value: Any, wanted: Any) -> Any:
    if not good:
        raise Fault(f"{_shown(value)} is no {getattr(wanted, '__name__', wanted)}")
    return value


def _shown(value: object) -> str:
    """A value of the file, short enough for a sentence."""
    words = repr(value)
    return words if len(words) <= 40 else f"{words[:39]}…"


# ---- the file -------------------------------------------------------------------------------------------------------


def parse(lines: Iterable[bytes], name: str) -> Recording:
    """A recording from the lines of its file, called `name` in complaints. Raises `Problem` with the line's number.

    The last line may be cut off: that is how a crash ends a recording.
    """
    recording: Recording | None = None
    number, unfinished = 0, b""
    for number, raw in enumerate(lines, 1):
        if not raw.endswith(b"\n"):
            unfinished = raw
            break
        try:
            entry = _object(raw)
            if recording is None:
                recording = _header(entry, name)
            else:
                _add(recording, entry)
        except Fault as fault:
            if recording is None:
                break
            raise _problem(f"{name}, line {number}: {fault}.") from None
    if recording is None:
        raise _problem(f"{name} is no recording of a lesson" + ("." if number or unfinished else ": it is empty."))
    return recording


def _problem(title: str, hint: str = "tutor-tui --record-wire FILE makes one.") -> Problem:
    return Problem(title, hint, ExitCode.USAGE)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(raw)
    except (ValueError, RecursionError):
        raise Fault("this is no JSON") from None
    if not isinstance(entry, dict):
        raise Fault("this is no object")
    return entry


def _header(entry: dict[str, Any], name: str) -> Recording:
    version = entry.get(MARK)
    if type(version) is not int:
        raise Fault("this is no header")
    if version > VERSION:
        title = f"{name} was recorded by a newer tutor-tui (format {version}; this one reads {VERSION})."
        raise _problem(title, "Install that version to play it.")
    return Recording(of_json(str, entry.get("tutor")), of_json(Capabilities, entry.get("capabilities")), [])


def _add(recording: Recording, entry: dict[str, Any]) -> None:
    t_s = of_json(float, entry.get("t"))
    if t_s < 0:
        raise Fault("time runs backwards")
    if "call" in entry:
        facts = entry["call"]
        if not isinstance(facts, dict):
            raise Fault("nothing is said of the call")
        lesson = {name: of_json(str, facts[name]) for name in LESSON_FACTS if name in facts}
        recording.calls.append(Call(t_s, lesson))
        return
    if not recording.calls:
        raise Fault("something happens before the first call")
    recording.calls[-1].happenings.append(_happening(t_s, entry))


def _happening(t_s: float, entry: dict[str, Any]) -> Happening:
    match entry:
        case {"event": event}:
            return Told(t_s, of_json(TutorEvent, event))
        case {"command": {"type": str(kind)}}:
            return _asked(t_s, kind, entry["command"])
        case {"heard": int(count)} if 0 <= count <= _MOST_SOUND_BYTES:
            return HeardSound(t_s, count)
        case {"ended": None}:
            return Ended(t_s, None)
        case {"ended": {"title": str(title), "hint": str(hint), "retry": bool(retry)}}:
            return Ended(t_s, LinkLost(title, hint, retry=retry))
        case _:
            raise Fault("nothing that is known here happens")


def _asked(t_s: float, kind: str, fields: dict[str, Any]) -> Asked:
    """Of what was asked, as much as playing it back needs."""
    match kind:
        case "Say":
            return Asked(t_s, kind, of_json(str, fields.get("text")), of_json(str, fields.get("item_id")))
        case "Interrupt":
            items = fields.get("unheard")
            if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
                raise Fault("Interrupt has no list of what was not heard")
            pairs = [(of_json(str, each.get("item_id")), of_json(int, each.get("heard_ms"))) for each in items]
            return Asked(t_s, kind, heard_ms=tuple(pairs))
        case "AnswerTools":
            return Asked(t_s, kind, answers=of_json(tuple[ToolAnswer, ...], fields.get("answers")))
        case _:
            return Asked(t_s, kind)
