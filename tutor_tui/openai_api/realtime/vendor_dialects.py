"""Other vendors' Realtime servers as rows of the dialect table, and the table of all dialects.

Written from the vendors' documentation, which each row names; none was tried on the real service, for want of keys and
machines. Where documentation is silent, a comment says so. What a server refuses of all this costs a lesson that one
setting and no more, see `tutors.realtime.conversation.session_updates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.endpoint import AuthStyle
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.server_dialects import (
    AZURE,
    BETA,
    FLAT_FIELDS,
    GA,
    OPENAI_VOICES,
    ServerDialect,
    Value,
    text_and_audio,
    voice_name,
)
from tutor_tui.openai_api.realtime.session_config import Path

# ---- how values are written -----------------------------------------------------------------------------------------


def _within(low: float, high: float) -> Value:
    """A number, brought inside the limits of these servers."""
    return lambda value: min(high, max(low, value))


def _turns(*kept: str, off: object = None, **limits: tuple[float, float]) -> Value:
    """The end of turns, with the fields that these servers have, inside their limits; `off` is how none is written."""

    def write(detection: Mapping[str, Any] | None) -> object:
        if detection is None:
            return off
        return {
            name: _within(*limits[name])(value) if name in limits else value
            for name, value in detection.items()
            if name in ("type", *kept)
        }

    return write


def _nested_tools(tools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tools as the Chat Completions API has them."""
    return [
        {"type": tool["type"], "function": {name: value for name, value in tool.items() if name != "type"}}
        for tool in tools
    ]


def _model_only(transcription: Mapping[str, Any]) -> dict[str, Any]:
    return {"model": transcription["model"]}


def _language_hint(transcription: Mapping[str, Any]) -> dict[str, Any]:
    return {"model": transcription["model"], "language_hint": transcription.get("language", "en")}


def _azure_voice(voice: object) -> dict[str, Any]:
    """Voice Live has OpenAI's voices, with OpenAI's models, and those of Azure's own speech service."""
    name = str(voice_name(voice))
    return {"type": "openai" if name in OPENAI_VOICES else "azure-standard", "name": name}


def _voices(one: str, other: str) -> dict[str, str]:
    """Stand-ins for OpenAI's voices, the higher ones and the lower ones."""
    lower = ("cedar", "ash", "ballad", "echo", "verse")
    return {voice: other if voice in lower else one for voice in OPENAI_VOICES}


