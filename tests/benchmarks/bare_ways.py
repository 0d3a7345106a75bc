"""The floors: for each protocol the least that can hold one turn, and how long it takes from speech to first sound.

Each function dials, says `speech`, and returns the ms from the end of the speech to the first loud sample.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import time
import wave
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import httpx
import numpy as np
import soxr
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.turn import PATIENCE_S, Ear, Mouth, loud_at
from tutor_tui.core import pcm
from tutor_tui.webrtc.aiortc_patches import offering

TRACK_HZ = 48_000
SENTENCE_END = re.compile(r"[.!?](\s|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """A server of this machine, and what it calls a model."""

    port: int
    model: str
    key: str = field(default="test", repr=False)

    @property
    def http(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def socket(self) -> str:
        """The same for sockets."""
        return f"ws://127.0.0.1:{self.port}/v1"

    @property
    def headers(self) -> dict[str, str]:
        """Who we are."""
        return {"Authorization": f"Bearer {self.key}"}


def session(silence_ms: int) -> dict[str, Any]:
    """The settings of a conversation in which so much silence ends a turn."""
    sound = {"type": "audio/pcm", "rate": pcm.RATE_HZ}
    turns = {"type": "server_vad", "threshold": 0.5, "silence_duration_ms": silence_ms}
    heard = {"format": sound, "turn_detection": turns, "transcription": {"model": "gpt-transcribe"}}
    return {"type": "realtime", "output_modalities": ["audio"], "audio": {"input": heard, "output": {"format": sound}}}


# ---- a socket -------------------------------------------------------------------------------------------------------


async def by_socket(server: Address, speech: bytes, silence_ms: int) -> float:
    """One WebSocket, sound as base64."""
    url = f"{server.socket}/realtime?model={server.model}"
    async with connect(url, additional_headers=server.headers, compression=None, max_size=None) as line:

        async def append(frame: bytes) -> None:
            sound = base64.b64encode(frame).decode()
            await line.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))

        await line.send(json.dumps({"type": "session.update", "session": session(silence_ms)}))
        while json.loads(await line.recv())["type"] != "session.updated":
            pass
        mouth, ear = Mouth(speech), Ear()

        async def listen() -> None:
            async for raw in line:
                event = json.loads(raw)
                if event["type"] == "response.output_audio.delta":
                    ear.hear(base64.b64decode(event["delta"]))

        async with asyncio.TaskGroup() as tasks, mouth.speaking(append):
            listening = tasks.create_task(listen())
            took_ms = (await ear.first_s() - await mouth.ended_s()) * 1000
            listening.cancel()
        return took_ms


# ---- a call ---------------------------------------------------------------------------------------------------------


class _Voice(MediaStreamTrack):
    """Speech on a track, once it is told to begin."""

    kind = "audio"

    def __init__(self, speech: bytes) -> None:
        super().__init__()
        samples = np.frombuffer(speech, "<i2").astype(np.int16)
        whole: NDArray[np.int16] = soxr.resample(samples, pcm.RATE_HZ, TRACK_HZ)
        size = TRACK_HZ * pcm.FRAME_MS // 1000
        self._frames = np.pad(whole, (0, -len(whole) % size)).reshape(-1, size)
        loud = loud_at(whole.tobytes())
        assert loud is not None
        self._last = loud[1] // size
        self._sent = 0
        self._began_s = time.monotonic()
        self._first: int | None = None
        self.ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def speak(self) -> None:
        self._first = self._sent

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(max(0.0, self._began_s + self._sent * pcm.FRAME_MS / 1000 - time.monotonic()))
        at = -1 if self._first is None else self._sent - self._first
        samples = self._frames[at] if 0 <= at < len(self._frames) else np.zeros_like(self._frames[0])
        if at == self._last:
            self.ended.set_result(time.monotonic())
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = TRACK_HZ
        frame.pts = self._sent * samples.size
        frame.time_base = Fraction(1, TRACK_HZ)
        self._sent += 1
        return frame


async def by_call(server: Address, speech: bytes, silence_ms: int) -> float:
    """One WebRTC call with aiortc as it comes: its own buffer against jitter, nothing gathered, nothing mended."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    voice, ear = _Voice(speech), Ear(TRACK_HZ)
    peer.addTrack(voice)
    channel = peer.createDataChannel("oai-events")
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    jobs: list[asyncio.Task[None]] = []

    def opened() -> None:
        channel.send(json.dumps({"type": "session.update", "session": session(silence_ms)}))

    def told(raw: str) -> None:
        if json.loads(raw)["type"] == "session.updated" and not ready.done():
            ready.set_result(None)

    async def listen(track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, AudioFrame)
            channels = len(frame.layout.channels)
            ear.hear(frame.to_ndarray().reshape(-1, channels)[:, 0].astype("<i2").tobytes())

    channel.on("open", opened)
    channel.on("message", told)
    peer.on("track", lambda track: jobs.append(asyncio.create_task(listen(track))))
    try:
        with offering(loopback=True):
            await peer.setLocalDescription(await peer.createOffer())
        wanted = json.dumps({"type": "realtime", "model": server.model})
        parts = {
            "sdp": (None, peer.localDescription.sdp, "application/sdp"),
            "session": (None, wanted, "application/json"),
        }
        async with httpx.AsyncClient(headers=server.headers, trust_env=False) as http:
            answer = (await http.post(f"{server.http}/realtime/calls", files=parts)).raise_for_status()
        await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        await asyncio.wait_for(ready, PATIENCE_S)
        voice.speak()
        return (await ear.first_s() - await voice.ended) * 1000
    finally:
        for job in jobs:
            job.cancel()
        await peer.close()


