"""The realtime session of `openai-agents` as a program: what to do comes in as JSON lines, its own events go out.

    python agents_client.py URL KEY

Runs with packages of its own on the path, and imports nothing of ours.

In: `{"do": "type", "text": "…"}`, `{"do": "say", "file": "….wav"}` (24 kHz mono s16, spoken in real time by a
microphone that never stops), `{"do": "interrupt"}`. Out: one line per event, sound as a number of bytes.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
import wave
from typing import Any

from agents.realtime import RealtimeAgent, RealtimeRunner, RealtimeSession
from agents.tool import function_tool

FRAME_MS = 40
FRAME_BYTES = FRAME_MS * 48


@function_tool  # type: ignore[untyped-decorator] # its package is not in the environment that is checked
def note_correction(said: str, better: str, kind: str = "") -> str:
    """Write down what the learner said, and how it is said better."""
    return f"Noted: {better}"


AGENT: Any = RealtimeAgent(name="Tutor", instructions="Teach English.", tools=[note_correction])
SETTINGS: Any = {"model_settings": {"model_name": "guide"}, "tracing_disabled": True}
"""All else as it comes: semantic turn detection, voice, transcription."""


async def main(url: str, key: str) -> None:
    """Talk until standard input ends."""
    session = await RealtimeRunner(AGENT, config=SETTINGS).run(model_config={"url": url, "api_key": key})
    to_say: list[bytes] = []
    async with session:
        jobs = [asyncio.create_task(microphone(session, to_say)), asyncio.create_task(tell(session))]
        while line := await asyncio.to_thread(sys.stdin.readline):
            match json.loads(line):
                case {"do": "type", "text": text}:
                    await session.send_message(text)
                case {"do": "say", "file": file}:
                    with wave.open(file) as recording:
                        sound = recording.readframes(recording.getnframes())
                    to_say += [sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)]
                case {"do": "interrupt"}:
                    await session.interrupt()
        for job in jobs:
            job.cancel()


async def microphone(session: RealtimeSession, to_say: list[bytes]) -> None:
    """Speak in real time what there is to say, else silence."""
    began = time.monotonic()
    for count in itertools.count(1):
        await session.send_audio(to_say.pop(0) if to_say else bytes(FRAME_BYTES))
        await asyncio.sleep(began + count * FRAME_MS / 1000 - time.monotonic())


async def tell(session: RealtimeSession) -> None:
    """Print every event."""
    async for event in session:
        print(json.dumps({"type": event.type, **told(event)}), flush=True)


def item(one: Any) -> dict[str, Any]:
    """An item of the history, without its sound."""
    body: dict[str, Any] = one.model_dump()
    for part in body.get("content", ()):
        part.pop("audio", None)
    return body


def told(event: Any) -> dict[str, Any]:
    """What is worth knowing of an event."""
    match event.type:
        case "tool_start":
            return {"tool": event.tool.name, "arguments": event.arguments}
        case "tool_end":
            return {"tool": event.tool.name, "arguments": event.arguments, "output": str(event.output)}
        case "history_updated":
            return {"history": [item(one) for one in event.history]}
        case "audio":
            return {"item_id": event.item_id, "bytes": len(event.audio.data)}
        case "audio_interrupted":
            return {"item_id": event.item_id}
        case "error":
            return {"error": str(event.error)}
        case "raw_model_event" if event.data.type == "raw_server_event":
            return {"raw": {key: value for key, value in event.data.data.items() if key != "delta"}}
        case "raw_model_event" if event.data.type in ("error", "exception"):
            return {"fault": str(event.data)}
        case _:
            return {}


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
