"""The beta's shape of what the strict server is told and tells.

The server thinks in GA form. These tables were written from the SDK's beta types, and share nothing with ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "response.output_text.delta": "response.text.delta",
    "response.output_text.done": "response.text.done",
    "conversation.item.added": "conversation.item.created",
}
"""GA event → beta event, where they differ."""
UNKNOWN = frozenset({"conversation.item.done"})
"""GA events that the beta never told."""
SESSION = {
    "modalities": "output_modalities",
    "input_audio_format": "audio.input.format",
    "output_audio_format": "audio.output.format",
    "input_audio_transcription": "audio.input.transcription",
    "input_audio_noise_reduction": "audio.input.noise_reduction",
    "turn_detection": "audio.input.turn_detection",
    "voice": "audio.output.voice",
    "speed": "audio.output.speed",
    "max_response_output_tokens": "max_output_tokens",
    "instructions": "instructions",
    "tools": "tools",
    "tool_choice": "tool_choice",
    "model": "model",
    "id": "id",
    "object": "object",
    "expires_at": "expires_at",
}
"""Field of the beta's flat session → its path in GA's."""
RESPONSE = {"modalities": "output_modalities", "max_response_output_tokens": "max_output_tokens"}
PCM = {"type": "audio/pcm", "rate": 24_000}
PARTS = {"output_text": "text", "output_audio": "audio"}
"""Content part in an item: GA → beta."""


def asked(frame: Mapping[str, Any]) -> dict[str, Any]:
    """A client frame of the beta, judged already, in GA form."""
    match frame:
        case {"type": "session.update", "session": dict(flat)}:
            return {**frame, "session": {"type": "realtime"} | _nested(flat)}
        case {"type": "response.create", "response": dict(wishes)}:
            return {**frame, "response": {RESPONSE.get(name, name): value for name, value in wishes.items()}}
        case _:
            return dict(frame)


def told(kind: str, fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A server event in the beta's form."""
    shown = dict(fields)
    match fields:
        case {"session": dict(session)}:
            shown["session"] = _flat(session)
        case {"response": dict(response)}:
            shown["response"] = _response(response)
        case {"item": dict(item)}:
            shown["item"] = _item(item)
        case {"error": {"param": str(param), **error}}:
            shown["error"] = {**error, "param": _param(param)}
    if kind == "response.function_call_arguments.done":
        shown.pop("name")  # GA added it
    return NAMES.get(kind, kind), shown


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    session: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = SESSION[name].split(".")
        inner = session
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = _GA_VALUES[name](value) if name in _GA_VALUES else value
    return session


def _flat(session: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {"temperature": 0.8}
    for name, path in SESSION.items():
        value: Any = session
        for key in path.split("."):
            value = value[key]
        flat[name] = _BETA_VALUES[name](value) if name in _BETA_VALUES else value
    return flat


def _response(response: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in response.items() if name not in ("output_modalities", "output")}
    heard = response["output_modalities"] == ["audio"]
    return {
        **shown,
        "modalities": ["text", "audio"] if heard else ["text"],
        "output": [_item(item) for item in response["output"]],
        "voice": "alloy",
        "output_audio_format": "pcm16",
        "temperature": 0.8,
    }


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    if "content" not in item:
        return dict(item)
    content = [{**part, "type": PARTS.get(part["type"], part["type"])} for part in item["content"]]
    return {**item, "content": content}


def _param(param: str) -> str:
    """`session.audio.output.speed` is `session.speed` here."""
    for name, path in SESSION.items():
        if param == f"session.{path}" or param.startswith(f"session.{path}."):
            return f"session.{name}{param.removeprefix(f'session.{path}')}"
    return param


_GA_VALUES: Mapping[str, Any] = {
    "modalities": lambda value: ["audio"] if "audio" in value else ["text"],
    "input_audio_format": lambda _value: PCM,
    "output_audio_format": lambda _value: PCM,
}
_BETA_VALUES: Mapping[str, Any] = {
    "modalities": lambda value: ["text", "audio"] if value == ["audio"] else ["text"],
    "input_audio_format": lambda _value: "pcm16",
    "output_audio_format": lambda _value: "pcm16",
}
