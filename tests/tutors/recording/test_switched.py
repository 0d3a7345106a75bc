"""A lesson in which the learner chose another tutor: one recording, which plays back whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.session.room import PLAN
from tests.support.fakes import FakeSoundCard
from tests.support.virtual_time import in_virtual_time
from tests.tutors.recording.helpers import CALL, HEADER, file_of
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import Problem
from tutor_tui.session.session import Session
from tutor_tui.testing.scripted_tutor import ScriptedTutor, Step, Until, learner_says, tutor_says
from tutor_tui.tutors.recording.format import line
from tutor_tui.tutors.recording.player import ReplayedTutor
from tutor_tui.tutors.recording.recorder import RecordedTutor, RecordingFile

FIRST: list[Step] = [
    Until(cmd.Greet),
    *tutor_says("Hello there!", "t1"),
    *learner_says("good morning", "l1", "t1"),
    *tutor_says("Well said.", "t2", "l1"),
]
SECOND: list[Step] = [*learner_says("are you the other one", "l2"), *tutor_says("I am.", "t3", "l2")]


@asynccontextmanager
async def lesson_with(tutor: Tutor) -> AsyncIterator[Session]:
    session = Session(tutor=tutor, sound=FakeSoundCard(), plan=PLAN)
    running = asyncio.create_task(session.run())
    try:
        yield session
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(session: Session, condition: Callable[[Lesson], bool]) -> None:
    async with asyncio.timeout(600):
        while not condition(session.lesson):  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0.05)


def said(lesson: Lesson) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in lesson.turns]


@pytest.mark.parametrize("speed", [1.0, 8.0])
def test_a_lesson_of_two_tutors_is_one_recording_and_plays_back_whole(speed: float, tmp_path: Path) -> None:
    file = tmp_path / "lesson.jsonl"

    async def main() -> None:
        log = RecordingFile(file)
        here = RecordedTutor(ScriptedTutor(FIRST, name="cloud", pace=0.02), log)
        there = RecordedTutor(
            ScriptedTutor(SECOND, name="offline", pace=0.02, capabilities=Capabilities(costs_money=False)), log
        )
        async with lesson_with(here) as session:
            await until(session, lambda lesson: lesson.replies == 2 and not lesson.sounding)
            session.switch(there)
            await until(session, lambda lesson: lesson.replies == 3 and not lesson.sounding)
            turns = said(session.lesson)
        await asyncio.gather(here.close(), there.close())
        replayed = ReplayedTutor(file, speed)
        assert replayed.name == "recording of cloud"
        async with lesson_with(replayed) as session:
            async with asyncio.timeout(600):
                await replayed.over.wait()
            await asyncio.sleep(1)
            assert said(session.lesson) == turns
            assert [text for _, text in turns][-1] == "I am."
            assert session.tutor.name == "recording of offline"
            assert not session.tutor.capabilities.costs_money
            assert session.lesson.dialling == 0
            notices = [session.lesson.notice, *session.lesson.earlier]
            assert [notice.title for notice in notices if notice] == ["The recording is over."]

    in_virtual_time(main())


def test_the_file_stays_open_until_the_last_tutor_is_closed(tmp_path: Path) -> None:
    async def main() -> None:
        log = RecordingFile(tmp_path / "lesson.jsonl")
        first, second = (RecordedTutor(ScriptedTutor([]), log) for _ in range(2))
        await first.close()
        assert not log.is_closed
        await second.close()
        assert log.is_closed

    in_virtual_time(main())


def test_a_call_of_another_tutor_has_to_say_which(tmp_path: Path) -> None:
    odd = line({"t": 0, "call": {"profile": "English", "tutor": "offline", "capabilities": 5}})
    with pytest.raises(Problem, match="line 3: the tutor of the call is not described"):
        ReplayedTutor(file_of(tmp_path, HEADER, CALL, odd))


def test_a_recording_whose_calls_have_no_end_plays_them_all(tmp_path: Path) -> None:
    """So the calls stand when the learner has chosen another profile, and a new connection was opened for it."""

    def words(item: str, text: str, t_s: float) -> bytes:
        events = [ev.ItemPlaced(item, None, "tutor"), ev.TutorTextDone(item, text)]
        return b"".join(line({"t": t_s, "event": event}) for event in events)

    later = CALL.replace(b'"t":0', b'"t":5')
    file = file_of(tmp_path, HEADER, CALL, words("a", "One.", 1), later, words("b", "Two.", 6))

    async def main() -> None:
        replayed = ReplayedTutor(file)
        async with lesson_with(replayed) as session:
            async with asyncio.timeout(60):
                await replayed.over.wait()
            assert [text for _, text in said(session.lesson)] == ["One.", "Two."]
            assert 6 <= session.elapsed_s < 7

    in_virtual_time(main())
