"""The bill: usage objects of replies and transcriptions as `Usage` events."""

from __future__ import annotations

from tutor_tui.core import model_catalog
from tutor_tui.core.events import Usage
from tutor_tui.openai_api.realtime.fields import count, mapping, number

_AUDIO_TOKENS_PER_S = 10
"""Input is one token per 100 ms (OpenAI's guide "Managing costs" of the Realtime API)."""


def reply_usage(model: str, usage: object) -> Usage | None:
    """What a reply cost (`usage` of `response.done`); None when it came without a bill."""
    if not isinstance(usage, dict):
        return None
    heard, spoken = mapping(usage.get("input_token_details")), mapping(usage.get("output_token_details"))
    cached = mapping(heard.get("cached_tokens_details"))
    text_in = count(heard, "text_tokens") if heard else count(usage, "input_tokens")
    audio_in = count(heard, "audio_tokens")
    cached_text = count(cached, "text_tokens") if cached else min(text_in, count(heard, "cached_tokens"))
    cached_audio = count(cached, "audio_tokens") if cached else count(heard, "cached_tokens") - cached_text
    tokens = model_catalog.Consumption(
        text_in=text_in,
        audio_in=audio_in,
        cached_text_in=cached_text,
        cached_audio_in=cached_audio,
        text_out=count(spoken, "text_tokens") if spoken else count(usage, "output_tokens"),
        audio_out=count(spoken, "audio_tokens"),
    )
    return Usage(model_catalog.cost_usd(model, tokens), count(usage, "input_tokens"), count(usage, "output_tokens"))


def transcription_usage(transcriber: str, usage: object) -> Usage | None:
    """What transcribing a turn cost (`usage` of `….transcription.completed`); None when it came without a bill."""
    match usage:
        case {"type": "duration", "seconds": seconds}:
            return Usage(_cost_of_sound(transcriber, number(seconds) or 0.0))
        case {"type": "tokens", **counts}:
            seconds = count(mapping(counts.get("input_token_details")), "audio_tokens") / _AUDIO_TOKENS_PER_S
            return Usage(
                _cost_of_sound(transcriber, seconds), count(counts, "input_tokens"), count(counts, "output_tokens")
            )
        case _:
            return None


def _cost_of_sound(transcriber: str, seconds: float) -> float:
    return model_catalog.cost_usd(transcriber, model_catalog.Consumption(seconds=seconds))
