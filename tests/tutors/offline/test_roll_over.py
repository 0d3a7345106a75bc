"""Our own server ends a conversation after an hour, as the service does: here after some seconds of real time."""

from __future__ import annotations

import asyncio

import pytest

from tests.offline_server.client import TOKEN, served
from tests.session.kept_records import Kept
from tests.session.room import PLAN
from tests.support.fakes import FakeSoundCard
from tutor_tui.core.lesson_records import EventRecord
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.session import roll_over
from tutor_tui.session.session import Session
from tutor_tui.testing.faulty_server import Faults, Faulty
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


async def test_another_conversation_takes_over_before_the_server_ends_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roll_over, "SHORTEST_S", 0.5)
    monkeypatch.setattr(roll_over, "LEAD_SHARE", 0.9)  # after 2 s; a busy machine has the others to open the next
    async with served(behaviour=Faulty(Faults(expire_after_s=20))) as port:
        endpoint = RealtimeEndpoint(f"ws://127.0.0.1:{port}/v1", TOKEN)
        session = Session(tutor=WebSocketTutor(endpoint, "guide"), sound=FakeSoundCard(), plan=PLAN)
        session.recorder.journal = kept = Kept()
        running = asyncio.create_task(session.run())
        try:
            async with asyncio.timeout(60):
                first = 0.0
                async for lesson in session.watch:
                    first = first or lesson.expires_at or 0.0
                    if first and lesson.linked and lesson.expires_at != first:
                        break
            assert session.lesson.turns, "it has greeted"
            assert session.lesson.notice is None
            assert [each.kind for each in kept.all(EventRecord)].count("Dialling") == 1, "nobody had to dial again"
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
