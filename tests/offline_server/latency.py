"""How long the offline tutor thinks: from the end of a turn to the first sound on the wire.

    python -m tests.offline_server.latency [--turns 5]

The aims: 60 ms for an answer the grammar knows, 600 ms for free speech, the silence that ends the turn not
counted. The microphone speaks in real time, as it does in a lesson.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path

from tests.offline_server.client import Client, b64, dialled, served, speech
from tests.offline_server.http.test_sdk_client import LESSON
from tutor_tui.core import pcm
from tutor_tui.offline_server.backend import LocalBackend

FRAME_MS = 20
SILENCE_MS = 500


async def one_turn(port: int, recording: str) -> tuple[float, str]:
    """Milliseconds from the frame that ended the turn to the first delta, and what was understood."""
    async with dialled(port, "model=guide&lesson=cards") as client:
        vad = {"type": "server_vad", "silence_duration_ms": SILENCE_MS}
        await client.update(audio={"input": {"turn_detection": vad, "transcription": {"model": "gpt-transcribe"}}})
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        microphone = asyncio.create_task(_speak(client, speech(recording, SILENCE_MS + 1_500)))
        await client.until("input_audio_buffer.speech_stopped")
        stopped = time.perf_counter()
        await client.until("response.output_audio.delta")
        took_ms = (time.perf_counter() - stopped) * 1000
        await client.until("response.done")
        microphone.cancel()
        kind = "conversation.item.input_audio_transcription.completed"
        words = [event["transcript"] for event in client.seen if event["type"] == kind]
        return took_ms, words[-1] if words else ""


async def _speak(client: Client, sound: bytes) -> None:
    size = pcm.bytes_of(FRAME_MS)
    began = time.monotonic()
    for count, at in enumerate(range(0, len(sound), size), start=1):
        await client.send("input_audio_buffer.append", audio=b64(sound[at : at + size]))
        await asyncio.sleep(began + count * FRAME_MS / 1000 - time.monotonic())


async def measure(folder: Path, turns: int) -> None:
    """Print the medians."""
    (folder / "cards.toml").write_text(LESSON)
    async with served(LocalBackend([folder])) as port:
        for kind, recording in (
            ("expected", "cards-001.wav"),
            ("free", "austen-0880.wav"),
            ("free", "austen-0890.wav"),
        ):
            results = [await one_turn(port, recording) for _ in range(turns)]
            times = [took for took, _ in results]
            print(f"{kind:9} {recording}  median {statistics.median(times):4.0f} ms, worst {max(times):4.0f} ms")


if __name__ == "__main__":
    import tempfile

    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name), parser.parse_args().turns))
