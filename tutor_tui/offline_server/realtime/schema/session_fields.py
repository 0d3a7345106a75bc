"""What may be said about a session or a response, as tables: the fields, their types and their ranges.

All of it from reference/protocol.md §1.5 and §1.6.
"""

from __future__ import annotations

from typing import Any

from tutor_tui.core.pcm import RATE_HZ
from tutor_tui.offline_server.realtime.schema.checks import (
    Check,
    anything,
    array,
    choice,
    flag,
    integer,
    literal,
    nullable,
    number,
    obj,
    string_map,
    tagged,
    text,
    word_or,
)
from tutor_tui.offline_server.realtime.wire import Refusal

LONGEST_MS = 60_000
"""The service documents no upper bound for padding and silence; nobody waits longer than a minute."""
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
                "prefix_padding_ms": integer(0, LONGEST_MS),
                "silence_duration_ms": integer(0, LONGEST_MS),
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

SESSION = obj(
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
