"""A server that repeats our key in what it says: the key is on no screen, in no line and in no recording."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.fakes import FakeSoundCard
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import PLAN, realtime
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.safe_text import printable
from tutor_tui.openai_api import failures
from tutor_tui.openai_api.services import CHAT, Service
from tutor_tui.plain.narrator import Narrator
from tutor_tui.session.session import Session
from tutor_tui.tutors.recording.recorder import RecordedTutor, RecordingFile

KEY = "sk-proj-4f8Hq2LmN7pRsT9vWxYz"
HALF_HIDDEN = "sk-proj-************WxYz"


async def _until(session: Session, condition: Callable[[Lesson], bool]) -> None:
    async with asyncio.timeout(20):
        async for lesson in session.watch:
            if condition(lesson):
                return


async def test_a_key_that_the_server_repeats_is_on_no_screen_and_in_no_recording(tmp_path: Path) -> None:
    file = tmp_path / "lesson.jsonl"
    reply = Reply(f"Your key is {KEY}.", tone(20))
    async with StrictServer(Behaviour(replies=[reply])) as server:
        session = Session(
            tutor=RecordedTutor(realtime(server, KEY), RecordingFile(file)), sound=FakeSoundCard(), plan=PLAN
        )
        running = asyncio.create_task(session.run())
        await _until(session, lambda lesson: lesson.replies == 1)
        for number, words in enumerate((f"Incorrect API key provided: {KEY}.", f"Refused: {HALF_HIDDEN} ({KEY})"), 1):
            await server.error("odd_error", words)
            await _until(session, lambda lesson: lesson.notice is not None and lesson.notice.number >= number)  # noqa: B023 - at once
        lesson = session.lesson
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    lines = Narrator(Capabilities()).tell(lesson)
    shown = [*lines, *(printable(turn.text) for turn in lesson.turns), str(lesson.notice), str(lesson.earlier)]
    recorded = file.read_text()
    for text in (*shown, recorded):
        assert KEY not in text
        assert HALF_HIDDEN not in text
    assert any("Your key is ••••" in text for text in shown)
    assert sum("••••" in json.dumps(json.loads(line), ensure_ascii=False) for line in recorded.splitlines()) >= 3


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_service_that_repeats_the_key_is_quoted_without_it(status: int) -> None:
    service = Service("https://chat.example/v1", "m", KEY)
    body = json.dumps({"error": {"message": f"No such thing for {KEY} or {HALF_HIDDEN}.", "code": "x"}}).encode()
    failure = failures.refused(CHAT, service, status, body)
    assert KEY not in str(failure)
    assert HALF_HIDDEN not in str(failure)
    assert KEY not in str(failures.broken(CHAT, service, httpx.ReadError(KEY)))
