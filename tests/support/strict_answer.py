"""An answer of the strict server: its item, its sound and words, and everything closed again."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr

from tutor_tui.core import pcm

if TYPE_CHECKING:
    from tests.support.strict_server import Reply
    from tests.support.strict_session import StrictSession


@dataclass(slots=True)
class Item:
    """What the server remembers of a line."""

    id: str
    role: str
    audio_bytes: int = 0
    """Of the tutor's voice, sent so far and not truncated."""
    spoken: bool = False


@dataclass(slots=True)
class Response:
    """A reply under way."""

    id: str
    metadata: dict[str, str] | None
    in_band: bool
    task: asyncio.Task[None] | None = None
    calls: list[Any] = field(default_factory=list)
    """The tool calls that `response.done` repeats."""
    reason: str = ""
    """Why it was cancelled: turn_detected or client_cancelled."""
    reads: str | None = None
    """Out of band: the text that it was given to read aloud; None to write."""


async def speak(session: StrictSession, response: Response, item: Item, reply: Reply) -> None:
    """Item, part, sound and words interleaved, and everything closed again."""
    where = {"response_id": response.id, "item_id": item.id, "output_index": 0, "content_index": 0}
    empty = {"id": item.id, "object": "realtime.item", "type": "message", "role": "assistant", "content": []}
    before = list(session.items)[-1] if session.items else None
    await session.tell("response.output_item.added", response_id=response.id, output_index=0, item=empty)
    if response.in_band:
        session.items[item.id] = item
        await session.tell("conversation.item.added", item=empty, previous_item_id=before)
    await session.tell("response.content_part.added", **where, part={"type": "audio", "transcript": ""})
    pieces = list(_pieces(session, _at_own_rate(session, reply.sound())))
    words = reply.text.split(" ")
    said = 0
    for number, piece in enumerate(pieces, 1):
        due = -(-len(words) * number // len(pieces))
        for word in words[said:due]:
            delta = f" {word}" if said else word
            said += 1
            await session.tell("response.output_audio_transcript.delta", **where, delta=delta)
        item.spoken = session.spoke = True
        item.audio_bytes += len(piece)
        await session.tell("response.output_audio.delta", **where, delta=base64.b64encode(piece).decode())
        await asyncio.sleep(session.behaviour.delta_gap_s)
    await session.tell("response.output_audio.done", **where)
    await session.tell("response.output_audio_transcript.done", **where, transcript=reply.text)
    await session.tell("response.content_part.done", **where, part={"type": "audio", "transcript": reply.text})
    if response.in_band:
        await session.tell("conversation.item.done", item=message(item, reply.text), previous_item_id=before)
    await session.tell(
        "response.output_item.done", response_id=response.id, output_index=0, item=message(item, reply.text)
    )


async def write(session: StrictSession, response: Response, item: Item, reply: Reply) -> None:
    """An out-of-band answer: text, and no conversation.item events."""
    where = {"response_id": response.id, "item_id": item.id, "output_index": 0, "content_index": 0}
    await session.tell("response.output_item.added", response_id=response.id, output_index=0, item={"id": item.id})
    await session.tell("response.output_text.delta", **where, delta=reply.text)
    await session.tell("response.output_text.done", **where, text=reply.text)


def _at_own_rate(session: StrictSession, sound: bytes) -> bytes:
    if session.vendor.speaks_hz == pcm.RATE_HZ:
        return sound
    samples = np.frombuffer(sound, "<i2").astype(np.int16)
    return bytes(soxr.resample(samples, pcm.RATE_HZ, session.vendor.speaks_hz).astype("<i2").tobytes())


def _pieces(session: StrictSession, sound: bytes) -> Iterator[bytes]:
    sizes = itertools.cycle(session.behaviour.delta_bytes)
    at = 0
    while at < len(sound):
        size = next(sizes)
        yield sound[at : at + size]
        at += size


def message(item: Item, text: str) -> dict[str, Any]:
    content = [{"type": "output_audio", "transcript": text}]
    return {"id": item.id, "object": "realtime.item", "type": "message", "role": "assistant", "content": content}


def described(response: Response, status: str, output: list[Any], **details: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": response.id,
        "object": "realtime.response",
        "status": status,
        "status_details": None,
        "output": output,
        "conversation_id": "conv_1" if response.in_band else None,
        "output_modalities": ["audio" if response.in_band or response.reads is not None else "text"],
        "metadata": response.metadata,
        "usage": None,
    }
    if response.reason:
        shown["status_details"] = {"type": status, "reason": response.reason}
    return shown | details
