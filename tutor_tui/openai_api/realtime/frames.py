"""The Realtime protocol's words: what we say (in GA form) and what we understand (GA and beta names).

Pure tables: no state, no socket. Field names are those of reference/protocol.md §1. For how other servers want it said,
see `dialects`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from tutor_tui.core import events as ev
from tutor_tui.core.plan import HistoryLine, Role
from tutor_tui.core.safe_text import well_formed

Frame: TypeAlias = dict[str, Any]
"""One protocol event, ours or the server's."""

# ---- what we say ----------------------------------------------------------------------------------------------------


def append(sound: bytes) -> str:
    """The learner's voice, ready for the wire: written 50 times a second, so without a detour through `json`."""
    return '{"type":"input_audio_buffer.append","audio":"' + base64.b64encode(sound).decode() + '"}'


def commit() -> Frame:
    """Make the buffered sound a turn."""
    return {"type": "input_audio_buffer.commit"}


def clear() -> Frame:
    """Forget the buffered sound."""
    return {"type": "input_audio_buffer.clear"}


def update(session: Mapping[str, Any]) -> Frame:
    """Change settings."""
    return {"type": "session.update", "session": dict(session)}


def respond(kind: str = "") -> Frame:
    """Ask for an answer; `kind` ("greet", "repeat") says what for to a server that cares."""
    return {"type": "response.create"} | ({"response": {"metadata": {"kind": kind}}} if kind else {})


def cancel(response_id: str = "") -> Frame:
    """Stop answering."""
    return {"type": "response.cancel"} | ({"response_id": response_id} if response_id else {})


