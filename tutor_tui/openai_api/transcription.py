"""The learner's voice as text: one WAV file a turn."""

from __future__ import annotations

import io
import json
import wave
from dataclasses import dataclass, field
from typing import Any

import httpx

from tutor_tui.core import model_catalog, pcm
from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS
from tutor_tui.core.events import Usage
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.safe_text import well_formed
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.realtime.usage import transcription_usage
from tutor_tui.openai_api.services import TRANSCRIBE, Service

MOST_BYTES = 4 * 1024 * 1024
"""A longer transcription is none."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was understood."""

    text: str = field(repr=False)
    """Empty when nothing was."""
    languages: tuple[str, ...] = ()
    """What the service says it heard, lower case; empty where it does not say."""
    usage: Usage | None = None


async def transcribe(http: httpx.AsyncClient, service: Service, sound: bytes, plan: LessonPlan) -> Transcription:
    """What is said in `sound` (24 kHz mono s16). Raises `ServiceFailure`."""
    files = {"file": ("turn.wav", wav(sound), "audio/wav")}
    wanted = service.with_options({"model": service.model, **_language_fields(service.model, plan)})
    fields = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in wanted.items()}
    async with http_client.posted(http, TRANSCRIBE, service, data=fields, files=files) as response:
        body = await http_client.read(TRANSCRIBE, response, MOST_BYTES)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise failures.nonsense(TRANSCRIBE, "something that is not JSON") from None
    match answer:
        case {"text": str(text)}:
            seconds = pcm.ms_of(len(sound)) / 1000
            text = text[:MOST_TEXT_CHARACTERS]
            return Transcription(well_formed(text).strip(), _languages(answer), _usage(service.model, answer, seconds))
        case _:
            raise failures.nonsense(TRANSCRIBE, "JSON without a text in it")


def wav(sound: bytes) -> bytes:
    """`sound` as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(pcm.SAMPLE_BYTES)
        file.setframerate(pcm.RATE_HZ)
        file.writeframes(sound[: len(sound) & ~1])
    return buffer.getvalue()


def _language_fields(model: str, plan: LessonPlan) -> dict[str, Any]:
    """Newer models take a list of likely languages, all others one (API reference, "Create transcription")."""
    if model_catalog.takes_languages(model):
        wanted = dict.fromkeys(code for code in (plan.target_language, plan.native_language) if code)
        return {"languages[]": list(wanted)}
    return {"language": plan.target_language or None}


def _languages(answer: dict[str, Any]) -> tuple[str, ...]:
    """`languages` of the newer models, `language` of Whisper's servers; names and codes both occur."""
    said = answer.get("languages") or [answer.get("language")]
    if not isinstance(said, list):
        return ()
    codes = (each.get("code", each.get("language")) if isinstance(each, dict) else each for each in said)
    return tuple(code.lower() for code in codes if isinstance(code, str) and code)


def _usage(model: str, answer: dict[str, Any], seconds: float) -> Usage | None:
    """The bill that came, else the price of the sound's length; None where no price is known."""
    billed = transcription_usage(model, answer.get("usage"))
    cost = model_catalog.cost_usd(model, model_catalog.Consumption(seconds=seconds))
    return billed or (Usage(cost) if cost else None)
