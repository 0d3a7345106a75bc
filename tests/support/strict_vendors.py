"""The makes of Realtime server that the strict server can play: what each takes, refuses, and says in its own way.

Every row was written from its vendor's documentation, which it names, and shares nothing with our table of dialects:
what we send is judged by what the vendor says, not by what we think it says. The server itself thinks in GA form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.support import strict_beta
from tests.support.sdk_models import validate_client_event
from tests.support.strict_vendor import (
    APPEND,
    EVERY,
    Check,
    Fields,
    Vendor,
    anything,
    at_most,
    between,
    flat_tools,
    nested_tools,
    one_of,
    text,
)
from tutor_tui.core.settings import DialectName

# ---- checks of whole settings ---------------------------------------------------------------------------------------


def turns(kinds: tuple[str, ...], *, none: Any = None, **fields: Check) -> Check:
    """The end of turns: the kinds that there are, and what each may say besides."""

    def check(value: Any) -> str:
        if value == none:
            return ""
        if not isinstance(value, dict) or value.get("type") not in kinds:
            return f"type must be one of {kinds}, or all of it {none}"
        for name, inner in value.items():
            if name != "type" and (name not in fields or fields[name](inner)):
                return f"{name} cannot be {inner!r}"
        return ""

    return check


def _both(value: Any) -> str:
    return (
        "" if value in (["text"], ["text", "audio"]) else f"Invalid modalities: {value}. Supported combinations are: …"
    )


def _null(value: Any) -> Any:
    """`null` where the vendor writes another nothing."""
    return None if isinstance(value, dict) and value.get("type") is None else value


def _first(name: str) -> Callable[[Any], Any]:
    return lambda value: value[name]


def _pcm(_value: Any) -> Any:
    return {"type": "audio/pcm", "rate": 24_000}


def _flat(tools: Any) -> Any:
    return [{"type": tool["type"], **tool["function"]} for tool in tools]


def _nested(tools: Any) -> Any:
    return [{"type": "function", "function": {k: v for k, v in tool.items() if k != "type"}} for tool in tools]


_VAD: dict[str, Check] = {
    "threshold": between(0, 1),
    "prefix_padding_ms": between(0, 10_000),
    "silence_duration_ms": between(0, 60_000),
}
_WHO: dict[str, Check] = {"create_response": one_of(True, False), "interrupt_response": one_of(True, False)}
_GA_TURNS = turns(("server_vad", "semantic_vad"), **_VAD, **_WHO, eagerness=one_of("low", "medium", "high", "auto"))
_GA_PLACES = {
    path: path
    for path in (
        *("instructions", "tools", "audio.input.turn_detection", "audio.input.transcription"),
        *("audio.output.voice", "audio.output.speed"),
    )
}
_FLAT_PLACES = {
    "instructions": "instructions",
    "tools": "tools",
    "turn_detection": "audio.input.turn_detection",
    "input_audio_transcription": "audio.input.transcription",
    "voice": "audio.output.voice",
}
_MODEL_ONLY_PLACES = {
    **{path: place for path, place in _FLAT_PLACES.items() if path != "input_audio_transcription"},
    "input_audio_format": "audio.input.format",
    "output_audio_format": "audio.output.format",
    "input_audio_transcription.model": "audio.input.transcription",
}
"""Of servers that name formats by a word, and take nothing of the transcription but its model."""

# ---- the makes ------------------------------------------------------------------------------------------------------

GA = Vendor()


@dataclass(frozen=True, slots=True)
class _Beta(Vendor):
    """OpenAI's own of 2024, for which the SDK still has the types."""

    def complaints(self, frame: Any) -> list[str]:
        return validate_client_event(frame, "beta")

    def asked(self, frame: dict[str, Any]) -> dict[str, Any]:
        return strict_beta.asked(frame)

    def told(self, kind: str, fields: Fields) -> list[tuple[str, dict[str, Any]]]:
        return [] if kind in strict_beta.UNKNOWN else [strict_beta.told(kind, fields)]


@dataclass(frozen=True, slots=True)
class _OpenAI(Vendor):
    """OpenAI's own of today: judged by the SDK's types alone."""

    def complaints(self, frame: Any) -> list[str]:
        return validate_client_event(frame)


BETA = _Beta()
AZURE = _OpenAI(base="/openai/v1", key=("api-key", ""))

