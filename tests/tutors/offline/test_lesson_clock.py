"""A lesson by the clock on our own server: the note goes over a socket, and the guide comes to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.fakes import FakeSoundCard
from tests.support.paths import LESSONS
from tests.tutors.helpers import PLAN, hurried
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.session.session import Session
from tutor_tui.tutors.offline.tutor import OfflineTutor

HURRY = "Our time is nearly over."


class AheadSession(Session):
    """Its clock can be put forward."""

    ahead_s = 0.0

    @property
    def elapsed_s(self) -> float:
        return super().elapsed_s + self.ahead_s


async def until(session: Session, condition: Callable[[Lesson], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition(session.lesson):  # noqa: ASYNC110 - the lesson is a value to look at
            await asyncio.sleep(0.01)


async def answered(session: Session, words: str) -> str:
    """What the guide says to typed words, once all of it has come."""
    replies = session.lesson.replies
    session.say(words)
    await until(session, lambda lesson: lesson.replies > replies)
    session.interrupt()
    await until(session, lambda lesson: lesson.phase is Phase.LISTENING)
    return session.lesson.turns[-1].text


@pytest.mark.slow
async def test_at_four_fifths_of_its_time_a_lesson_comes_to_its_last_question_and_closes() -> None:
    tutor = OfflineTutor(hurried())
    plan = replace(PLAN, offline_lesson="en-a1-likes", target_language="en", native_language="en", opening="Greet.")
    session = AheadSession(tutor=tutor, sound=FakeSoundCard(pace=20.0), plan=plan, minutes=15)
    running = asyncio.create_task(session.run())
    try:
        await until(session, lambda lesson: lesson.replies == 1)
        assert HURRY not in await answered(session, "I like music.")
        marks = [session.lesson.time_told]
        session.ahead_s = 12 * 60
        session.interrupt()
        assert [*marks, session.lesson.time_told] == ["", "close"]
        script = load_script("en-a1-likes", [LESSONS])
        last_question = await answered(session, "next")
        assert HURRY in last_question and script.steps[-1].say in last_question
        assert script.closing in await answered(session, "next")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await tutor.close()
