"""The settings of a conversation on the strict server: what they are at first, and how a change is taken in."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from tutor_tui.core.turn_detection import EAGERNESS_WAIT_MS


def new_id(kind: str) -> str:
    return f"{kind}_{uuid.uuid4().hex[:20]}"


def wait_ms(detection: Mapping[str, Any]) -> int:
    if detection["type"] == "server_vad":
        return int(detection.get("silence_duration_ms", 200))
    return EAGERNESS_WAIT_MS[detection.get("eagerness", "auto")]


def defaults(model: str, expires_in_s: float) -> dict[str, Any]:
    """What `session.created` shows: every default, the 200 ms silence that captures show included."""
    vad = {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 200}
    heard = {"format": {"type": "audio/pcm", "rate": 24000}, "transcription": None, "noise_reduction": None}
    spoken = {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "alloy", "speed": 1.0}
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": new_id("sess"),
        "model": model,
        "expires_at": int(time.time() + expires_in_s),
        "output_modalities": ["audio"],
        "instructions": "",
        "audio": {
            "input": {**heard, "turn_detection": {**vad, "create_response": True, "interrupt_response": True}},
            "output": spoken,
        },
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "truncation": "auto",
    }


_WHOLE = ("turn_detection", "transcription", "truncation")
"""Objects that are replaced, not merged: their fields belong together."""


def merge(target: dict[str, Any], change: Mapping[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict) and key not in _WHOLE:
            merge(target[key], value)
        else:
            target[key] = value


def paths(value: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, inner in value.items():
        yield f"{path}.{key}"
        if isinstance(inner, dict):
            yield from paths(inner, f"{path}.{key}")
