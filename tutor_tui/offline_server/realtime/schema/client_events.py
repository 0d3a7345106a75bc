"""What a client may send: its events."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from tutor_tui.offline_server.realtime.schema.items import Item
from tutor_tui.offline_server.realtime.schema.session_fields import Response, Session
from tutor_tui.offline_server.realtime.schema.validation import Strict, check
from tutor_tui.offline_server.realtime.wire import Json, Refusal

DEEPEST = 64
"""Levels of nesting; Python's own tools give up at about a thousand, and not all of them politely."""

WIDEST = 1_000
"""Keys of one object. Pydantic makes a note of each that it does not know, and a frame has room for a million."""


class _Event(Strict):
    event_id: Annotated[str, Field(max_length=512)] = ""


class SessionUpdate(_Event):
    """Changes what it names of the session."""

    type: Literal["session.update"]
    session: Session


class AudioAppend(_Event):
    """More of the learner's sound."""

    type: Literal["input_audio_buffer.append"]
    audio: str  # 24 kHz mono PCM16 in base64


class AudioEnd(_Event):
    """Ends the learner's turn, or takes it back."""

    type: Literal["input_audio_buffer.commit", "input_audio_buffer.clear"]


class ItemCreate(_Event):
    """Puts an item into the conversation."""

    type: Literal["conversation.item.create"]
    item: Item
    previous_item_id: str | None = None


class ItemNamed(_Event):
    """Asks for an item with its sound, or takes it out of the conversation."""

    type: Literal["conversation.item.retrieve", "conversation.item.delete"]
    item_id: str


class ItemTruncate(_Event):
    """Says how much of an answer was heard."""

    type: Literal["conversation.item.truncate"]
    item_id: str
    content_index: Annotated[int, Field(ge=0)]
    audio_end_ms: Annotated[int, Field(ge=0)]


class ResponseCreate(_Event):
    """Asks for an answer."""

    type: Literal["response.create"]
    response: Response | None = None


class ResponseCancel(_Event):
    """Stops an answer."""

    type: Literal["response.cancel"]
    response_id: str | None = None


ClientEvent: TypeAlias = Annotated[
    SessionUpdate | AudioAppend | AudioEnd | ItemCreate | ItemNamed | ItemTruncate | ResponseCreate | ResponseCancel,
    Field(discriminator="type"),
]
"""`output_audio_buffer.clear` is missing: it exists on WebRTC and SIP only."""
_CLIENT_EVENT: TypeAdapter[ClientEvent] = TypeAdapter(ClientEvent)


def _no_constant(name: str) -> Any:
    """Python reads NaN and Infinity, JSON has none."""
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_no_constant)
"""Made once: `json.loads` would make one for each frame, which takes longer than reading it."""


def parsed(frame: str | bytes) -> Json:
    """The JSON object in a frame; whether it is an event of ours is `judge`'s business. Raises `Refusal`."""
    if isinstance(frame, bytes):
        raise Refusal("invalid_event", "Events are JSON in text frames; a binary frame is not one.")
    try:
        message = _JSON.decode(frame)
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
    if isinstance(value, dict) and len(value) > WIDEST:
        raise Refusal("invalid_json", f"An object of the message has more than {WIDEST} keys.")
    values = value.values() if isinstance(value, dict) else value
    return [element for element in values if isinstance(element, dict | list)]


def event_id_of(message: Json) -> str | None:
    """The client's own id of its event, for the error that may answer it."""
    event_id = message.get("event_id")
    return event_id if isinstance(event_id, str) else None


def judge(message: Json) -> str:
    """The type of a well-formed client event. Raises `Refusal` for anything else."""
    check(_CLIENT_EVENT, message)
    return str(message["type"])