_ITS_OWN = dict.fromkeys(OPENAI_VOICES, "")
_TRANSCRIBERS = (
    *("gpt-transcribe", "gpt-live-transcribe", "gpt-realtime-whisper"),
    *("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "whisper-1"),
)
_VAD = ("threshold", "prefix_padding_ms", "silence_duration_ms")
_WHO_ANSWERS = ("create_response", "interrupt_response")
_NO_PACE = "This server speaks at its own pace."
_NO_TRUNCATE = "What you stopped before you heard it, this server believes it has said."
_FORMATS = (conf.HEARD_FORMAT, conf.SPOKEN_FORMAT)
_AS_IT_IS: Mapping[Path, Path] = {
    path: path
    for path in (
        *(conf.MODALITIES, conf.INSTRUCTIONS, conf.TRANSCRIPTION, conf.TURN_DETECTION, conf.VOICE, conf.SPEED),
        *(conf.TOOLS, conf.MAX_TOKENS, *_FORMATS),
    )
}
"""GA's places of what most servers have."""


def _without(fields: Mapping[Path, Path], *left_out: Path) -> dict[Path, Path]:
    return {path: place for path, place in fields.items() if path not in left_out}


# ---- the rows -------------------------------------------------------------------------------------------------------

XAI = ServerDialect(
    "xai",
    tells="xAI's Grok Voice.",
    vendor="xAI",
    auth=AuthStyle(example_url="https://api.x.ai/v1"),
    base_url="https://api.x.ai/v1",
    hosts=("api.x.ai",),
    model="grok-voice-latest",
    configure_after="conversation.created",
    names_session_type=False,
    fields={
        **_without(_AS_IT_IS, conf.MODALITIES, conf.MAX_TOKENS),
        conf.VOICE: ("voice",),
        conf.TURN_DETECTION: ("turn_detection",),
    },
    values={
        conf.VOICE: voice_name,
        conf.SPEED: _within(0.7, 1.5),
        conf.TURN_DETECTION: _turns(*_VAD, off={"type": None}, threshold=(0.1, 0.9)),
        conf.TRANSCRIPTION: _language_hint,
    },
    instructions_limit=16_384,
    voices=_voices("eve", "rex"),
    transcribers=dict.fromkeys(_TRANSCRIBERS, "grok-transcribe"),  # with it, words come while they are said
    assistant_part="text",
    takes_response_params=False,
    lacks={
        "takes_eagerness": "Grok does not judge whether you sound finished: choose a fixed pause.",
        "holds": "Grok answers each pause that is long enough: it cannot be kept waiting.",
    },
    takes_calls=False,
)
"""docs.x.ai, "Voice Agent API" and its schema, docs.x.ai/voice-realtime.ws.json. It is billed by the minute, of
connection or of sound; xAI's page and those who resell it name different prices, and no event says what was used: no
sum that we could tell truly.
"""

HUGGINGFACE = ServerDialect(
    "huggingface",
    tells="Hugging Face's speech-to-speech.",
    auth=AuthStyle(example_url="ws://127.0.0.1:8765/v1"),
    base_url="ws://127.0.0.1:8765/v1",
    model="speech-to-speech",  # any name does: it has one model, chosen when it is started
    hears_hz=16_000,
    speaks_hz=16_000,
    confirms=False,
    # Who names no format is given its pipeline's own 16 kHz; some versions refuse any other than OpenAI's 24 kHz.
    fields=_without(_AS_IT_IS, conf.MODALITIES, conf.SPEED, conf.MAX_TOKENS, *_FORMATS),
    voices=_ITS_OWN,
    # Not in its list of events; a later version may have them, and does without.
    unknown_events=frozenset({"conversation.item.truncate", "conversation.item.delete", "input_audio_buffer.clear"}),
    takes_response_params=False,
    lacks={"truncates": _NO_TRUNCATE, "pace": _NO_PACE},
    takes_calls=False,
)
"""github.com/huggingface/speech-to-speech, src/speech_to_speech/api/openai_realtime/README.md."""

INWORLD = ServerDialect(
    "inworld",
    tells="Inworld's Realtime API.",
    vendor="Inworld",
    auth=AuthStyle(url_end="/v1", example_url="https://api.inworld.ai/api/v1", key_scheme="Basic "),
    base_url="https://api.inworld.ai/api/v1",
    hosts=("inworld.ai",),
    url="realtime/session?key={session_id}&protocol=realtime",
    model="openai/gpt-4o-mini",
    fields={**_AS_IT_IS, conf.MODEL: conf.MODEL},
    values={conf.MODALITIES: lambda _modalities: ["audio", "text"], conf.TRANSCRIPTION: _model_only},
    names_model=True,
    voices=_voices("Sarah", "Clive"),
    transcribers=dict.fromkeys(_TRANSCRIBERS, "inworld/inworld-stt-1"),  # the name is not on the pages we could read
    takes_response_params=False,
    takes_calls=False,  # it takes calls, at another address than OpenAI's
)
"""docs.inworld.ai, "Realtime API: WebSocket" and "Configuring Models"."""

QWEN = ServerDialect(
    "qwen",
    tells="Alibaba's Qwen-Omni-Realtime.",
    vendor="Alibaba Cloud",
    auth=AuthStyle(url_end="/api-ws/v1", example_url="https://WORKSPACE.ap-southeast-1.maas.aliyuncs.com/api-ws/v1"),
    base_url="https://dashscope-intl.aliyuncs.com/api-ws/v1",
    hosts=("aliyuncs.com",),
    model="qwen3.5-omni-plus-realtime",
    hears_hz=16_000,
    names_session_type=False,
    fields={
        **_without(FLAT_FIELDS, conf.NOISE_REDUCTION, conf.SPEED, conf.MAX_TOKENS),
        conf.HEARD_FORMAT: ("input_audio_format",),
        conf.SPOKEN_FORMAT: ("output_audio_format",),
    },
    values={
        conf.MODALITIES: text_and_audio,
        conf.VOICE: voice_name,
        conf.HEARD_FORMAT: lambda _format: "pcm",
        conf.SPOKEN_FORMAT: lambda _format: "pcm",
        conf.TURN_DETECTION: _turns(*_VAD, *_WHO_ANSWERS, silence_duration_ms=(200, 6_000)),  # no eagerness
        conf.TRANSCRIPTION: lambda _transcription: {"model": "qwen3-asr-flash-realtime"},  # there is no other
        conf.TOOLS: _nested_tools,
    },
    assistant_part="text",
    voices=_voices("Tina", "Ethan"),
    # Whether an item may be a text is documented for a tool's output only; typed lines and greetings are sent so.
    unknown_events=frozenset({"conversation.item.truncate", "conversation.item.delete"}),
    takes_response_params=False,
    lacks={"truncates": _NO_TRUNCATE, "pace": _NO_PACE},
    takes_calls=False,
)
"""Alibaba Cloud Model Studio, "Client events" and "Server events" of the Qwen-Omni-Realtime API. A key belongs to a
region: the one without an address is Singapore's. Beijing's is https://dashscope.aliyuncs.com/api-ws/v1.
"""

ELEVENLABS = ServerDialect(
    "elevenlabs",
    tells="ElevenLabs' Realtime.",
    vendor="ElevenLabs",
    auth=AuthStyle(url_end="/v1/convai", example_url="https://api.elevenlabs.io/v1/convai"),
    base_url="https://api.elevenlabs.io/v1/convai",
    hosts=("elevenlabs.io",),
    model="eleven_realtime_v1_mini",
    fields={path: path for path in (*_AS_IT_IS, conf.NOISE_REDUCTION, conf.TRUNCATION)},
    voices=_ITS_OWN,
    takes_calls=False,  # "WebSocket only"
)
"""github.com/elevenlabs/skills, "realtime": OpenAI's SDK works unmodified, with its session as it is today. The address
is that of github.com/elevenlabs/packages, WebSocketRealtimeConnection. Which settings have an effect is not documented.
"""

VOICE_LIVE = ServerDialect(
    "voicelive",
    tells="Azure's Voice Live.",
    auth=AuthStyle(
        url_end="/voice-live",
        example_url="https://RESOURCE.services.ai.azure.com/voice-live",
        key_header="api-key",
        key_scheme="",
    ),
    base_url="https://{RESOURCE}.services.ai.azure.com/voice-live",
    url="realtime?api-version=2026-04-10&model={model}",
    model="gpt-realtime",
    names_session_type=False,
    fields=_without(FLAT_FIELDS, conf.SPEED),
    values={
        conf.MODALITIES: text_and_audio,
        conf.VOICE: _azure_voice,
        conf.TRANSCRIPTION: _model_only,  # a language as well is taken by some of its models only
    },
    more={
        ("input_audio_format",): "pcm16",
        ("output_audio_format",): "pcm16",
        ("input_audio_sampling_rate",): 24_000,
        ("input_audio_echo_cancellation",): {"type": "server_echo_cancellation"},
    },
    assistant_part="text",
    transcribers=dict.fromkeys(_TRANSCRIBERS[:3], "azure-speech"),
    takes_response_params=False,
    lacks={"pace": _NO_PACE},
    takes_calls=False,
)
"""learn.microsoft.com, "Voice Live API reference" and "How to use the Voice Live API". It takes the tutor's voice out
of what the microphone hears, which helps where there are no headphones.
"""

VLLM = ServerDialect(
    "vllm",
    tells="vLLM-Omni.",
    auth=AuthStyle(example_url="ws://127.0.0.1:8000/v1"),
    base_url="ws://127.0.0.1:8000/v1",
    model="Qwen/Qwen3-Omni-30B-A3B-Instruct",
    hears_hz=16_000,
    # Versions differ: some want 16 kHz and say nothing; others want 24 kHz, say so, and refuse any other.
    fields=_without(_AS_IT_IS, conf.TRANSCRIPTION, conf.SPEED, *_FORMATS),
    voices=_ITS_OWN,
    takes_response_params=False,
    lacks={
        "takes_eagerness": "vLLM does not judge whether you sound finished: choose a fixed pause.",
        "learner_text": "vLLM does not write down what you say: it only hears it.",
        "pace": _NO_PACE,
    },
    takes_calls=False,
)
"""docs.vllm.ai/projects/vllm-omni, "Realtime Audio WebSocket API"."""

DIALECTS: Mapping[DialectName, ServerDialect] = {
    each.name: each for each in (GA, BETA, AZURE, XAI, HUGGINGFACE, INWORLD, QWEN, ELEVENLABS, VOICE_LIVE, VLLM)
}
"""By the name that the settings have for it."""


def owner_of(host: str) -> ServerDialect | None:
    """The vendor at whose own address `host` is; None for all others."""
    owned = ((each, end) for each in DIALECTS.values() for end in each.hosts)
    return next((each for each, end in owned if host == end or host.endswith(f".{end}")), None)
