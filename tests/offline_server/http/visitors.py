"""Who visits the HTTP side of the offline server in tests: OpenAI's SDK, and a browser."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from openai import AsyncOpenAI

from tests.offline_server.client import (
    TOKEN,
    served,
)
from tutor_tui.core import pcm

FORM = {"model": "pocketsphinx"}


def wav_of(sound: bytes, rate_hz: int = pcm.RATE_HZ, channels: int = 1, width: int = 2) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(sound)
    return buffer.getvalue()


@asynccontextmanager
async def sdk(tutoring: Any = None, **options: Any) -> AsyncIterator[AsyncOpenAI]:
    """The official client, on a server of its own."""
    async with served(tutoring, **options) as port, client_at(port) as client:
        yield client


def client_at(port: int, key: str = TOKEN) -> AsyncOpenAI:
    return AsyncOpenAI(api_key=key, base_url=f"http://127.0.0.1:{port}/v1", max_retries=0)


@asynccontextmanager
async def browser(tutoring: Any = None, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends what it is told to."""
    async with served(tutoring, **options) as port:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            yield client


def refused(response: httpx.Response, status: int) -> dict[str, Any]:
    """The error in a refusal, which has the service's shape."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].startswith("application/json")
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"].endswith(".")
    assert error["code"]
    return error