def truncate(item_id: str, end_ms: int) -> Frame:
    """Forget what came after `end_ms` of an answer: it was not heard."""
    return {"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0, "audio_end_ms": end_ms}


def delete(item_id: str) -> Frame:
    """Forget an answer of which nothing was heard."""
    return {"type": "conversation.item.delete", "item_id": item_id}


ASSISTANT_PART = "output_text"
"""What the tutor's text is called in an item."""


def message(role: str, text: str, item_id: str, assistant_part: str = ASSISTANT_PART) -> Frame:
    """Place a line of text in the conversation. Roles are the protocol's: user, assistant, system."""
    part = assistant_part if role == "assistant" else "input_text"
    content = [{"type": part, "text": well_formed(text)}]
    return {
        "type": "conversation.item.create",
        "item": {"id": item_id, "type": "message", "role": role, "content": content},
    }


def tool_output(call_id: str, output: str) -> Frame:
    """What became of a tool call."""
    item = {"type": "function_call_output", "call_id": call_id, "output": well_formed(output)}
    return {"type": "conversation.item.create", "item": item}


_WIRE_ROLE: dict[Role, str] = {"learner": "user", "tutor": "assistant"}
_ROLE: dict[str, Role] = {"user": "learner", "assistant": "tutor"}
_OLDER_LIMIT = 4_000
"""Characters of the oldest lines that are kept, from their end."""


def history(
    lines: tuple[HistoryLine, ...], prefix: str, recent: int = 30, assistant_part: str = ASSISTANT_PART
) -> list[Frame]:
    """What was said before, as items: the last `recent` lines as they were, all before them in one note.

    Much assistant text makes models answer in text (protocol.md §4.9), hence the note. Ids are `prefix` + number.
    """
    older, newer = lines[:-recent], lines[-recent:]
    frames = []
    if older:
        told = "\n".join(f"{line.role}: {line.text}" for line in older)[-_OLDER_LIMIT:]
        frames.append(message("system", f"Earlier in this lesson:\n{told}", f"{prefix}0"))
    for number, line in enumerate(newer, 1):
        frames.append(message(_WIRE_ROLE[line.role], line.text, f"{prefix}{number}", assistant_part))
    return frames


# ---- what we understand ---------------------------------------------------------------------------------------------

GA_NAME = {
    "response.audio.delta": "response.output_audio.delta",
    "response.audio.done": "response.output_audio.done",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
    "response.audio_transcript.done": "response.output_audio_transcript.done",
    "response.text.delta": "response.output_text.delta",
    "response.text.done": "response.output_text.done",
    "conversation.item.created": "conversation.item.added",
}
"""Beta name → GA name: the only events whose names differ (protocol.md §1.2)."""

IGNORED = frozenset(
    {
        "conversation.created",
        "conversation.item.done",
        "conversation.item.retrieved",
        "conversation.item.truncated",
        "conversation.item.deleted",
        "conversation.item.input_audio_transcription.segment",
        "input_audio_buffer.timeout_triggered",
        "output_audio_buffer.started",
        "output_audio_buffer.stopped",
        "output_audio_buffer.cleared",
        "rate_limits.updated",
        "response.content_part.added",
        "response.content_part.done",
        "response.function_call_arguments.delta",
    }
)
"""Known, and of no use to a lesson."""
OF_CALLS = frozenset(
    {"response.output_item.added", "response.output_item.done", "response.function_call_arguments.done"}
)
"""They announce or complete parts of an answer; only those that are tool calls matter."""


class Nonsense(ValueError):
    """A frame that is no Realtime event. `kind` is for counting, `sentence` for the learner."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.sentence = sentence


def parse(raw: str | bytes) -> Frame:
    """A frame as an object whose `type` is a GA name. Raises `Nonsense` for anything else."""
    if isinstance(raw, bytes):
        raise Nonsense("binary frame", "The tutor's server sent a binary message, which Realtime does not have.")
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise Nonsense("malformed JSON", "The tutor's server sent a message that is not JSON.") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Nonsense("no event", "The tutor's server sent JSON that is not a Realtime event.")
    frame["type"] = GA_NAME.get(frame["type"], frame["type"])
    return frame


def told(frame: Frame) -> ev.TutorEvent | None:
    """What a server event means to a lesson by itself; None if nothing, or if fields are missing or of a wrong type.

    Raises `Nonsense` for sound that is not base64.
    """
    match (frame["type"], frame):
        case "response.output_audio.delta", {"item_id": str(item), "delta": str(delta)}:
            return ev.TutorAudio(item, _sound(delta))
        case "response.output_audio.done", {"item_id": str(item)}:
            return ev.TutorAudioDone(item)
        case "response.output_audio_transcript.delta", {"item_id": str(item), "delta": str(delta)}:
            return ev.TutorTextDelta(item, well_formed(delta))
        case "response.output_audio_transcript.done", {"item_id": str(item), "transcript": str(text)}:
            return ev.TutorTextDone(item, well_formed(text))
        case "response.output_text.delta", {"item_id": str(item), "delta": str(delta)}:
            return ev.TutorTextDelta(item, well_formed(delta))
        case "response.output_text.done", {"item_id": str(item), "text": str(text)}:
            return ev.TutorTextDone(item, well_formed(text))
        case "input_audio_buffer.speech_started", {"item_id": str(item)}:
            return ev.LearnerStartedSpeaking(item)
        case "input_audio_buffer.speech_stopped", {"item_id": str(item)}:
            return ev.LearnerStoppedSpeaking(item)
        case "input_audio_buffer.committed", {"item_id": str(item)}:
            return ev.LearnerTurnKept(item, _text_or_none(frame.get("previous_item_id")))
        case "conversation.item.input_audio_transcription.delta", {"item_id": str(item), "delta": str(delta)}:
            return ev.LearnerTextDelta(item, well_formed(delta))
        case "conversation.item.input_audio_transcription.completed", {"item_id": str(item), "transcript": str(text)}:
            return ev.LearnerTextDone(item, well_formed(text))
        case "conversation.item.input_audio_transcription.failed", {"item_id": str(item)}:
            return ev.LearnerTextFailed(item)
        case "conversation.item.added", {"item": {"type": "message", "id": str(item), "role": str(role)}}:
            return _placed(item, role, _text_or_none(frame.get("previous_item_id")))
        case _:
            return None


def reply_of(frame: Frame) -> object:
    """The id of the answer that a frame belongs to, where it says so."""
    match frame:
        case {"response": {"id": reply_id}} | {"response_id": reply_id}:
            return reply_id
        case _:
            return None


def _placed(item_id: str, role: str, previous_id: str | None) -> ev.ItemPlaced | None:
    known = _ROLE.get(role)
    return ev.ItemPlaced(item_id, previous_id, known) if known else None


def _sound(delta: str) -> bytes:
    try:
        return base64.b64decode(delta, validate=True)
    except (binascii.Error, ValueError):
        raise Nonsense("sound is not base64", "The tutor's server sent sound that cannot be read.") from None


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


_ABSURD = 1e12
"""Nothing in the protocol, Unix times included, comes near this."""


def number(value: object) -> float | None:
    """A server's number, if it is one that can be reckoned with: JSON also has infinities and 400-digit integers."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) < _ABSURD:
        return None
    return float(value)
