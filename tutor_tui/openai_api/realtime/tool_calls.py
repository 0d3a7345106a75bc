"""Tool calls on the wire: three events tell of each, whole or in pieces; it is passed on once (protocol.md §4.7)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tutor_tui.core import events as ev
from tutor_tui.core.safe_text import one_line, well_formed
from tutor_tui.core.tools import ToolCall, ToolSpec
from tutor_tui.openai_api.realtime.frames import Frame

MOST_ARGUMENT_CHARS = 16_000
"""No tool of ours takes as much; what is longer is cut, which makes it malformed."""


def described(spec: ToolSpec) -> dict[str, Any]:
    """A tool as the session is told of it."""
    return {
        "type": "function",
        "name": spec.name,
        "description": spec.description,
        "parameters": dict(spec.parameters),
    }


@dataclass(slots=True, repr=False)  # arguments hold what was said
class ToolCallReader:
    """Calls so far on one connection.

    `function_call_arguments.done` comes first, but also when a reply was cut off, with half of the arguments: it counts
    only when they can be read. The other two say whether the call is complete.
    """

    _names: dict[str, str] = field(default_factory=dict)
    """By call id, from the event that announces a call: `arguments.done` of older servers has no name."""
    _told: set[str] = field(default_factory=set)

    def take(self, frame: Frame) -> list[ev.TutorEvent]:
        """What a frame tells of calls that has not been told before."""
        match frame:
            case {"type": "response.output_item.added", "item": {"call_id": str(call), "name": str(name)}}:
                self._names[call] = one_line(name, 64)
            case {"type": "response.function_call_arguments.done", "call_id": str(call), "arguments": str(text)}:
                known = one_line(frame.get("name"), 64) or self._names.get(call, "")
                return self._call(call, known, text) if known and _is_object(text) else []
            case {"type": "response.output_item.done", "item": item}:
                return self._item(item)
            case {"type": "response.done", "response": {"status": "completed" | "incomplete", "output": list(output)}}:
                return [event for item in output for event in self._item(item)]
        return []

    def _item(self, item: object) -> list[ev.TutorEvent]:
        match item:
            case {"type": "function_call", "status": str(status)} if status != "completed":
                return []
            case {"type": "function_call", "call_id": str(call), "name": str(name), "arguments": arguments}:
                text = arguments if isinstance(arguments, str) else json.dumps(arguments)
                return self._call(call, one_line(name, 64), text)
            case _:
                return []

    def _call(self, call_id: str, name: str, arguments: str) -> list[ev.TutorEvent]:
        if call_id in self._told:
            return []
        self._told.add(call_id)
        self._names.pop(call_id, None)
        return [ev.ToolCalled(ToolCall(call_id, name, well_formed(arguments[:MOST_ARGUMENT_CHARS])))]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
