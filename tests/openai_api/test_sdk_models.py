"""The judge itself: it has to refuse what a strict GA server refuses, or all other tests prove nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.support.sdk_models import validate_client_event

LESSON: dict[str, Any] = {
    "type": "session.update",
    "session": {
        "type": "realtime",
        "output_modalities": ["audio"],
        "instructions": "Teach.",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "noise_reduction": {"type": "near_field"},
                "transcription": {"model": "gpt-transcribe", "languages": ["de", "en"]},
                "turn_detection": {
                    "type": "semantic_vad",
                    "eagerness": "low",
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "marin", "speed": 0.9},
        },
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": 1024,
        "truncation": {
            "type": "retention_ratio",
            "retention_ratio": 0.8,
            "token_limits": {"post_instructions": 8000},
        },
    },
}
"""Everything that a lesson sets."""


def changed(path: str, value: object) -> dict[str, Any]:
    frame = copy.deepcopy(LESSON)
    *parents, last = path.split(".")
    inner = frame
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return frame


def test_the_suggested_session_passes() -> None:
    assert validate_client_event(LESSON) == []


TURN = "session.audio.input.turn_detection"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("session.type", "conversation"),
        ("session.temperature", 0.8),
        ("session.output_modalities", ["audio", "text"]),
        ("session.output_modalities", ["video"]),
        ("session.modalities", ["audio"]),
        ("session.instructions", None),
        ("session.max_output_tokens", 5_000),
        ("session.max_output_tokens", "many"),
        ("session.audio.output.speed", 1.6),
        ("session.audio.output.speed", "fast"),
        ("session.audio.output.voice", "bob"),
        ("session.audio.input.format.rate", 16_000),
        (f"{TURN}.eagerness", "eager"),
        (f"{TURN}.threshold", 0.5),
        (f"{TURN}.create_response", 1),
        (TURN, {"type": "server_vad", "threshold": 2}),
        (TURN, {"type": "none"}),
        ("session.audio.input.transcription", {"model": "whisper-1", "languages": ["de"]}),
        ("session.audio.input.transcription", {"model": "gpt-transcribe", "languages": ["de"], "language": "de"}),
        ("session.audio.input.transcription", {"model": "gpt-transcribe", "languages": ["de", "de"]}),
        ("session.truncation.retention_ratio", 1.2),
        ("session.reasoning", {"effort": "extreme"}),
        ("surprise", 1),
    ],
)
def test_one_wrong_value_is_refused(path: str, value: object) -> None:
    assert validate_client_event(changed(path, value)) != []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (TURN, None),
        (TURN, {"type": "server_vad", "threshold": 0, "silence_duration_ms": 500, "idle_timeout_ms": None}),
        ("session.audio.input.noise_reduction", None),
        ("session.audio.input.transcription", None),
        ("session.audio.output.voice", {"id": "voice_1"}),
        ("session.max_output_tokens", "inf"),
        ("session.reasoning", {"effort": "low"}),
        ("session.truncation", "auto"),
        ("event_id", "update_1"),
    ],
)
def test_other_good_values_pass(path: str, value: object) -> None:
    assert validate_client_event(changed(path, value)) == []


@pytest.mark.parametrize(
    "frame",
    [
        [],
        {},
        {"type": "transcription_session.update"},
        {"type": "session.update"},
        {"type": "input_audio_buffer.append"},
        {"type": "input_audio_buffer.append", "audio": "not base64!"},
        {"type": "response.cancel", "item_id": "x"},
        {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 1.5},
        {"type": "conversation.item.truncate", "item_id": "x", "content_index": 1, "audio_end_ms": 1},
        {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": -1},
        {"type": "conversation.item.create", "item": {"type": "message", "role": "user"}},
        {"type": "conversation.item.create", "item": {"type": "message", "role": "narrator", "content": []}},
        {"type": "response.create", "response": {"metadata": {"kind": 1}}},
        {"type": "response.create", "response": {"metadata": {"kind": "x" * 513}}},
        {"type": "response.create", "response": {"modalities": ["audio"]}},
    ],
)
def test_wrong_frames_are_refused(frame: object) -> None:
    assert validate_client_event(frame) != []


@pytest.mark.parametrize(
    ("role", "part"),
    [("assistant", "input_text"), ("user", "output_text"), ("system", "input_audio"), ("assistant", "text")],
)
def test_a_role_may_only_hold_its_own_kinds_of_content(role: str, part: str) -> None:
    item = {"type": "message", "role": role, "content": [{"type": part, "text": "x"}]}
    assert validate_client_event({"type": "conversation.item.create", "item": item}) != []
