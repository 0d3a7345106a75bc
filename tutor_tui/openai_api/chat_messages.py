"""A conversation as a chat model takes it: messages within bounds, in turns, with whole tool calls. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolCall

Message: TypeAlias = dict[str, Any]


def tool_function(name: str, description: str, parameters: Mapping[str, Any]) -> Message:
    """A tool as a chat request offers it; `parameters` is the JSON Schema of its arguments, an object."""
    function = {"name": name, "description": description, "parameters": dict(parameters)}
    return {"type": "function", "function": function}


def with_tool_calls(role: str, text: str, calls: Iterable[ToolCall], outputs: Mapping[str, str]) -> list[Message]:
    """What was said, and the tools that were called behind it with what they found out, by call id.

    A call without its output, or an output without its call, would be refused: such calls are left out.
    """
    answered = [call for call in calls if call.call_id in outputs]
    if not answered:
        return [{"role": role, "content": well_formed(text)}] if text else []
    made = [
        {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in answered
    ]
    found = [(call.call_id, well_formed(outputs[call.call_id])) for call in answered]
    return [
        {"role": role, "content": well_formed(text) or None, "tool_calls": made},
        *({"role": "tool", "tool_call_id": call_id, "content": output} for call_id, output in found),
    ]


def newest(groups: Sequence[Sequence[Message]], most_characters: int) -> list[Message]:
    """As many of the newest groups as fit, at least one. Messages of a group belong together."""
    room = most_characters
    kept: list[Sequence[Message]] = []
    for group in reversed(groups):
        room -= sum(len(message["content"] or "") for message in group)
        if room < 0 and kept:
            break
        kept.append(group)
    return [message for group in reversed(kept) for message in group]


def in_turns(messages: Iterable[Message]) -> list[Message]:
    """Messages of one role in a row become one: the templates of many models insist on taking turns."""
    joined: list[Message] = []
    for message in messages:
        text_only = message.keys() == {"role", "content"}
        if joined and text_only and joined[-1].keys() == message.keys() and joined[-1]["role"] == message["role"]:
            joined[-1] = {**joined[-1], "content": f"{joined[-1]['content']}\n{message['content']}"}
        else:
            joined.append(message)
    return joined


GO_ON = "(The lesson goes on.)"
"""A user's line before the tutor's, where those before it were left out: many templates insist on the user's first."""


def begun_by_user(messages: list[Message]) -> list[Message]:
    """`messages` with a user's line first, behind the instructions."""
    at = 1 if messages and messages[0]["role"] == "system" else 0
    if len(messages) > at and messages[at]["role"] == "assistant":
        return [*messages[:at], {"role": "user", "content": GO_ON}, *messages[at:]]
    return messages


def alternating(messages: Iterable[Message]) -> list[Message]:
    """`messages` with nothing but users' and assistants' in turn, a user's first: for templates that know no others.

    What the system says is folded into the user's next line.
    """
    spoken = without_tools(messages)
    as_user = [message | {"role": "user"} if message["role"] == "system" else message for message in spoken]
    return begun_by_user(in_turns(as_user))


def without_tools(messages: Iterable[Message]) -> list[Message]:
    """`messages` without the tools that were called: for models that take none."""
    kept = [message for message in messages if message["role"] != "tool" and message["content"]]
    return in_turns({"role": message["role"], "content": message["content"]} for message in kept)
