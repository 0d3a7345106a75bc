"""The tutor's voice: one request a sentence, sound as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.openai_api import failures, http_client
from tutor_tui.openai_api.services import SPEAK, Service

LONGEST_MS = 180_000
"""A piece of text takes seconds to say; a service that sends minutes is out of order."""
_OTHER_FORMATS = {b"RIFF": "WAV", b"ID3": "MP3", b"OggS": "Ogg", b"fLaC": "FLAC", b"{": "JSON", b"<": "HTML"}
"""How other files begin, for servers that ignore `response_format` and call everything audio."""


class SpeechClient:
    """Reads aloud over HTTP, one request a text."""

    def __init__(self, http: httpx.AsyncClient, service: Service) -> None:
        self._http = http
        self._service = service

    def prepare(self, plan: LessonPlan) -> None:
        """Nothing to open: connections are kept by the HTTP client."""

    def read(self, text: str, plan: LessonPlan) -> AsyncIterator[bytes]:
        """`text` as 24 kHz mono s16, in pieces of whole samples. Raises `ServiceFailure`, also when no sound comes."""
        return speak(self._http, self._service, text, plan)

    async def close(self) -> None:
        """Whoever made the HTTP client closes it."""


async def speak(http: httpx.AsyncClient, service: Service, text: str, plan: LessonPlan) -> AsyncIterator[bytes]:
    """`text` as 24 kHz mono s16, in pieces of whole samples. Raises `ServiceFailure`, also when no sound comes."""
    fields = {
        "model": service.model,
        "input": text,
        "voice": service.voice_of(plan.voice),
        "response_format": "pcm",
        "speed": None if plan.speed == 1.0 else plan.speed,
    }
    async with http_client.posted(http, SPEAK, service, json=service.with_options(fields)) as response:
        _check_kind(response)
        total, odd = 0, b""
        async for piece in response.aiter_bytes():
            if not total:
                _check_start(odd + piece)
            joined = odd + piece
            whole = len(joined) & ~1
            odd = joined[whole:]
            if whole:
                total += whole
                yield joined[:whole]
            if pcm.ms_of(total) > LONGEST_MS:
                raise failures.nonsense(SPEAK, "sound without end")
    if not total:
        raise failures.nonsense(SPEAK, "no sound")


def _check_kind(response: httpx.Response) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind.endswith("json"):
        raise failures.nonsense(SPEAK, f"{kind} instead of sound")


def _check_start(first: bytes) -> None:
    """Raises `ServiceFailure` when the sound begins as a file of another format does.

    Single characters are only believed with more text behind them: any sample may look like `{`.
    """
    for mark, name in _OTHER_FORMATS.items():
        if first.startswith(mark) and (len(mark) > 1 or (len(first) > 8 and first[:64].isascii())):
            raise failures.nonsense(SPEAK, f"{name} instead of raw PCM")
