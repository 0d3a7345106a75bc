"""A lesson plan as session settings, and session settings as what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from tutor_tui.core import model_catalog, pcm
from tutor_tui.core.lesson_plan import Applied, LessonPlan
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolSpec
from tutor_tui.core.turn_detection import EAGERNESS, PushToTalk, SemanticVad, ServerVad, TurnDetection
from tutor_tui.openai_api.realtime.fields import mapping, number, text_or_none

Path: TypeAlias = tuple[str, ...]
Settings: TypeAlias = dict[Path, Any]
"""Session settings by path: each value is accepted or refused as one."""

MODEL: Path = ("model",)
INSTRUCTIONS: Path = ("instructions",)
VOICE: Path = ("audio", "output", "voice")
SPEED: Path = ("audio", "output", "speed")
TURN_DETECTION: Path = ("audio", "input", "turn_detection")
NOISE_REDUCTION: Path = ("audio", "input", "noise_reduction")
TRANSCRIPTION: Path = ("audio", "input", "transcription")
REASONING: Path = ("reasoning",)
TOOLS: Path = ("tools",)
MODALITIES: Path = ("output_modalities",)
HEARD_FORMAT: Path = ("audio", "input", "format")
SPOKEN_FORMAT: Path = ("audio", "output", "format")
MAX_TOKENS: Path = ("max_output_tokens",)
TEMPERATURE: Path = ("temperature",)
TRUNCATION: Path = ("truncation",)

NAMES: dict[Path, str] = {
    MODEL: "the model",
    INSTRUCTIONS: "the instructions",
    VOICE: "the voice",
    SPEED: "the speaking pace",
    TURN_DETECTION: "the turn taking",
    TRANSCRIPTION: "writing down what you say",
    TEMPERATURE: "the temperature",
}
"""What the learner chose, in words; a refusal of anything else is only counted."""

_PCM = {"type": "audio/pcm", "rate": pcm.RATE_HZ}
_FIXED: Settings = {
    MODALITIES: ["audio"],
    HEARD_FORMAT: _PCM,
    SPOKEN_FORMAT: _PCM,
    TRUNCATION: {
        "type": "retention_ratio",
        "retention_ratio": 0.8,
        "token_limits": {"post_instructions": 8_000},
    },
}
"""The same in every lesson. The truncation keeps long lessons cheap without losing the cache: see OpenAI's guide
"Managing costs" (developers.openai.com/api/docs/guides/realtime-costs).
"""


def settings_of(plan: LessonPlan, transcriber: str = model_catalog.DEFAULT_TRANSCRIBER) -> Settings:
    """Everything that `plan` asks of a session (API reference: `session.update`)."""
    noise = plan.noise_reduction
    return {
        **_FIXED,
        INSTRUCTIONS: plan.instructions,
        VOICE: voice_of(plan.voice),
        SPEED: plan.speed,
        MAX_TOKENS: plan.max_output_tokens,
        **({TEMPERATURE: plan.temperature} if plan.temperature else {}),
        TURN_DETECTION: _turn_detection(plan),
        NOISE_REDUCTION: {"type": noise} if noise else None,
        TRANSCRIPTION: _transcription(plan, transcriber),
        **({TOOLS: [tool_setting(spec) for spec in plan.tools]} if plan.tools else {}),
    }


def voice_of(name: str) -> str | dict[str, str]:
    """A voice as a session names it: custom ones go by their id."""
    return {"id": name} if name.startswith("voice_") else name


def tool_setting(spec: ToolSpec) -> dict[str, Any]:
    """A tool as a session lists it."""
    return {
        "type": "function",
        "name": spec.name,
        "description": spec.description,
        "parameters": dict(spec.parameters),
    }


def reasoning_of(model: str) -> Settings:
    """The setting that only reasoning models take: on any other it would lose every setting sent with it."""
    return {REASONING: {"effort": "low"}} if model_catalog.is_reasoning(model) else {}


def is_flat(session: Mapping[str, Any]) -> bool:
    """Whether a server's `session` object has the beta's shape, and only that."""
    return "input_audio_format" in session and "audio" not in session


def applied_of(session: Mapping[str, Any]) -> Applied:
    """What a server's `session` object says is in force, in the GA and in the beta shape; the rest stays None."""
    audio = mapping(session.get("audio"))
    heard, spoken = mapping(audio.get("input")), mapping(audio.get("output"))
    where = heard if "turn_detection" in heard else session
    voiced = spoken if "voice" in spoken else session
    speed = _figure(spoken.get("speed", session.get("speed")))
    return Applied(
        turn_detection=_detection_from(where["turn_detection"]) if "turn_detection" in where else None,
        voice=_voice_from(voiced.get("voice")),
        speed=speed,
        model=text_or_none(session, "model"),
    )


