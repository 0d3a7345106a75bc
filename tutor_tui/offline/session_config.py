"""The session object: what a fresh one holds, and how an update is judged and merged, or refused as a whole.

Field names, ranges and rules are those of reference/protocol.md §1.5.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from tutor_tui.core.pcm import RATE_HZ
from tutor_tui.offline.schema import (
    Check,
    anything,
    array,
    choice,
    flag,
    integer,
    literal,
    missing,
    nullable,
    number,
    obj,
    string_map,
    tagged,
    text,
    word_or,
    wrong,
)
from tutor_tui.offline.wire import Json, Refusal

VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")
TRANSCRIBERS_WITH_LISTS = ("gpt-transcribe", "gpt-live-transcribe")
"""Only these take `languages` and `keywords`."""
TRANSCRIBERS = (
    *TRANSCRIBERS_WITH_LISTS,
    "gpt-realtime-whisper",
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    "gpt-4o-transcribe-diarize",
)
_REASONING_MODELS = "gpt-realtime-2"
"""Names that begin so may be told how hard to think. The offline guide is no such model."""
_REASONING_ONLY = ("reasoning", "parallel_tool_calls")

VAD_DEFAULTS: dict[str, Json] = {
    "server_vad": {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 200,  # what real sessions begin with, whatever the documentation says
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    },
    "semantic_vad": {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    },
}
_PCM: Json = {"type": "audio/pcm", "rate": RATE_HZ}


def fresh_session(session_id: str, model: str, expires_at: int) -> Json:
    """The session a client finds: the service's defaults. `expires_at` is unix time."""
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": session_id,
        "model": model,
        "expires_at": expires_at,
        "output_modalities": ["audio"],
        "instructions": "You are a language tutor without a cloud. You walk a lesson script with the learner.",
        "audio": {
            "input": {
                "format": dict(_PCM),
                "transcription": None,
                "noise_reduction": None,
                "turn_detection": dict(VAD_DEFAULTS["server_vad"]),
            },
            "output": {"format": dict(_PCM), "voice": "alloy", "speed": 1.0},
        },
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "truncation": "auto",
        "tracing": None,
        "prompt": None,
        "include": None,
    }


# ---- what may be said -----------------------------------------------------------------------------------------------


def _pcm_only(value: Any, path: str) -> None:
    """The one format we speak. The G.711 formats of the protocol are for telephones."""
    tagged(
        {
            "audio/pcm": obj({"type": anything, "rate": literal(RATE_HZ)}),
            "audio/pcmu": obj({"type": anything}),
            "audio/pcma": obj({"type": anything}),
        }
    )(value, path)
    if value["type"] != "audio/pcm":
        raise Refusal("invalid_value", f"'{path}.type': this server speaks audio/pcm at 24000 Hz only.", f"{path}.type")


def _no_idle_timeout(value: Any, path: str) -> None:
    """Null, or a legal value that we have to turn down: the offline tutor never nags."""
    nullable(integer(5_000, 30_000))(value, path)
    if value is not None:
        raise Refusal("invalid_value", f"'{path}' is not supported by this server; leave it null.", path)


def _modalities(value: Any, path: str) -> None:
    """Sound or text, never both: sound always comes with its transcript."""
    array(choice("audio", "text"))(value, path)
    if value not in (["audio"], ["text"]):
        raise Refusal("invalid_value", f"'{path}' has to be ['audio'] or ['text'].", path)


def _keyword(value: Any, path: str) -> None:
    text()(value, path)
    if set(value) & set("<>\r\n"):
        raise Refusal("invalid_value", f"'{path}' may not hold '<', '>' or line breaks.", path)


def _voice(value: Any, path: str) -> None:
    word_or(VOICES, obj({"id": text()}, required=("id",)))(value, path)


_TURN_DETECTION = tagged(
    {
        "server_vad": obj(
            {
                "type": anything,
                "threshold": number(0.0, 1.0),
                "prefix_padding_ms": integer(0),
                "silence_duration_ms": integer(0),
                "idle_timeout_ms": _no_idle_timeout,
                "create_response": flag,
                "interrupt_response": flag,
            }
        ),
        "semantic_vad": obj(
            {
                "type": anything,
                "eagerness": choice("low", "medium", "high", "auto"),
                "create_response": flag,
                "interrupt_response": flag,
            }
        ),
    }
)
_TRANSCRIPTION = obj(
    {
        "model": choice(*TRANSCRIBERS),
        "language": nullable(text(16)),
        "languages": nullable(array(text(16))),
        "keywords": nullable(array(_keyword)),
        "prompt": nullable(text()),
        "delay": nullable(choice("minimal", "low", "medium", "high", "xhigh")),
    }
)
_NOISE_REDUCTION = obj({"type": choice("near_field", "far_field"), "strength": number(0.0, 100.0)})
_TOOL = tagged(
    {
        "function": obj(
            {"type": anything, "name": text(64), "description": text(), "parameters": anything}, required=("name",)
        ),
        "mcp": obj(
            {
                "type": anything,
                "server_label": text(),
                **dict.fromkeys(("server_url", "server_description", "authorization", "connector_id"), text()),
                **dict.fromkeys(("allowed_tools", "require_approval", "headers"), anything),
            },
            required=("server_label",),
        ),
    }
)
_TRUNCATION = word_or(
    ("auto", "disabled"),
    obj(
        {
            "type": literal("retention_ratio"),
            "retention_ratio": number(0.0, 1.0),
            "token_limits": obj({"post_instructions": integer(0)}),
        },
        required=("type", "retention_ratio"),
    ),
)

