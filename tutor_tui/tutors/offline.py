"""The tutor that needs no network: our offline server, to which it talks GA like to any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.ports import TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.tutors.offline_server import OfflineServer
from tutor_tui.tutors.realtime.endpoints import Endpoint
from tutor_tui.tutors.realtime.websocket import RealtimeTutor

CAPABILITIES = Capabilities(
    hears=frozenset({"en"}),
    semantic_vad=False,
    live_lesson=False,
    costs_money=False,
    tools=True,
    way="offline",
    voices=False,
)


class OfflineTutor:
    """Holds all conversations on one server of its own."""

    def __init__(self, server: OfflineServer | None = None) -> None:
        """Without a `server`: one with a guide and pocketsphinx."""
        self._server = server or OfflineServer()
        self._capabilities = replace(CAPABILITIES, hears=self._server.hears)

    @property
    def name(self) -> str:
        """For the header."""
        return "offline"

    @property
    def capabilities(self) -> Capabilities:
        """English by ear, or every language with Whisper; every language by voice and in writing."""
        return self._capabilities

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        """See `core.ports.Tutor.connect`."""
        child = await self._server.running()
        query = {"lesson": plan.offline_lesson} if plan.offline_lesson else {}
        endpoint = Endpoint(f"ws://127.0.0.1:{child.port}/v1", child.token)
        tutor = RealtimeTutor(endpoint, "guide", capabilities=self._capabilities, query=query)
        try:
            async with tutor.connect(plan) as link:
                yield link
        except LinkLost as lost:
            if await child.has_died():
                raise child.as_lost() from lost
            raise

    async def close(self) -> None:
        """Stop the server; at most 2 s."""
        await self._server.close()