def rates_of(session: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """At which rates a server's `session` object says that it hears and speaks, in Hz; None where it does not say."""
    audio = mapping(session.get("audio"))
    said = (mapping(mapping(audio.get(way)).get("format")) for way in ("input", "output"))
    heard, spoken = (_rate(each) for each in said)
    return heard or _rate({"rate": session.get("input_audio_sampling_rate")}), spoken


_RATES_HZ = range(8_000, 192_001)


def _rate(audio_format: Mapping[str, Any]) -> int | None:
    """`rate` is OpenAI's name for it, `sample_rate` Alibaba's."""
    rate_hz = number(audio_format.get("rate")) or number(audio_format.get("sample_rate"))
    return int(rate_hz) if rate_hz and int(rate_hz) in _RATES_HZ else None


def _figure(value: object) -> float | None:
    """A setting between 0 and 2; a server that keeps it as a float32 says 0.30000001192 for 0.3."""
    figure = number(value)
    return None if figure is None else round(figure, 4)


def _voice_from(voice: object) -> str | None:
    """A voice's name: the custom ones of OpenAI come as {"id": …}, Azure's as {"name": …}."""
    if isinstance(voice, str):
        return well_formed(voice)
    return text_or_none(mapping(voice), "id") or text_or_none(mapping(voice), "name")


def _transcription(plan: LessonPlan, transcriber: str) -> dict[str, Any]:
    languages = list(dict.fromkeys(code for code in (plan.target_language, plan.native_language) if code))
    if model_catalog.takes_languages(transcriber):
        return {"model": transcriber, "languages": languages}
    return {"model": transcriber, "language": plan.target_language}


def _turn_detection(plan: LessonPlan) -> dict[str, Any] | None:
    # A server that is not to interrupt still answers by itself: asking it to would cost each answer a round trip.
    who_answers = {"create_response": plan.answers, "interrupt_response": plan.interrupts}
    match plan.turn_detection:
        case ServerVad(threshold, prefix_padding_ms, silence_duration_ms):
            return {
                "type": "server_vad",
                "threshold": threshold,
                "prefix_padding_ms": prefix_padding_ms,
                "silence_duration_ms": silence_duration_ms,
                **who_answers,
            }
        case SemanticVad(eagerness):
            return {"type": "semantic_vad", "eagerness": eagerness, **who_answers}
        case PushToTalk():
            return None


def _detection_from(value: object) -> TurnDetection | None:
    """Any reading that does not make sense is None: unknown."""
    match value:
        case None | False | {"type": None | "none"}:  # OpenAI, Azure's Voice Live, xAI
            return PushToTalk()
        case {"type": "semantic_vad", **rest}:
            eagerness = rest.get("eagerness", "auto")
            return next((SemanticVad(known) for known in EAGERNESS if known == eagerness), None)
        case {"type": "server_vad", **fields}:
            threshold = _figure(fields.get("threshold"))
            padding_ms = number(fields.get("prefix_padding_ms"))
            silence_ms = number(fields.get("silence_duration_ms"))
            if threshold is not None and padding_ms is not None and silence_ms is not None:
                return ServerVad(threshold, int(padding_ms), int(silence_ms))
    return None
