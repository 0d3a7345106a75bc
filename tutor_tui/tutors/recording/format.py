"""The file that a lesson is recorded in: JSON lines, one thing that happened on each. Pure.

The first line says what it is: `{"tutor-tui wire": 1, "tutor": …, "capabilities": …}`. Each other has the seconds since
the recording began as `t`, and one of

    "call": {…}          a conversation was opened, on this lesson; with another tutor than the header's, where so
    "event": {…}         an event came from the tutor
    "command": {…}       a command went to the tutor
    "heard": 9600        so many bytes of the learner's sound went out since the last line
    "ended": {…}, null   the conversation was lost, or ended in good order; none where the learner's side hung up

Values keep their names: a dataclass is an object with its `type` and its fields. Sound is kept as its number of bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import TutorEvent
from tutor_tui.core.own_keys import redacted
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.tutors.recording.json_values import MOST_SOUND_BYTES, Fault, from_json, shown, to_json

if TYPE_CHECKING:
    pass

VERSION = 1
LESSON_FACTS = ("profile", "target_language", "native_language", "level")
"""What is kept of a plan when a call begins: enough to show which lesson it was."""
MARK = "tutor-tui wire"
_EVENTS = get_args(TutorEvent)
_LONGEST_S = 1e9


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event came from the tutor."""

    t_s: float
    event: TutorEvent


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command went to the tutor."""

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
class RecordedSound:
    """The learner's sound went out."""

    t_s: float
    byte_count: int


@dataclass(frozen=True, slots=True)
class RecordedEnd:
    """The conversation ended, in good order where nothing was lost."""

    t_s: float
    lost: LinkLost | None


Entry: TypeAlias = RecordedEvent | RecordedCommand | RecordedSound | RecordedEnd


@dataclass(frozen=True, slots=True)
class RecordedConnection:
    """One conversation."""

    t_s: float
    lesson: dict[str, Any]
    """The `LESSON_FACTS` of its plan."""
    tutor: str = ""
    """Who taught, where it was another than the header's."""
    capabilities: Capabilities | None = None
    """Of that tutor."""
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recording:
    """All of a file."""

    tutor: str
    capabilities: Capabilities
    connections: list[RecordedConnection]


def line(entry: Mapping[str, object]) -> bytes:
    """One line of the file."""
    text = json.dumps(to_json(entry), ensure_ascii=False, separators=(",", ":"))
    return redacted(text).encode("utf-8", "replace") + b"\n"


def header(tutor: str, capabilities: Capabilities) -> bytes:
    """The first line of the file."""
    return line({MARK: VERSION, "tutor": tutor, "capabilities": capabilities})


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
            entry = from_json(raw)
            if not isinstance(entry, dict):
                raise Fault("this is no object")
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


def _header(entry: dict[str, Any], name: str) -> Recording:
    version = entry.get(MARK)
    if type(version) is not int:
        raise Fault("this is no header")
    if version > VERSION:
        title = f"{name} was recorded by a newer tutor-tui (format {version}; this one reads {VERSION})."
        raise _problem(title, "Install that version to play it.")
    match entry:
        case {"tutor": str(tutor), "capabilities": Capabilities() as capabilities}:
            return Recording(tutor, capabilities, [])
        case _:
            raise Fault("this is no header")


def _add(recording: Recording, entry: dict[str, Any]) -> None:
    t_s = entry.get("t")
    if not isinstance(t_s, int | float) or isinstance(t_s, bool):
        raise Fault(f"{shown(t_s)} is no time")
    if t_s < 0:
        raise Fault("time runs backwards")
    if t_s > _LONGEST_S:
        raise Fault(f"{shown(t_s)} s is longer than any lesson")
    if "call" in entry:
        recording.connections.append(RecordedConnection(t_s, _lesson(entry["call"]), *_tutor(entry["call"])))
        return
    if not recording.connections:
        raise Fault("something happens before the first call")
    recording.connections[-1].entries.append(_entry(t_s, entry))


def _lesson(facts: object) -> dict[str, str]:
    if not isinstance(facts, dict):
        raise Fault("nothing is said of the call")
    lesson = {name: facts[name] for name in LESSON_FACTS if name in facts}
    for name, fact in lesson.items():
        if not isinstance(fact, str):
            raise Fault(f"{shown(fact)} is no {name}")
    return lesson


def _tutor(facts: dict[str, Any]) -> tuple[str, Capabilities | None]:
    """Who taught from then on, where that changed in mid-lesson."""
    match facts:
        case {"tutor": str(tutor), "capabilities": Capabilities() as capabilities}:
            return tutor, capabilities
        case {"tutor": _} | {"capabilities": _}:
            raise Fault("the tutor of the call is not described")
        case _:
            return "", None


def _entry(t_s: float, entry: dict[str, Any]) -> Entry:
    """Of what was asked, as much as playing it back needs."""
    match entry:
        case {"event": event}:
            if isinstance(event, _EVENTS):
                return RecordedEvent(t_s, event)
            name = event.get("type") if isinstance(event, dict) else event
            raise Fault(f"{shown(name)} is not known here")
        case {"command": cmd.Say(text, item_id)}:
            return RecordedCommand(t_s, "Say", text, item_id)
        case {"command": cmd.Interrupt(unheard=unheard)}:
            heard_ms = tuple((each.item_id, each.heard_ms) for each in unheard)
            return RecordedCommand(t_s, "Interrupt", heard_ms=heard_ms)
        case {"command": cmd.AnswerTools(answers=answers)}:
            return RecordedCommand(t_s, "AnswerTools", answers=answers)
        case {"command": {"type": str(name)}}:
            return RecordedCommand(t_s, name)
        case {"heard": int(count)} if 0 <= count <= MOST_SOUND_BYTES:
            return RecordedSound(t_s, count)
        case {"ended": None}:
            return RecordedEnd(t_s, None)
        case {"ended": {"title": str(title), "hint": str(hint), "retry": bool(retry), **more}}:
            final = bool(more.get("final", not retry))  # older recordings do not tell the two apart
            return RecordedEnd(t_s, LinkLost(title, hint, retry=retry, final=final))
        case _:
            raise Fault("nothing that is known here happens")
