"""OpenAI's own client, on the strict server."""

from __future__ import annotations

import asyncio
import base64
from contextlib import AbstractAsyncContextManager
from typing import Any

from openai import AsyncOpenAI

from tests.support.strict_server import StrictServer, tone
from tutor_tui.core import pcm


def official_client(server: StrictServer) -> AbstractAsyncContextManager[AsyncOpenAI]:
    """The SDK, led to this server."""
    http_url = server.base_url.replace("ws://", "http://")
    return AsyncOpenAI(api_key="x", base_url=http_url, websocket_base_url=server.base_url)


async def spoken_turn(connection: Any) -> list[str]:
    """Say something; the kinds of all events up to the end of the answer."""
    await connection.input_audio_buffer.append(audio=base64.b64encode(tone(300) + pcm.silence(400)).decode())
    kinds: list[str] = []
    async with asyncio.timeout(5):
        async for event in connection:
            kinds.append(event.type)
            if event.type == "response.done":
                break
    return kinds
