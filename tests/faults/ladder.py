"""What a good Realtime server says, rung by rung (OpenAI's API reference, Realtime, page "Server events").

From this table the bench makes both its server and its faults: each rung is a point at which something can go wrong.
"""

from __future__ import annotations

import base64
from typing import Any

from tutor_tui.core import pcm

Frame = dict[str, Any]
TRANSCRIPTION = "conversation.item.input_audio_transcription"
VOICE = base64.b64encode(pcm.silence(100)).decode()
USAGE = {
    "total_tokens": 30,
    "input_tokens": 20,
    "output_tokens": 10,
    "input_token_details": {"text_tokens": 15, "audio_tokens": 5, "cached_tokens": 0},
    "output_token_details": {"text_tokens": 4, "audio_tokens": 6},
}


def created() -> list[Frame]:
    """The beginning of a connection."""
    return [
        {"type": "session.created", "session": {"type": "realtime", "expires_at": 4_000_000_000}},
        {"type": "conversation.created", "conversation": {"id": "conv_1", "object": "realtime.conversation"}},
    ]


def updated(session: Frame) -> Frame:
    return {"type": "session.updated", "session": {"type": "realtime", **session}}


def placed(item: Frame, previous: str | None) -> list[Frame]:
    """An item takes its place in the conversation."""
    shown = {"object": "realtime.item", "status": "completed", **item}
    return [
        {"type": "conversation.item.added", "previous_item_id": previous, "item": shown},
        {"type": "conversation.item.done", "previous_item_id": previous, "item": shown},
    ]


def speech_started(item_id: str) -> Frame:
    return {"type": "input_audio_buffer.speech_started", "audio_start_ms": 100, "item_id": item_id}


def speech_stopped(item_id: str) -> Frame:
    return {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": 400, "item_id": item_id}


def kept(item_id: str, previous: str | None) -> list[Frame]:
    """The learner's sound becomes a turn."""
    item = {"id": item_id, "type": "message", "role": "user", "content": [{"type": "input_audio", "transcript": None}]}
    return [
        {"type": "input_audio_buffer.committed", "previous_item_id": previous, "item_id": item_id},
        *placed(item, previous),
    ]


def understood(item_id: str, words: str) -> list[Frame]:
    """What a turn says: it comes while the answer has already begun."""
    usage = {"type": "duration", "seconds": 1}
    return [
        {"type": f"{TRANSCRIPTION}.delta", "item_id": item_id, "content_index": 0, "delta": words},
        {"type": f"{TRANSCRIPTION}.completed", "item_id": item_id, "transcript": words, "usage": usage},
    ]


def begun(response_id: str) -> Frame:
    response = {"id": response_id, "status": "in_progress", "conversation_id": "conv_1", "output": []}
    return {"type": "response.created", "response": response}


def ended(response_id: str, status: str = "completed", output: list[Frame] | None = None, reason: str = "") -> Frame:
    response = {
        "id": response_id,
        "status": status,
        "status_details": {"type": status, "reason": reason} if reason else None,
        "conversation_id": "conv_1",
        "output": output or [],
        "usage": USAGE,
    }
    return {"type": "response.done", "response": response}


def spoken(response_id: str, item_id: str, previous: str | None, words: str) -> list[Frame]:
    """An answer, from its beginning to its end."""
    ids = {"response_id": response_id, "item_id": item_id, "output_index": 0, "content_index": 0}
    empty = {"id": item_id, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    whole = {**empty, "status": "completed", "content": [{"type": "output_audio", "transcript": words}]}
    head, tail = words[: len(words) // 2], words[len(words) // 2 :]
    text, sound = "response.output_audio_transcript", "response.output_audio"
    return [
        begun(response_id),
        {"type": "response.output_item.added", "response_id": response_id, "output_index": 0, "item": empty},
        placed(empty, previous)[0],
        {"type": "response.content_part.added", **ids, "part": {"type": "audio", "transcript": ""}},
        {"type": f"{text}.delta", **ids, "delta": head},
        {"type": f"{sound}.delta", **ids, "delta": VOICE},
        {"type": f"{text}.delta", **ids, "delta": tail},
        {"type": f"{sound}.delta", **ids, "delta": VOICE},
        {"type": f"{sound}.done", **ids},
        {"type": f"{text}.done", **ids, "transcript": words},
        {"type": "response.content_part.done", **ids, "part": {"type": "audio", "transcript": words}},
        placed(whole, previous)[1],
        {"type": "response.output_item.done", "response_id": response_id, "output_index": 0, "item": whole},
        {"type": "rate_limits.updated", "rate_limits": [{"name": "tokens", "limit": 9, "remaining": 8}]},
        ended(response_id, output=[whole]),
    ]


def tool_call(response_id: str, item_id: str, previous: str | None, name: str) -> list[Frame]:
    """An answer that only calls a tool."""
    call_id = item_id.replace("item", "call")
    ids = {"response_id": response_id, "item_id": item_id, "output_index": 0, "call_id": call_id}
    call = {"id": item_id, "type": "function_call", "call_id": call_id, "name": name, "arguments": ""}
    whole = {**call, "status": "completed", "arguments": "{}"}
    return [
        begun(response_id),
        {"type": "response.output_item.added", "response_id": response_id, "output_index": 0, "item": call},
        placed(call, previous)[0],
        {"type": "response.function_call_arguments.delta", **ids, "delta": "{}"},
        {"type": "response.function_call_arguments.done", **ids, "name": name, "arguments": "{}"},
        placed(whole, previous)[1],
        {"type": "response.output_item.done", "response_id": response_id, "output_index": 0, "item": whole},
        ended(response_id, output=[whole]),
    ]


def error(code: str | None, message: str = "No.", **fields: Any) -> Frame:
    return {"type": "error", "error": {"type": "invalid_request_error", "code": code, "message": message, **fields}}
