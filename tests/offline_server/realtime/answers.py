"""Typing to the offline server and looking at its answer, for tests."""

from __future__ import annotations

from typing import Any

from tests.offline_server.client import (
    Client,
    Event,
    spoken_word,
)
from tutor_tui.core import pcm

GREET = {"metadata": {"kind": "greet"}}
GREETING = "Hello. What is your name."
SPOKEN = [spoken_word(0), pcm.silence(250), *(spoken_word(index) for index in range(4))]
LADDER = [
    "response.created",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
]


def first_of_each(kinds: list[str]) -> list[str]:
    return list(dict.fromkeys(kinds))


def typed(text: str, **fields: Any) -> Event:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **fields}


async def say(client: Client, text: str, **fields: Any) -> Event:
    """A typed turn, up to its `response.done`."""
    await client.send("conversation.item.create", item=typed(text))
    done = await client.ask("response.create", "response.done", response=fields)
    response: Event = done["response"]
    return response


def text_of(response: Event) -> str:
    part = response["output"][0]["content"][0]
    text: str = part.get("transcript") or part.get("text")
    return text
