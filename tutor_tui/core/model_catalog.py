"""The models we know: what they cost, whether they reason, when they are switched off. One table each.

Prices and dates are those published by OpenAI as of 2026-11-21 (reference/protocol.md §2.5, §2.6 and §5.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

DEFAULT_MODEL = "gpt-realtime-2.1-mini"
DEFAULT_TRANSCRIBER = "gpt-transcribe"
_PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars per million tokens of one kind."""

    fresh: float
    """Input that the service has not seen before."""
    cached: float
    """Input it still remembers."""
    output: float


@dataclass(frozen=True, slots=True)
class RealtimeModel:
    """A model that holds spoken conversations."""

    name: str
    text: Rate
    audio: Rate
    reasons: bool = False
    """Takes the `reasoning` setting; the others refuse it, and everything else in the same update."""
    ends: date | None = None
    """The announced day on which it is switched off."""
    successor: str = ""
    """What to use instead, when it ends."""


@dataclass(frozen=True, slots=True)
class Transcriber:
    """A model that writes down what the learner said."""

    name: str
    usd_per_minute: float
    takes_languages: bool = False
    """Takes a list of likely languages; older ones take a single `language`."""
    ends: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model that answers in text: the middle of the turn-based loop."""

    name: str
    text: Rate | None = None
    """None where no price is known to us."""
    ends: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """A model that reads text aloud over HTTP."""

    name: str
    usd_per_minute: float = 0.0
    usd_per_million_characters: float = 0.0
    ends: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one reply, by kind. Cached tokens are part of the input tokens of their kind, not added to them."""

    text_in: int = 0
    audio_in: int = 0
    cached_text_in: int = 0
    cached_audio_in: int = 0
    text_out: int = 0
    audio_out: int = 0


_TEXT_BIG = Rate(fresh=4.00, cached=0.40, output=24.00)
_TEXT_OLD = Rate(fresh=4.00, cached=0.40, output=16.00)
_TEXT_MINI = Rate(fresh=0.60, cached=0.06, output=2.40)
_AUDIO_BIG = Rate(fresh=32.00, cached=0.40, output=64.00)
_AUDIO_MINI = Rate(fresh=10.00, cached=0.30, output=20.00)
_SHUTDOWN_2027 = date(2027, 1, 20)
_GONE_4O = date(2026, 5, 7)
_BIG, _MINI = "gpt-realtime-2.1", "gpt-realtime-2.1-mini"

REALTIME_MODELS: dict[str, RealtimeModel] = {
    model.name: model
    for model in (
        RealtimeModel(_MINI, _TEXT_MINI, _AUDIO_MINI, reasons=True),
        RealtimeModel(_BIG, _TEXT_BIG, _AUDIO_BIG, reasons=True),
        RealtimeModel("gpt-realtime-2", _TEXT_BIG, _AUDIO_BIG, reasons=True),
        RealtimeModel("gpt-realtime-1.5", _TEXT_OLD, _AUDIO_BIG),
        RealtimeModel("gpt-realtime", _TEXT_OLD, _AUDIO_BIG, ends=_SHUTDOWN_2027, successor=_BIG),
        RealtimeModel("gpt-realtime-2025-08-28", _TEXT_OLD, _AUDIO_BIG, ends=_SHUTDOWN_2027, successor=_BIG),
        RealtimeModel("gpt-realtime-mini", _TEXT_MINI, _AUDIO_MINI, ends=_SHUTDOWN_2027, successor=_MINI),
        RealtimeModel("gpt-realtime-mini-2025-10-06", _TEXT_MINI, _AUDIO_MINI, successor=_MINI),
        RealtimeModel("gpt-realtime-mini-2025-12-15", _TEXT_MINI, _AUDIO_MINI, ends=_SHUTDOWN_2027, successor=_MINI),
        RealtimeModel("gpt-4o-realtime-preview", _TEXT_OLD, _AUDIO_BIG, ends=_GONE_4O, successor=_BIG),
        RealtimeModel("gpt-4o-mini-realtime-preview", _TEXT_MINI, _AUDIO_MINI, ends=_GONE_4O, successor=_MINI),
    )
}
"""By name, the recommended first."""

_WHISPER_ENDS = date(2027, 2, 26)

TRANSCRIBERS: dict[str, Transcriber] = {
    model.name: model
    for model in (
        Transcriber("gpt-transcribe", 0.0045, takes_languages=True),
        Transcriber("gpt-live-transcribe", 0.017, takes_languages=True),
        Transcriber("gpt-realtime-whisper", 0.017),
        Transcriber("gpt-4o-transcribe", 0.006, ends=_WHISPER_ENDS, successor=DEFAULT_TRANSCRIBER),
        Transcriber("gpt-4o-mini-transcribe", 0.003, ends=_WHISPER_ENDS, successor=DEFAULT_TRANSCRIBER),
        Transcriber("whisper-1", 0.006, ends=_WHISPER_ENDS, successor=DEFAULT_TRANSCRIBER),
    )
}
"""By name, the recommended first."""

