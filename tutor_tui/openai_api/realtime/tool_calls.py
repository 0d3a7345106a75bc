"""A server announces each tool call in up to four events, whole or in pieces; the lesson hears of it once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from tutor_tui.core import events as ev
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api.realtime import server_events as se

MOST_ARGUMENT_CHARS = 16_000
"""No tool of ours takes as much; what is longer is cut, which makes it malformed."""


@dataclass(slots=True, repr=False)  # arguments hold what was said
class ToolCallReader:
    """Calls so far on one connection.

    `FunctionCallArgumentsDone` comes first, but also when a reply was cut off, with half of the arguments: it counts
    only when they can be read. `FunctionCallDone` and `ResponseDone` bring complete calls only.
    """

    _names: dict[str, str] = field(default_factory=dict)
    """By call id, from the event that announces a call: the arguments of older servers come without a name."""
    _reported: set[str] = field(default_factory=set)

    def added(self, event: se.FunctionCallAdded) -> None:
        """A call is announced."""
        self._names[event.call_id] = event.name

    def arguments_done(self, call: ToolCall) -> list[ev.ToolCalled]:
        """All arguments are here, or all that will come."""
        name = call.name or self._names.get(call.call_id, "")
        return self.complete(replace(call, name=name)) if name and _is_object(call.arguments) else []

    def complete(self, *calls: ToolCall) -> list[ev.ToolCalled]:
        """Those of complete `calls` that have not been reported before."""
        new = []
        for call in calls:
            if call.call_id not in self._reported:
                self._reported.add(call.call_id)
                self._names.pop(call.call_id, None)
                new.append(ev.ToolCalled(replace(call, arguments=call.arguments[:MOST_ARGUMENT_CHARS])))
        return new


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
