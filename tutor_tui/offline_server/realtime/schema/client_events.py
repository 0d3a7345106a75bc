"""What a client may send: the table of its events, and the shapes of the items it may put into a conversation."""

from __future__ import annotations

import json
from typing import Any

from tutor_tui.offline_server.realtime.schema.checks import (
    Check,
    anything,
    array,
    choice,
    integer,
    literal,
    missing,
    nullable,
    obj,
    tagged,
    text,
)
from tutor_tui.offline_server.realtime.wire import Json, Refusal

DEEPEST = 64
"""Levels of nesting; Python's own tools give up at about a thousand, and not all of them politely."""
ID_LENGTH = 32
"""Longer ids are refused by the service (reference/protocol.md §1.3)."""

_TEXT_PART = {"type": anything, "text": text()}


def _no_sound_of_the_assistant(value: Any, path: str) -> None:
    raise Refusal("invalid_value", f"'{path}': the assistant's sound cannot be supplied; send output_text.", path)


def _message(role: str, parts: dict[str, Check]) -> Check:
    return obj(
        {
            **_COMMON,
            "role": literal(role),
            "content": array(tagged(parts), shortest=1),
        },
        required=("role", "content"),
    )


_COMMON: dict[str, Check] = {
    "id": text(ID_LENGTH),
    "object": literal("realtime.item"),
    "type": anything,
    "status": choice("completed", "incomplete", "in_progress"),
}
_ROLES = tagged(
    {
        "system": _message("system", {"input_text": obj(_TEXT_PART, required=("text",))}),
        "user": _message(
            "user",
            {
                "input_text": obj(_TEXT_PART, required=("text",)),
                "input_audio": obj(
                    {"type": anything, "audio": text(), "transcript": nullable(text())}, required=("audio",)
                ),
                "input_image": obj(
                    {"type": anything, "image_url": text(), "detail": choice("auto", "low", "high")},
                    required=("image_url",),
                ),
            },
        ),
        "assistant": _message(
            "assistant",
            {"output_text": obj(_TEXT_PART, required=("text",)), "output_audio": _no_sound_of_the_assistant},
        ),
    },
    tag="role",
)
_CALL_ID = text(ID_LENGTH)
ITEM = tagged(
    {
        "message": _ROLES,
        "function_call": obj(
            {**_COMMON, "name": text(), "arguments": text(), "call_id": _CALL_ID}, required=("name", "arguments")
        ),
        "function_call_output": obj({**_COMMON, "call_id": _CALL_ID, "output": text()}, required=("call_id", "output")),
    }
)
"""An item a client may create. MCP items are made by servers that run MCP tools; this one runs none."""

INPUT_ELEMENT = tagged(
    {
        "item_reference": obj({"type": anything, "id": text()}, required=("id",)),
        "message": _ROLES,
        "function_call": ITEM,
        "function_call_output": ITEM,
    }
)
"""An element of `response.input`."""

_ITEM_ID = {"item_id": text()}
CLIENT_EVENTS: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "session.update": ({"session": anything}, ("session",)),
    "input_audio_buffer.append": ({"audio": text()}, ("audio",)),
    "input_audio_buffer.commit": ({}, ()),
    "input_audio_buffer.clear": ({}, ()),
    "conversation.item.create": ({"item": ITEM, "previous_item_id": nullable(text())}, ("item",)),
    "conversation.item.retrieve": (_ITEM_ID, ("item_id",)),
    "conversation.item.truncate": (
        {**_ITEM_ID, "content_index": integer(0), "audio_end_ms": integer(0)},
        ("item_id", "content_index", "audio_end_ms"),
    ),
    "conversation.item.delete": (_ITEM_ID, ("item_id",)),
    "response.create": ({"response": nullable(anything)}, ()),
    "response.cancel": ({"response_id": nullable(text())}, ()),
}
"""Type → (fields, required ones). `output_audio_buffer.clear` is missing: it exists on WebRTC and SIP only."""

_CHECKS = {
    kind: obj({"type": anything, "event_id": text(512), **fields}, required)
    for kind, (fields, required) in CLIENT_EVENTS.items()
}


def parsed(frame: str | bytes) -> Json:
    """The JSON object in a frame; whether it is an event of ours is `judge`'s business. Raises `Refusal`."""
    if isinstance(frame, bytes):
        raise Refusal("invalid_event", "Events are JSON in text frames; a binary frame is not one.")
    try:
        message = json.loads(frame, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal("invalid_json", "The message is not valid JSON.") from None
    if not isinstance(message, dict):
        raise Refusal("invalid_event", "An event has to be a JSON object.")
    if _is_deep(message):
        raise Refusal("invalid_json", f"The message is nested more than {DEEPEST} levels deep.")
    return message


def _is_deep(message: Json) -> bool:
    level: list[Any] = [message]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _children(value)]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    """Those elements that may have elements of their own."""
    values = value.values() if isinstance(value, dict) else value
    return [element for element in values if isinstance(element, dict | list)]


def _no_constant(name: str) -> Any:
    """Python reads NaN and Infinity, JSON has none."""
    raise ValueError(name)


def event_id_of(message: Json) -> str | None:
    """The client's own id of its event, for the error that may answer it."""
    event_id = message.get("event_id")
    return event_id if isinstance(event_id, str) else None


def judge(message: Json) -> str:
    """The type of a well-formed client event. Raises `Refusal` for anything else."""
    kind = message.get("type")
    if "type" not in message:
        raise missing("type")
    if not isinstance(kind, str) or kind not in CLIENT_EVENTS:
        names = ", ".join(f"'{name}'" for name in CLIENT_EVENTS)
        raise Refusal("invalid_value", f"This is no event a client can send. Supported types: {names}.", "type")
    _CHECKS[kind](message, "")
    return kind
