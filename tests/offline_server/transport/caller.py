"""Who calls the offline server by WebRTC in tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from aiortc import RTCSessionDescription

from tests.offline_server.client import Event, judge_by_sdk
from tutor_tui.core import pcm
from tutor_tui.webrtc.aiortc_patches import offering
from tutor_tui.webrtc.media import PacedTrack, pieces
from tutor_tui.webrtc.peer import EVENTS_CHANNEL, hang_up, new_peer

SESSION = '{"type": "realtime", "model": "guide"}'


class Caller:
    """The other end, in a few lines. Every event it sees has passed the SDK's models."""

    def __init__(self) -> None:
        self.peer = new_peer()
        self.seen: list[Event] = []
        self.heard: list[bytes] = []
        self.to_say = bytearray()
        self.closed = asyncio.Event()
        self._news = asyncio.Event()
        self._looked_at = 0
        self.peer.addTrack(PacedTrack(self._pull))
        self.peer.on("track", self._track_came)
        self.channel = self.peer.createDataChannel(EVENTS_CHANNEL)
        self.channel.on("message", self._take)
        self.channel.on("close", self.closed.set)
        self._task: asyncio.Task[None] | None = None

    async def offer(self) -> str:
        with offering(loopback=True):
            await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await self.until("conversation.created")

    def _pull(self) -> bytes:
        piece = bytes(self.to_say[: pcm.FRAME_BYTES])
        del self.to_say[: pcm.FRAME_BYTES]
        return piece.ljust(pcm.FRAME_BYTES, b"\0")

    def _track_came(self, track: Any) -> None:
        self._task = asyncio.create_task(self._listen(track))

    async def _listen(self, track: Any) -> None:
        async for piece in pieces(track):
            self.heard.append(piece)

    def _take(self, text: str) -> None:
        event: Event = json.loads(text)
        judge_by_sdk(event)
        self.seen.append(event)
        self._news.set()

    def send(self, kind: str, **fields: Any) -> None:
        self.channel.send(json.dumps({"type": kind, **fields}))

    async def until(self, kind: str, timeout_s: float = 10) -> Event:
        """The next event of this type."""
        async with asyncio.timeout(timeout_s):
            while True:
                while self._looked_at < len(self.seen):
                    event = self.seen[self._looked_at]
                    self._looked_at += 1
                    if event["type"] == kind:
                        return event
                self._news.clear()
                await self._news.wait()

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.seen]

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await hang_up(self.peer)


@asynccontextmanager
async def caller() -> AsyncIterator[Caller]:
    made = Caller()
    try:
        yield made
    finally:
        await made.close()


def parts(offer: str, session: str = SESSION) -> Any:
    return {"sdp": (None, offer, "application/sdp"), "session": (None, session, "application/json")}


@asynccontextmanager
async def calling(
    client: httpx.AsyncClient, session: str = SESSION, query: str = ""
) -> AsyncIterator[tuple[Caller, httpx.Response]]:
    """A call that stands."""
    async with caller() as made:
        response = await client.post(f"/v1/realtime/calls{query}", files=parts(await made.offer(), session))
        assert response.status_code == 201, response.text
        await made.accept(response.text)
        yield made, response