XAI = Vendor(  # docs.x.ai, "Voice Agent API", and docs.x.ai/voice-realtime.ws.json
    greeting=("conversation.created", "ping"),
    settling_s=0.05,
    session={
        "model": text,
        "instructions": at_most(16_384),
        "voice": one_of("eve", "ara", "rex", "sal", "leo"),
        "turn_detection": turns(
            ("server_vad",),
            none={"type": None},
            threshold=between(0.1, 0.9),
            prefix_padding_ms=between(0, 10_000),
            silence_duration_ms=between(0, 10_000),
        ),
        "audio.input.format": one_of({"type": "audio/pcm", "rate": 24_000}),
        "audio.output.format": one_of({"type": "audio/pcm", "rate": 24_000}),
        "audio.input.transcription.model": one_of("grok-transcribe"),
        "audio.input.transcription.language_hint": text,
        "audio.output.speed": between(0.7, 1.5),
        "reasoning.effort": one_of("high", "none"),
        "tools": flat_tools,
    },
    places={
        **{path: path for path in ("instructions", "tools", "audio.output.speed")},
        **{f"audio.{way}.format": f"audio.{way}.format" for way in ("input", "output")},
        "audio.input.transcription.model": "audio.input.transcription",
        "turn_detection": "audio.input.turn_detection",
        "voice": "audio.output.voice",
    },
    read={"turn_detection": _null, "audio.input.transcription.model": lambda model: {"model": model}},
    shown={
        "turn_detection": lambda value: value or {"type": None},
        "audio.input.transcription.model": lambda value: value and value["model"],
    },
    response=frozenset({"modalities"}),
    assistant_part="text",
    codes={"": "invalid_event"},
    cumulative=True,
    untold=frozenset({"response.function_call_arguments.delta", "conversation.item.done"}),
)
HUGGINGFACE = Vendor(  # huggingface/speech-to-speech, src/speech_to_speech/api/openai_realtime/README.md and handlers/
    hears_hz=16_000,
    speaks_hz=16_000,
    greeting=("session.created",),
    confirms=False,
    events=APPEND | {"session.update", "conversation.item.create", "response.create", "response.cancel"},
    in_vain=frozenset({"conversation.item.truncate"}),
    session={
        "type": one_of("realtime"),
        "instructions": text,
        "tools": flat_tools,
        "audio.output.voice": text,
        "audio.input.turn_detection": _GA_TURNS,
        "audio.input.transcription": anything,
        "audio.input.noise_reduction": anything,
    },
    places={path: place for path, place in _GA_PLACES.items() if path != "audio.output.speed"},
    response=frozenset({"instructions", "tool_choice"}),
    untold=frozenset({"response.function_call_arguments.delta", "conversation.item.done"}),
    names={"conversation.item.added": "conversation.item.created"},
    codes={"": None, "conversation_already_has_active_response": "conversation_already_has_active_response"},
)
INWORLD = Vendor(  # docs.inworld.ai, "Realtime API: WebSocket"
    base="/api/v1",
    path="/realtime/session",
    query={"key": text, "protocol": one_of("realtime")},
    key=("authorization", "Basic "),
    greeting=("session.created",),
    session={
        "type": one_of("realtime"),
        "model": text,
        "instructions": text,
        "output_modalities": one_of(["audio", "text"], ["audio"], ["text"]),
        "audio.input.format": one_of({"type": "audio/pcm", "rate": 24_000}),
        "audio.output.format": one_of({"type": "audio/pcm", "rate": 24_000}),
        "audio.input.transcription.model": text,
        "audio.input.turn_detection": _GA_TURNS,
        "audio.output.voice": one_of("Sarah", "Clive"),
        "audio.output.model": text,
        "audio.output.speed": between(0.25, 1.5),
        "max_output_tokens": anything,
        "tools": flat_tools,
    },
    places={
        **{path: place for path, place in _GA_PLACES.items() if path != "audio.input.transcription"},
        **{f"audio.{way}.format": f"audio.{way}.format" for way in ("input", "output")},
        "audio.input.transcription.model": "audio.input.transcription",
        "model": "model",
    },
    read={"audio.input.transcription.model": lambda model: {"model": model}},
    shown={"audio.input.transcription.model": lambda value: value and value["model"]},
    response=frozenset({"modalities", "instructions"}),
    names_calls=False,
)
QWEN = Vendor(  # Alibaba Cloud Model Studio, "Client events" and "Server events" of the Qwen-Omni-Realtime API
    base="/api-ws/v1",
    hears_hz=16_000,
    greeting=("session.created",),
    events=EVERY - {"conversation.item.truncate", "conversation.item.delete"},
    session={
        "modalities": _both,
        "instructions": text,
        "voice": one_of("Cherry", "Chelsie", "Tina", "Ethan"),
        "input_audio_format": one_of("pcm"),
        "output_audio_format": one_of("pcm"),
        "input_audio_transcription.model": one_of("qwen3-asr-flash-realtime"),
        "turn_detection": turns(
            ("server_vad", "semantic_vad"), **{**_VAD, **_WHO, "silence_duration_ms": between(200, 6_000)}
        ),
        "enable_search": one_of(True, False),
        "temperature": between(0, 2),
        "tools": nested_tools,
    },
    places=_MODEL_ONLY_PLACES,
    read={
        "input_audio_format": _pcm,
        "output_audio_format": _pcm,
        "tools": _flat,
        "input_audio_transcription.model": lambda model: {"model": model},
    },
    shown={
        "input_audio_format": lambda _value: "pcm",
        "output_audio_format": lambda _value: "pcm",
        "tools": _nested,
        "input_audio_transcription.model": lambda value: value and value["model"],
    },
    response=frozenset({"instructions", "modalities"}),
    assistant_part="text",
    beta_names=True,
    codes={"": "invalid_value"},
)
ELEVENLABS = (
    Vendor(  # elevenlabs/skills "realtime": OpenAI's SDK unmodified; elevenlabs/packages: the address, its fields
        base="/v1/convai",
        greeting=("session.created",),
        session={
            "type": one_of("realtime"),
            "instructions": text,
            "output_modalities": one_of(["audio"], ["text"]),
            "audio.input.format": one_of({"type": "audio/pcm", "rate": 24_000}),
            "audio.output.format": one_of({"type": "audio/pcm", "rate": 24_000}),
            "audio.input.turn_detection": _GA_TURNS,
            "audio.input.transcription": anything,
            "audio.input.noise_reduction": anything,
            "audio.output.voice": text,
            "audio.output.speed": between(0.25, 1.5),
            "max_output_tokens": anything,
            "truncation": anything,
            "tools": flat_tools,
        },
        places={**_GA_PLACES, **{f"audio.{way}.format": f"audio.{way}.format" for way in ("input", "output")}},
        response=frozenset({"metadata", "tool_choice", "instructions"}),
    )
)
VOICE_LIVE = Vendor(  # learn.microsoft.com, "Voice Live API reference"
    base="/voice-live",
    query={"api-version": text, "model": text},
    key=("api-key", ""),
    session={
        "modalities": one_of(["text", "audio"], ["text"]),
        "instructions": text,
        "voice": lambda value: (
            "" if isinstance(value, dict) and value.get("type") in ("openai", "azure-standard") else "must be an object"
        ),
        "input_audio_format": one_of("pcm16"),
        "output_audio_format": one_of("pcm16"),
        "input_audio_sampling_rate": one_of(16_000, 24_000),
        "input_audio_echo_cancellation.type": one_of("server_echo_cancellation"),
        "input_audio_noise_reduction": one_of(
            None, *({"type": each} for each in ("near_field", "far_field", "azure_deep_noise_suppression"))
        ),
        "input_audio_transcription.model": one_of("azure-speech", "whisper-1", "mai-transcribe"),
        "turn_detection": _GA_TURNS,
        "max_response_output_tokens": anything,
        "temperature": anything,
        "tools": flat_tools,
    },
    places=_MODEL_ONLY_PLACES,
    read={
        "input_audio_format": _pcm,
        "output_audio_format": _pcm,
        "voice": _first("name"),
        "input_audio_transcription.model": lambda model: {"model": model},
    },
    shown={
        "input_audio_format": lambda _value: "pcm16",
        "output_audio_format": lambda _value: "pcm16",
        "voice": lambda name: {"type": "openai", "name": name},
        "input_audio_transcription.model": lambda value: value and value["model"],
    },
    response=frozenset({"modalities", "instructions", "tool_choice"}),
    assistant_part="text",
    beta_names=True,
)
VLLM = Vendor(  # docs.vllm.ai/projects/vllm-omni, "Realtime Audio WebSocket API"
    hears_hz=16_000,
    session={
        "type": one_of("realtime"),
        "instructions": text,
        "output_modalities": one_of(["audio"], ["text"]),
        "audio.input.turn_detection": turns(("server_vad",), **_VAD, **_WHO),
        "audio.input.noise_reduction": anything,
        "audio.output.voice": text,
        "max_output_tokens": anything,
        "tools": flat_tools,
    },
    places={
        path: place
        for path, place in _GA_PLACES.items()
        if path not in ("audio.input.transcription", "audio.output.speed")
    },
    response=frozenset({"metadata", "instructions", "tool_choice"}),
    codes={"": "invalid_request_error"},
    sound_field="audio",
    writes_down=False,
)
VLLM_24 = replace(
    VLLM,
    hears_hz=24_000,
    sound_field="delta",
    places={**VLLM.places, "audio.input.format": "audio.input.format", "audio.output.format": "audio.output.format"},
)
"""A later version: it has OpenAI's rate, and says so in its session."""

VENDORS: Mapping[DialectName, Vendor] = {
    "ga": _OpenAI(),
    "beta": BETA,
    "azure": AZURE,
    "xai": XAI,
    "huggingface": HUGGINGFACE,
    "inworld": INWORLD,
    "qwen": QWEN,
    "elevenlabs": ELEVENLABS,
    "voicelive": VOICE_LIVE,
    "vllm": VLLM,
}
