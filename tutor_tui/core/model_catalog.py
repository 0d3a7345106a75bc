"""The models we know, in one table: what they cost, whether they reason, when they are switched off.

Prices and dates are those of OpenAI's pricing and deprecations pages as of 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

DEFAULT_MODEL = "gpt-realtime-2.1-mini"
DEFAULT_TRANSCRIBER = "gpt-transcribe"
DEFAULT_CHAT_MODEL = "gpt-6-luna"
NO_TRANSCRIBERS = {
    "gpt-live-transcribe": "It refuses every way of ending turns, so a lesson would never hear that you have finished. "
    f"Use {DEFAULT_TRANSCRIBER}.",
}
"""Models that write down speech, but not that of a lesson: why, and the way out."""
DEFAULT_SPEECH_MODEL = DEFAULT_MODEL
"""Reads aloud over Realtime: what OpenAI recommends in place of its speech models over HTTP."""
HTTP_SPEECH_MODEL = "gpt-4o-mini-tts"
"""The name that most servers with OpenAI's HTTP API have for their voice."""
_PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """US dollars per million tokens of one kind."""

    fresh: float
    """Input that the service has not seen before."""
    cached: float
    """Input it still remembers."""
    output: float


_FREE = TokenPrice(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Price:
    """What a model is billed by; most use one or two of these."""

    text: TokenPrice = _FREE
    audio: TokenPrice = _FREE
    usd_per_minute: float = 0.0
    """Of sound, heard or spoken."""
    usd_per_million_characters: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """One model. `price` is None where no price is known to us."""

    name: str
    price: Price | None = None
    reasons: bool = False
    """Takes the `reasoning` setting; the others refuse it, and everything else in the same update."""
    takes_languages: bool = False
    """Takes a list of likely languages; older ones take a single `language`."""
    ends: date | None = None
    """The announced day on which it is switched off."""
    successor: str = ""
    """What to use instead, when it ends."""
    voices: frozenset[str] = frozenset()
    """The voices that it has; empty where we do not know."""


@dataclass(frozen=True, slots=True)
class Consumption:
    """What one request used, of whatever kind. Cached tokens are part of the input tokens of their kind."""

    text_in: int = 0
    audio_in: int = 0
    cached_text_in: int = 0
    cached_audio_in: int = 0
    text_out: int = 0
    audio_out: int = 0
    seconds: float = 0.0
    """Of sound, heard or spoken."""
    characters: int = 0
    """Of text read aloud."""


_TEXT_BIG = TokenPrice(fresh=4.00, cached=0.40, output=24.00)
_TEXT_OLD = TokenPrice(fresh=4.00, cached=0.40, output=16.00)
_TEXT_MINI = TokenPrice(fresh=0.60, cached=0.06, output=2.40)
_AUDIO_BIG = TokenPrice(fresh=32.00, cached=0.40, output=64.00)
_AUDIO_MINI = TokenPrice(fresh=10.00, cached=0.30, output=20.00)
_BIG, _OLD, _MINI = Price(_TEXT_BIG, _AUDIO_BIG), Price(_TEXT_OLD, _AUDIO_BIG), Price(_TEXT_MINI, _AUDIO_MINI)
_NEXT_BIG, _NEXT_MINI = "gpt-realtime-2.1", DEFAULT_MODEL
_PREVIEWS_ENDED = date(2026, 5, 7)
_SPEECH_ENDS = date(2027, 1, 6)
_CHAT_ENDS = {
    date(2026, 10, 23): "gpt-4.1-nano o4-mini o3-mini o1 gpt-4-turbo gpt-4 gpt-3.5-turbo",
    date(2026, 12, 11): "gpt-5 gpt-5-mini gpt-5-nano o3",
    date(2027, 1, 14): "gpt-4o gpt-4o-mini gpt-4.1 gpt-4.1-mini",
    date(2027, 4, 1): "gpt-5.1 gpt-5.4-nano",
}
"""Day → the chat models that are switched off on it."""
_REALTIME_ENDS = date(2027, 1, 20)
_WHISPER_ENDS = date(2027, 2, 26)


_VOICES_OF_ALL = frozenset({"alloy", "ash", "coral", "echo", "sage", "shimmer"})
_REALTIME_VOICES = _VOICES_OF_ALL | {"ballad", "cedar", "marin", "verse"}
_SPEECH_VOICES = _VOICES_OF_ALL | {"fable", "nova", "onyx"}
NEAREST_VOICE = {
    "marin": "coral",
    "nova": "coral",
    "cedar": "ash",
    "onyx": "ash",
    "verse": "ash",
    "ballad": "echo",
    "fable": "echo",
}
"""Voice that not every model has → one like it that every model has."""


def _per_minute(usd: float) -> Price:
    return Price(usd_per_minute=usd)


def _per_characters(usd_per_million: float) -> Price:
    return Price(usd_per_million_characters=usd_per_million)


def _speech(name: str, price: Price, voices: frozenset[str]) -> Model:
    return Model(name, price, ends=_SPEECH_ENDS, successor=DEFAULT_SPEECH_MODEL, voices=voices)


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        # Realtime: hear and speak
        Model(DEFAULT_MODEL, _MINI, reasons=True, voices=_REALTIME_VOICES),
        Model("gpt-realtime-2.1", _BIG, reasons=True, voices=_REALTIME_VOICES),
        Model("gpt-realtime-2", _BIG, reasons=True, voices=_REALTIME_VOICES),
        Model("gpt-realtime-1.5", _OLD, voices=_REALTIME_VOICES),
        Model("gpt-realtime", _OLD, ends=_REALTIME_ENDS, successor=_NEXT_BIG, voices=_REALTIME_VOICES),
        Model("gpt-realtime-2025-08-28", _OLD, ends=_REALTIME_ENDS, successor=_NEXT_BIG),
        Model("gpt-realtime-mini", _MINI, ends=_REALTIME_ENDS, successor=_NEXT_MINI, voices=_REALTIME_VOICES),
        Model("gpt-realtime-mini-2025-10-06", _MINI, successor=_NEXT_MINI),
        Model("gpt-realtime-mini-2025-12-15", _MINI, ends=_REALTIME_ENDS, successor=_NEXT_MINI),
        Model("gpt-4o-realtime-preview", _OLD, ends=_PREVIEWS_ENDED, successor=_NEXT_BIG),
        Model("gpt-4o-mini-realtime-preview", _MINI, ends=_PREVIEWS_ENDED, successor=_NEXT_MINI),
        # Transcription: write down what is said
        Model(DEFAULT_TRANSCRIBER, _per_minute(0.0045), takes_languages=True),
        Model("gpt-live-transcribe", _per_minute(0.017), takes_languages=True),
        Model("gpt-realtime-whisper", _per_minute(0.017)),
        Model("gpt-4o-transcribe", _per_minute(0.006), ends=_WHISPER_ENDS, successor=DEFAULT_TRANSCRIBER),
        Model("gpt-4o-mini-transcribe", _per_minute(0.003), ends=_WHISPER_ENDS, successor=DEFAULT_TRANSCRIBER),
        Model("whisper-1", _per_minute(0.006), ends=_WHISPER_ENDS, successor=DEFAULT_TRANSCRIBER),
        # Chat: answer in text
        Model(DEFAULT_CHAT_MODEL, Price(TokenPrice(fresh=0.10, cached=0.01, output=0.50))),
        Model("gpt-6-sol"),
        Model("gpt-6.1-sol"),
        Model("gpt-6.1-terra"),
        Model("gpt-6-astra"),
        Model("gpt-6.2-sol"),
        Model("gpt-6.2-astra"),
        *(
            Model(name, ends=ends, successor=DEFAULT_CHAT_MODEL)
            for ends, names in _CHAT_ENDS.items()
            for name in names.split()
        ),
        # Speech: read text aloud
        _speech(HTTP_SPEECH_MODEL, _per_minute(0.015), _REALTIME_VOICES | _SPEECH_VOICES),
        _speech("gpt-4o-mini-tts-2025-12-15", _per_minute(0.015), _REALTIME_VOICES | _SPEECH_VOICES),
        _speech("tts-1", _per_characters(15.0), _SPEECH_VOICES),
        _speech("tts-1-hd", _per_characters(30.0), _SPEECH_VOICES),
    )
}
"""By name; of each kind the recommended first."""