# ---- three services -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Services:
    """Where to transcribe, chat and speak."""

    transcribe: Address
    chat: Address
    speak: Address
    speaks_by_realtime: bool = False


async def by_loop(services: Services, speech: bytes, silence_ms: int) -> float:
    """Record, transcribe, chat, speak, with httpx. The turn ends when exactly `silence_ms` of silence have passed, as
    the best of ears would notice it, or one who presses a key at once (0).
    """
    mouth, ear = Mouth(speech), Ear()
    recording = bytearray()

    async def record(frame: bytes) -> None:
        recording.extend(frame)

    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S))
        line = await stack.enter_async_context(_line(services.speak)) if services.speaks_by_realtime else None
        await stack.enter_async_context(mouth.speaking(record))
        ended_s = await mouth.ended_s()
        await asyncio.sleep(max(0.0, ended_s + silence_ms / 1000 - time.monotonic()))
        words = await _transcribed(http, services.transcribe, bytes(recording))
        sentence = await _first_sentence(http, services.chat, words)
        spoken = _read_aloud(line, sentence) if line else _spoken(http, services.speak, sentence)
        async with aclosing(spoken) as sounds:
            async for sound in sounds:
                ear.hear(sound)
                if loud_at(sound):
                    break
        return (await ear.first_s() - ended_s) * 1000


async def _transcribed(http: httpx.AsyncClient, server: Address, sound: bytes) -> str:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setparams((1, pcm.SAMPLE_BYTES, pcm.RATE_HZ, 0, "NONE", ""))
        wav.writeframes(sound)
    form = {"model": server.model, "language": "en"}
    url = f"{server.http}/audio/transcriptions"
    answer = await http.post(url, data=form, files={"file": ("turn.wav", file.getvalue())}, headers=server.headers)
    return str(answer.raise_for_status().json()["text"])


async def _first_sentence(http: httpx.AsyncClient, server: Address, words: str) -> str:
    body = {"model": server.model, "stream": True, "messages": [{"role": "user", "content": words}]}
    said = ""
    url = f"{server.http}/chat/completions"
    async with http.stream("POST", url, json=body, headers=server.headers) as answer:
        async for line in answer.aiter_lines():
            data = line.removeprefix("data: ")
            if data in ("", "[DONE]"):
                continue
            said += str(json.loads(data)["choices"][0]["delta"].get("content", ""))
            if end := re.search(r"[.!?]\s", said):
                return said[: end.start() + 1]
    return said


async def _spoken(http: httpx.AsyncClient, server: Address, sentence: str) -> AsyncGenerator[bytes, None]:
    body = {"model": server.model, "voice": "alloy", "input": sentence, "response_format": "pcm"}
    rest = b""
    async with http.stream("POST", f"{server.http}/audio/speech", json=body, headers=server.headers) as answer:
        async for piece in answer.aiter_bytes():
            whole = rest + piece
            yield whole[: len(whole) & ~1]
            rest = whole[len(whole) & ~1 :]


def _line(server: Address) -> connect:
    """A Realtime connection, opened before it is needed."""
    url = f"{server.socket}/realtime?model={server.model}"
    return connect(url, additional_headers=server.headers, compression=None, max_size=None)


async def _read_aloud(line: ClientConnection, sentence: str) -> AsyncGenerator[bytes, None]:
    message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": sentence}]}
    wish = {
        "conversation": "none",
        "input": [message],
        "instructions": "Read it aloud.",
        "output_modalities": ["audio"],
        "tools": [],
        "tool_choice": "none",
    }
    await line.send(json.dumps({"type": "response.create", "response": wish}))
    async for raw in line:
        event = json.loads(raw)
        if event["type"] == "response.output_audio.delta":
            yield base64.b64decode(event["delta"])
        if event["type"] == "response.done":
            return
