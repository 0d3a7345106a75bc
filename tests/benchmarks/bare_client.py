"""The floor: the least that can hold a spoken conversation. PyAudio callbacks, one WebSocket, no screen, no lesson.

    python -m tests.benchmarks.bare_client --url ws://127.0.0.1:PORT/v1/realtime?model=M [--block-ms 20]

SIGUSR1 is its interrupt key. It prints `ready` when sound flows. What our own client costs beyond this is the price of
everything it can do more.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import signal
import threading
from collections.abc import Mapping

import pyaudio
from websockets.asyncio.client import ClientConnection, connect

RATE_HZ = 24_000
SESSION = {
    "type": "realtime",
    "output_modalities": ["audio"],
    "audio": {
        "input": {
            "format": {"type": "audio/pcm", "rate": RATE_HZ},
            "turn_detection": {"type": "server_vad", "threshold": 0.5, "silence_duration_ms": 700},
        },
        "output": {"format": {"type": "audio/pcm", "rate": RATE_HZ}, "voice": "marin"},
    },
}

Callback = tuple[bytes | None, int]


class BareClient:
    """A buffer for the tutor's voice, and how much of it went to the device."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.voice = bytearray()
        self.item_id = ""
        self.played_bytes = 0
        self.loop = asyncio.get_running_loop()
        self.microphone: asyncio.Queue[bytes] = asyncio.Queue()

    def on_microphone(self, sound: bytes | None, _frames: int, _times: Mapping[str, float], _flags: int) -> Callback:
        self.loop.call_soon_threadsafe(self.microphone.put_nowait, sound or b"")
        return None, pyaudio.paContinue

    def on_speaker(self, _sound: bytes | None, frames: int, _times: Mapping[str, float], _flags: int) -> Callback:
        with self.lock:
            piece = bytes(self.voice[: frames * 2])
            del self.voice[: frames * 2]
            self.played_bytes += len(piece)
        return piece.ljust(frames * 2, b"\0"), pyaudio.paContinue

    def stop(self) -> int | None:
        """Fall silent; how many ms were played, if there was something left to play."""
        with self.lock:
            rest = len(self.voice)
            self.voice.clear()
            return self.played_bytes // 48 if rest else None

    def play(self, item_id: str, piece: bytes) -> None:
        with self.lock:
            if item_id != self.item_id:
                self.item_id, self.played_bytes = item_id, 0
            self.voice += piece

    async def send_microphone(self, link: ClientConnection) -> None:
        while True:
            sound = base64.b64encode(await self.microphone.get()).decode()
            await link.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))

    async def interrupt(self, link: ClientConnection, *, cancel: bool) -> None:
        heard_ms = self.stop()
        if cancel:
            await link.send(json.dumps({"type": "response.cancel"}))
        if heard_ms is not None:
            truncate = {"item_id": self.item_id, "content_index": 0, "audio_end_ms": heard_ms}
            await link.send(json.dumps({"type": "conversation.item.truncate", **truncate}))

    async def follow(self, link: ClientConnection) -> None:
        async for raw in link:
            event = json.loads(raw)
            match event["type"]:
                case "response.output_audio.delta":
                    self.play(event["item_id"], base64.b64decode(event["delta"]))
                case "input_audio_buffer.speech_started":
                    await self.interrupt(link, cancel=False)


async def main() -> None:
    """Talk until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--block-ms", type=int, default=20)
    options = parser.parse_args()
    client = BareClient()
    async with connect(options.url, additional_headers={"Authorization": "Bearer test"}, compression=None) as link:
        await link.send(json.dumps({"type": "session.update", "session": SESSION}))
        while json.loads(await link.recv())["type"] != "session.updated":
            pass
        audio = pyaudio.PyAudio()
        form = {"format": pyaudio.paInt16, "channels": 1, "rate": RATE_HZ}
        form["frames_per_buffer"] = RATE_HZ * options.block_ms // 1000
        streams = (
            audio.open(**form, input=True, stream_callback=client.on_microphone),
            audio.open(**form, output=True, stream_callback=client.on_speaker),
        )
        jobs: set[asyncio.Task[None]] = set()

        def on_key() -> None:
            jobs.add(asyncio.create_task(client.interrupt(link, cancel=True)))

        client.loop.add_signal_handler(signal.SIGUSR1, on_key)
        print("ready", flush=True)
        try:
            await asyncio.gather(client.send_microphone(link), client.follow(link))
        finally:
            for stream in streams:
                stream.close()
            audio.terminate()


if __name__ == "__main__":
    asyncio.run(main())