def has_price(model: str) -> bool:
    """Whether we know what `model` is billed by."""
    return (known := MODELS.get(model)) is not None and known.price is not None


def is_reasoning(model: str) -> bool:
    """Whether `model` takes the `reasoning` setting; unknown models are not asked."""
    return (known := MODELS.get(model)) is not None and known.reasons


def voice_for(model: str, wanted: str) -> str:
    """`wanted`, or a voice like it where `model` is known not to have it."""
    known = MODELS.get(model)
    if known is None or not known.voices or wanted in known.voices:
        return wanted
    return NEAREST_VOICE.get(wanted, wanted)


def is_realtime(model: str) -> bool:
    """Whether `model`, by its name, holds a Realtime conversation, and so can read aloud in one."""
    name = model.lower()
    return "realtime" in name and not any(other in name for other in ("whisper", "transcribe", "translate"))


def takes_languages(transcriber: str) -> bool:
    """Whether `transcriber` takes a list of likely languages; unknown ones get a single one."""
    return (known := MODELS.get(transcriber)) is not None and known.takes_languages


def shutdown_warning(model: str, today: date) -> str:
    """A sentence for the screen when `model` is going or gone; empty when there is nothing to warn of."""
    known = MODELS.get(model)
    if known is None or known.ends is None:
        return ""
    verb = "was" if known.ends <= today else "will be"
    return f"{model} {verb} switched off on {known.ends.isoformat()}; use {known.successor} instead."


def shutdown_warnings(names: Iterable[str], today: date) -> str:
    """The same for several models, in one sentence that fits on the screen."""
    ending = {known: known.ends for name in dict.fromkeys(names) if (known := MODELS.get(name)) and known.ends}
    if len(ending) < 2:
        return "".join(shutdown_warning(known.name, today) for known in ending)
    others = ", ".join(f"{known.successor} for {known.name}" for known in ending)
    return f"Models end, the first on {min(ending.values()).isoformat()}: in the settings choose {others}."


def cost_usd(model: str, used: Consumption) -> float:
    """What a request to `model` is billed in US dollars; 0 for models without a known price, such as local ones."""
    known = MODELS.get(model)
    if known is None or known.price is None:
        return 0.0
    price = known.price
    text = _token_cost(price.text, used.text_in, used.cached_text_in, used.text_out)
    audio = _token_cost(price.audio, used.audio_in, used.cached_audio_in, used.audio_out)
    sound = price.usd_per_minute * max(0.0, used.seconds) / 60
    return text + audio + sound + price.usd_per_million_characters * used.characters / _PER_MILLION


def _token_cost(price: TokenPrice, total_in: int, cached_in: int, out: int) -> float:
    """Cached tokens are a subset of the input; a report that says otherwise is not believed beyond the total."""
    cached = min(cached_in, total_in)
    return ((total_in - cached) * price.fresh + cached * price.cached + out * price.output) / _PER_MILLION