SHARED_FIELDS: dict[str, Check] = {
    "output_modalities": _modalities,
    "instructions": text(),
    "tools": array(_TOOL),
    "tool_choice": word_or(
        ("auto", "none", "required"),
        tagged(
            {
                "function": obj({"type": anything, "name": text()}, required=("name",)),
                "mcp": obj({"type": anything, "server_label": text(), "name": text()}, required=("server_label",)),
            }
        ),
    ),
    "parallel_tool_calls": flag,
    "reasoning": nullable(obj({"effort": choice("minimal", "low", "medium", "high", "xhigh")})),
    "max_output_tokens": word_or(("inf",), integer(1, 4_096)),
    "prompt": nullable(obj({"id": text(), "version": nullable(text()), "variables": anything}, required=("id",))),
}
"""What a session and a single response have in common."""

_SESSION = obj(
    {
        **SHARED_FIELDS,
        "type": anything,
        "model": text(),
        "audio": obj(
            {
                "input": obj(
                    {
                        "format": _pcm_only,
                        "transcription": nullable(_TRANSCRIPTION),
                        "noise_reduction": nullable(_NOISE_REDUCTION),
                        "turn_detection": nullable(_TURN_DETECTION),
                    }
                ),
                "output": obj({"format": _pcm_only, "voice": _voice, "speed": number(0.25, 1.5)}),
            }
        ),
        "truncation": _TRUNCATION,
        "tracing": nullable(
            word_or(("auto",), obj({"workflow_name": text(), "group_id": text(), "metadata": anything}))
        ),
        "include": nullable(array(choice("item.input_audio_transcription.logprobs"))),
    }
)

RESPONSE = obj(
    {
        **SHARED_FIELDS,
        "audio": obj({"output": obj({"format": _pcm_only, "voice": _voice})}),
        "conversation": choice("auto", "none"),
        "metadata": nullable(string_map(16, 64, 512)),
        "input": array(anything),  # judged element by element where items are made
    }
)
"""The `response` of `response.create`, its `input` elements excepted."""


# ---- what may be said now -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """What a change depends on beside its own shape."""

    audio_was_sent: bool = False
    """The assistant has spoken: its voice is frozen."""
    responding: bool = False
    """A response is being made: its speed is not changed under it."""


def refuse_reasoning(fields: Json, model: str, path: str) -> None:
    """Turn down what only reasoning models take, as the service does."""
    for key in _REASONING_ONLY:
        if fields.get(key) is not None and not model.startswith(_REASONING_MODELS):
            raise Refusal("invalid_value", f"'{path}.{key}' is not supported by the model '{model}'.", f"{path}.{key}")


def updated(session: Json, update: Any, moment: Moment) -> Json:
    """`session` with `update` merged into a copy of it. Raises `Refusal`, and then nothing has changed."""
    if not isinstance(update, dict):
        raise wrong("session", "an object", update)
    _judge_type(update)
    _SESSION(update, "session")
    refuse_reasoning(update, session["model"], "session")
    merged = _merged(session, update)
    _judge_frozen(session, merged, moment)
    _judge_transcription(merged["audio"]["input"]["transcription"])
    return merged


def _judge_type(update: Json) -> None:
    path = "session.type"
    if "type" not in update:
        raise missing(path)
    if update["type"] == "transcription":
        raise Refusal("invalid_value", "A transcription update is not allowed on a realtime session.", path)
    choice("realtime")(update["type"], path)


def _merged(old: Json, new: Json) -> Json:
    """`new` laid over a copy of `old`, key by key; objects of another type, lists and words replace what was there."""
    result = copy.deepcopy(old)
    for key, value in new.items():
        before = result.get(key)
        if isinstance(value, dict) and isinstance(before, dict) and _same_kind(key, before, value):
            result[key] = _merged(before, value)
        elif isinstance(value, dict) and key == "turn_detection":
            result[key] = VAD_DEFAULTS[value["type"]] | value
        else:
            result[key] = copy.deepcopy(value)
    return result


def _same_kind(key: str, before: Json, value: Json) -> bool:
    if key in ("tool_choice", "truncation", "prompt", "tracing", "voice"):
        return False
    return key == "noise_reduction" or before.get("type") == value.get("type")


def _judge_frozen(session: Json, merged: Json, moment: Moment) -> None:
    old, new = session["audio"]["output"], merged["audio"]["output"]
    if merged["model"] != session["model"]:
        raise Refusal("invalid_value", "The model of a session cannot be changed.", "session.model")
    if moment.audio_was_sent and new["voice"] != old["voice"]:
        path = "session.audio.output.voice"
        raise Refusal("cannot_update_voice", "The voice cannot change once the assistant has spoken.", path)
    if moment.responding and new["speed"] != old["speed"]:
        path = "session.audio.output.speed"
        raise Refusal("invalid_value", "The speed can be changed between responses, not during one.", path)
    if session["tracing"] is not None and merged["tracing"] != session["tracing"]:
        raise Refusal("invalid_value", "Tracing cannot be changed once it is on.", "session.tracing")


def _judge_transcription(transcription: Json | None) -> None:
    if transcription is None:
        return
    path = "session.audio.input.transcription"
    model = transcription.get("model")
    if model is None:
        raise missing(f"{path}.model")
    if transcription.get("language") and transcription.get("languages"):
        raise Refusal("invalid_value", f"'{path}': give language or languages, not both.", f"{path}.languages")
    for key in ("languages", "keywords"):
        if transcription.get(key) and model not in TRANSCRIBERS_WITH_LISTS:
            raise Refusal("invalid_value", f"'{path}.{key}' is not supported by '{model}'.", f"{path}.{key}")
