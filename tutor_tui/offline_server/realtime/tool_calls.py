"""What the guide writes down, as tool calls: of a slip, a word, or a use of what was due, where they are offered."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from tutor_tui.core.tools import Correction, Used, Word
from tutor_tui.offline_server.ports.guide import Reply
from tutor_tui.offline_server.realtime.conversation import Conversation, Item
from tutor_tui.offline_server.realtime.wire import Json, event, new_id

_TOOLS = {Correction: "note_correction", Word: "note_word", Used: "used"}


def offered(settings: Json) -> dict[str, Json]:
    """The tools that a response may call: name → JSON schema of the arguments, as far as it is one."""
    if settings.get("tool_choice") == "none":
        return {}
    functions = [tool for tool in settings.get("tools") or [] if tool["type"] == "function"]
    schemas = {tool["name"]: tool.get("parameters") for tool in functions}
    return {name: schema for name, schema in schemas.items() if isinstance(schema, dict)}


def calls_for(notes: Sequence[Correction | Word | Used], tools: dict[str, Json]) -> list[Item]:
    """The calls that write `notes` down. A tool of that name that wants something else is not called."""
    calls = []
    for note in notes:
        name = _TOOLS[type(note)]
        arguments = {key: value for key, value in asdict(note).items() if value}
        schema = tools.get(name, {})
        known, required = schema.get("properties"), schema.get("required")
        if not isinstance(known, dict):
            continue
        arguments = {key: value for key, value in arguments.items() if key in known}
        if arguments and all(key in arguments for key in (required if isinstance(required, list) else [])):
            calls.append(_call(name, arguments))
    return calls


def wish_calls(reply: Reply, tools: dict[str, Json]) -> list[Item]:
    """The call that changes the pace or suggests the level as `reply` wants it; none where the session offers no tool
    that takes that. What to say until it is answered is the reply's `before_call`.
    """
    wishes = (
        ("set_pace", "pace", {"pace": reply.pace}),
        ("set_level", "level", {"level": reply.level, "because": reply.because}),
    )
    takes = ((name, wish) for name, what, wish in wishes if wish[what] in _choices(tools, name, what))
    return [_call(name, wish) for name, wish in takes] if reply.before_call else []


def _choices(tools: dict[str, Json], name: str, argument: str) -> list[Any]:
    """What a tool takes for an argument that is one of a few words; nothing where it is not offered so."""
    properties = tools.get(name, {}).get("properties")
    known = properties.get(argument) if isinstance(properties, dict) else None
    choices = known.get("enum") if isinstance(known, dict) else None
    return choices if isinstance(choices, list) else []


def _call(name: str, arguments: dict[str, Any]) -> Item:
    return Item(
        {
            "id": new_id("item"),
            "object": "realtime.item",
            "type": "function_call",
            "status": "completed",
            "call_id": new_id("call"),
            "name": name,
            "arguments": json.dumps(arguments, ensure_ascii=False),
        }
    )


def tell(
    call: Item, response_id: str, index: int, conversation: Conversation | None, emit: Callable[[Json], None]
) -> None:
    """All events of a tool call, in the service's order. Without a conversation it leaves no trace there."""
    whole = call.wire()
    where = {"response_id": response_id, "output_index": index}
    empty = {**whole, "status": "in_progress", "arguments": ""}
    piece = {**where, "item_id": call.id, "call_id": whole["call_id"]}
    end = {"name": whole["name"], "arguments": whole["arguments"]}
    emit(event("response.output_item.added", **where, item=empty))
    previous = conversation.add(call) if conversation is not None else None
    if conversation is not None:
        emit(event("conversation.item.added", item=empty, previous_item_id=previous))
    emit(event("response.function_call_arguments.delta", **piece, delta=whole["arguments"]))
    emit(event("response.function_call_arguments.done", **piece, **end))
    if conversation is not None:
        emit(event("conversation.item.done", item=whole, previous_item_id=previous))
    emit(event("response.output_item.done", **where, item=whole))
