"""The tutor that needs no network: our offline server, to which it talks GA like to any other, by socket or by call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.private_extensions import WantedLesson
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.offline.server_process import BUILT_IN, Child, OfflineServer
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor, require_extra
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

CAPABILITIES = Capabilities(
    semantic_vad=False,
    live_lesson=False,
    costs_money=False,
    tools=True,
    way="offline",
    ours=True,
    voices=False,
    leaves_interrupting=True,
    answer_wait_s=300.0,  # longer than its model may take, so that it is our server that says what is wrong
)


class OfflineTutor:
    """Holds all conversations on one server of its own."""

    def __init__(self, server: OfflineServer | None = None, *, by_call: bool = False) -> None:
        """Without a `server`: one with a guide, and ears for English. `by_call` talks to it over WebRTC; that raises
        `Problem` when the extra is not installed.
        """
        if by_call:
            require_extra()
        self.server = server or OfflineServer()
        """Ours; other tutors may share it."""
        self._by_call = by_call
        elsewhere = self.server.thinks_elsewhere
        able = replace(
            CAPABILITIES,
            hears=self.server.hears,
            hears_freely=self.server.hears_freely,
            ears=self.server.ears,
            takes_sounds_for_words=self.server.ears == BUILT_IN,
            scripted=self.server.scripted,
            costs_money=elsewhere,
            price_known=not elsewhere,
        )
        called = replace(able, way="webrtc", needs_truncation=False, reads_asides=False)
        self._capabilities = called if by_call else able

    @property
    def name(self) -> str:
        """For the header."""
        return "offline"

    @property
    def capabilities(self) -> Capabilities:
        """By ear what the server hears; every language by voice and in writing."""
        return self._capabilities

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        child = await self.server.running()
        try:
            async with self._tutor_at(child, plan).connect(plan) as link:
                yield link
        except LinkLost as lost:
            if await child.has_died():
                raise child.as_lost() from lost
            raise

    def _tutor_at(self, child: Child, plan: LessonPlan) -> Tutor:
        endpoint = RealtimeEndpoint(f"ws://127.0.0.1:{child.port}/v1", child.token)
        kind = WebRtcTutor if self._by_call else WebSocketTutor
        query = WantedLesson.of(plan).fields
        return kind(endpoint, "guide", capabilities=self._capabilities, query=query)

    async def close(self) -> None:
        """Stop the server; at most 2 s."""
        await self.server.close()