DEFAULT_CHAT_MODEL = "gpt-6-luna"
DEFAULT_SPEECH_MODEL = "gpt-4o-mini-tts"
_CHAT_ENDS = date(2027, 1, 14)
_SPEECH_ENDS = date(2027, 1, 6)
_NO_SUCCESSOR = "--tutor openai, or a speech server of your own,"

CHAT_MODELS: dict[str, ChatModel] = {
    model.name: model
    for model in (
        ChatModel(DEFAULT_CHAT_MODEL, Rate(fresh=0.10, cached=0.01, output=0.50)),
        ChatModel("gpt-4o", ends=_CHAT_ENDS, successor=DEFAULT_CHAT_MODEL),
        ChatModel("gpt-4o-mini", ends=_CHAT_ENDS, successor=DEFAULT_CHAT_MODEL),
        ChatModel("gpt-4.1", ends=_CHAT_ENDS, successor=DEFAULT_CHAT_MODEL),
        ChatModel("gpt-4.1-mini", ends=_CHAT_ENDS, successor=DEFAULT_CHAT_MODEL),
    )
}
"""By name, the recommended first (protocol.md §2.6, §5.3)."""

SPEECH_MODELS: dict[str, SpeechModel] = {
    model.name: model
    for model in (
        SpeechModel(DEFAULT_SPEECH_MODEL, usd_per_minute=0.015, ends=_SPEECH_ENDS, successor=_NO_SUCCESSOR),
        SpeechModel("tts-1", usd_per_million_characters=15.0, ends=_SPEECH_ENDS, successor=_NO_SUCCESSOR),
        SpeechModel("tts-1-hd", usd_per_million_characters=30.0, ends=_SPEECH_ENDS, successor=_NO_SUCCESSOR),
    )
}
"""By name, the recommended first. All end without a successor over HTTP (protocol.md §7.3)."""


def is_reasoning(model: str) -> bool:
    """Whether `model` takes the `reasoning` setting; unknown models are not asked."""
    known = REALTIME_MODELS.get(model)
    return known is not None and known.reasons


def shutdown_warning(model: str, today: date) -> str:
    """A sentence for the screen when `model` is going or gone; empty when there is nothing to warn of."""
    known = _known(model)
    if known is None or known.ends is None:
        return ""
    verb = "was" if known.ends <= today else "will be"
    return f"{model} {verb} switched off on {known.ends.isoformat()}; use {known.successor} instead."


def shutdown_warnings(names: Iterable[str], today: date) -> str:
    """The same for several models, in one sentence that fits on the screen."""
    ending = {name: known.ends for name in names if (known := _known(name)) and known.ends}
    if len(ending) < 2:
        return "".join(shutdown_warning(name, today) for name in ending)
    days = ", ".join(f"{name} on {day.isoformat()}" for name, day in ending.items())
    return f"These models are switched off: {days}."


def _known(model: str) -> RealtimeModel | Transcriber | ChatModel | SpeechModel | None:
    tables = (REALTIME_MODELS, TRANSCRIBERS, CHAT_MODELS, SPEECH_MODELS)
    return next((table[model] for table in tables if model in table), None)


def cost_usd(model: str, usage: TokenUsage) -> float:
    """What a reply of `model` is billed; 0 for models without a known price, such as local ones."""
    known = REALTIME_MODELS.get(model)
    if known is None:
        return 0.0
    text = _cost(known.text, usage.text_in, usage.cached_text_in, usage.text_out)
    return text + _cost(known.audio, usage.audio_in, usage.cached_audio_in, usage.audio_out)


def transcription_cost_usd(model: str, seconds: float) -> float:
    """What writing down `seconds` of speech is billed; 0 for models without a known price."""
    known = TRANSCRIBERS.get(model)
    return known.usd_per_minute * max(0.0, seconds) / 60 if known else 0.0


def chat_cost_usd(model: str, tokens_in: int, cached_in: int, tokens_out: int) -> float:
    """What a chat completion is billed; 0 for models without a known price. Cached tokens are part of those in."""
    known = CHAT_MODELS.get(model)
    return _cost(known.text, tokens_in, cached_in, tokens_out) if known and known.text else 0.0


def speech_cost_usd(model: str, characters: int, seconds: float) -> float:
    """What reading `characters` aloud for `seconds` is billed; 0 for models without a known price."""
    known = SPEECH_MODELS.get(model)
    if known is None:
        return 0.0
    return known.usd_per_minute * seconds / 60 + known.usd_per_million_characters * characters / _PER_MILLION


def _cost(rate: Rate, total_in: int, cached_in: int, out: int) -> float:
    """Cached tokens are a subset of the input; a report that says otherwise is not believed beyond the total."""
    cached = min(cached_in, total_in)
    return ((total_in - cached) * rate.fresh + cached * rate.cached + out * rate.output) / _PER_MILLION
