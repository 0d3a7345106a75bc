"""The strict server in a process of its own, led by JSON lines, telling when each frame passed.

Commands (stdin, one JSON object a line): `{"do": "reply", "ms": 8000, "text": "…"}` makes the tutor speak a tone of
that length, `{"do": "tell", "events": […], "gap_ms": 50}` tells events as they stand. Notes (stdout): one JSON line
per frame with CLOCK_MONOTONIC seconds, which all processes of a machine share. Of an audio frame the note holds its
length and where its first loud sample is, never the sound.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import sys
import time
from typing import Any

from tests.benchmarks.sound import LOUD, TONE_HZ
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tutor_tui.core import pcm

DELTA_MS = 100
"""The size of the pieces in which the real service sends sound is not documented; captures show 50 to 400 ms."""

SHORT = Reply("Hello!", tone(400, TONE_HZ))


class NotingServer(StrictServer):
    """Notes every frame on stdout instead of in memory."""

    def note_received(self, connection: int, frame: Any) -> None:
        at = time.monotonic()
        if frame.get("type") == "input_audio_buffer.append":
            sound = pcm.samples_of(base64.b64decode(frame["audio"]))
            loud = next((i for i, sample in enumerate(sound) if abs(sample) >= LOUD), None)
            self._note(at, "in", frame, {"samples": len(sound), "loud_at": loud})
        else:
            self._note(at, "in", frame, {"audio_end_ms": frame.get("audio_end_ms")})

    def note_sent(self, connection: int, frame: dict[str, Any]) -> None:
        complaint = frame["error"] if frame["type"] == "error" else None
        self._note(time.monotonic(), "out", frame, {"error": complaint})

    def _note(self, at: float, way: str, frame: dict[str, Any], facts: dict[str, Any]) -> None:
        print(json.dumps({"at": at, "way": way, "type": frame.get("type"), "item": frame.get("item_id"), **facts}))
        sys.stdout.flush()


async def main() -> None:
    """Serve until stdin ends."""
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    behaviour = Behaviour(replies=[SHORT], delta_bytes=[pcm.bytes_of(DELTA_MS)], transcripts=["hello there"])
    async with NotingServer(behaviour) as server:
        print(json.dumps({"at": time.monotonic(), "way": "port", "type": str(server.port)}), flush=True)
        while line := await commands.readline():
            await _obey(server, json.loads(line))


async def _obey(server: StrictServer, command: dict[str, Any]) -> None:
    session = server.sessions[-1]
    if command["do"] == "reply":
        # Once only: what the learner says in between is answered by a short word.
        server.replies = itertools.chain(
            [Reply(command["text"], tone(command["ms"], TONE_HZ))], itertools.repeat(SHORT)
        )
        await session.respond({})
        return
    for event in command["events"]:
        await session.tell(**event)
        if command["gap_ms"]:
            await asyncio.sleep(command["gap_ms"] / 1000)


if __name__ == "__main__":
    asyncio.run(main())
