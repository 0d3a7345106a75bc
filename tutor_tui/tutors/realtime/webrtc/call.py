"""Our end of a WebRTC call: the learner's voice out, the tutor's in, events both ways. Needs aiortc, an extra."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from aiortc import RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from tutor_tui.core.problems import LinkLost
from tutor_tui.supervision import cancelled, watched
from tutor_tui.tutors.realtime.webrtc.mic_queue import MicQueue
from tutor_tui.webrtc.aiortc_patches import offering
from tutor_tui.webrtc.media import PacedTrack, pieces
from tutor_tui.webrtc.peer import EVENTS_CHANNEL, hang_up, new_peer, on_broken, reachable, silence, steady_sound

OPEN_WAIT_S = 10.0
"""How long a call may take to stand, once the server has answered."""


class _Ending(NamedTuple):
    """How a call can end."""

    title: str
    hint: str
    retry: bool = True


_BY_SOCKET = "Use --tutor openai: it talks to the same server over a WebSocket."
_NO_WAY = _Ending("No way for the sound to {host} is found: UDP seems to be blocked.", _BY_SOCKET, retry=False)
_NO_CHANNEL = _Ending("{host} takes the call, but not what we say to it.", _BY_SOCKET, retry=False)
_BROKEN = _Ending("The call to the tutor broke.", "Dialling again.")
_HUNG_UP = _Ending("The tutor's server hung up.", "Dialling again.")
_MUTE = _Ending("The tutor's voice has left the call.", "Dialling again.")

for _library in ("aiortc", "aioice"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below, they write what is said


@dataclass(frozen=True, slots=True, repr=False)
class Sound:
    """A piece of the tutor's voice: 24 kHz mono s16."""

    pcm: bytes


class WebRtcCall:
    """One call. What comes in is in `inbox`, in order: events as text, `Sound`, at last what ends it.

    That is a `LinkLost`, or a fault of a task that the call cannot do without.
    """

    def __init__(self, host: str, *, loopback: bool) -> None:
        self.mic_queue = MicQueue()
        self.inbox: asyncio.Queue[str | bytes | Sound | BaseException] = asyncio.Queue()
        self._host = host
        self._loopback = loopback
        self._peer = new_peer()
        self._peer.addTrack(PacedTrack(self.mic_queue.pull, self.inbox.put_nowait))
        self._peer.on("track", self._track_came)
        self._peer.on("connectionstatechange", self._state_changed)
        self._channel = self._peer.createDataChannel(EVENTS_CHANNEL)
        self._channel.on("open", self._opened)
        self._channel.on("message", self.inbox.put_nowait)
        self._channel.on("close", lambda: self._lose(_HUNG_UP))
        self._open = asyncio.Event()
        self._lost: LinkLost | None = None
        self._closing = False
        self._listening: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def dial(self, ask: Callable[[str], Awaitable[str]], open_wait_s: float = OPEN_WAIT_S) -> None:
        """Make an offer, have it answered by `ask`, wait until the call stands. Raises `LinkLost`."""
        with offering(loopback=self._loopback):
            await self._peer.setLocalDescription(await self._peer.createOffer())
        answer = await ask(self._peer.localDescription.sdp)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(reachable(answer), "answer"))
        except Exception:  # noqa: BLE001 - aiortc's parser and negotiation raise whatever a bad answer leads them to
            title = f"{self._host} answers the call with SDP that makes no sense."
            raise LinkLost(title, _BY_SOCKET, retry=False) from None
        steady_sound(self._peer)
        try:
            async with asyncio.timeout(open_wait_s):
                await self._open.wait()
        except TimeoutError:
            connected = self._peer.connectionState == "connected"
            raise self._why(_NO_CHANNEL if connected else _NO_WAY) from None
        if self._lost is not None:
            raise self._lost
        on_broken(self._peer, lambda: self._lose(_BROKEN))
        self._watching = watched(self._watch(), self.inbox.put_nowait, name="tutor call: watch")

    @property
    def lost(self) -> LinkLost | None:
        """What ended the call; none while it stands."""
        return self._lost

    def send(self, text: str) -> None:
        """Send an event; without effect when the call is over."""
        if self._channel.readyState == "open":
            self._channel.send(text)

    def _opened(self) -> None:
        self._open.set()

    def _track_came(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listening is None:
            self._listening = watched(self._listen(track), self.inbox.put_nowait, name="tutor call: the tutor's voice")

    async def _listen(self, track: MediaStreamTrack) -> None:
        async for piece in pieces(track):
            self.inbox.put_nowait(Sound(piece))
        self._lose(_MUTE)

    async def _watch(self) -> None:
        await silence(self._peer)
        self._lose(_BROKEN)

    def _state_changed(self) -> None:
        match self._peer.connectionState:
            case "failed":
                self._lose(_BROKEN if self._open.is_set() else _NO_WAY)
            case "closed":
                self._lose(_HUNG_UP)

    def _lose(self, why: _Ending) -> None:
        if self._closing or self._lost is not None:
            return
        self._lost = self._why(why)
        self.inbox.put_nowait(self._lost)
        self._open.set()  # nobody has to wait for it any more

    def _why(self, why: _Ending) -> LinkLost:
        return LinkLost(why.title.format(host=self._host), why.hint, retry=why.retry)

    async def close(self) -> None:
        """Hang up; about a second at most."""
        self._closing = True
        await cancelled(*filter(None, (self._listening, self._watching)))
        await hang_up(self._peer)
