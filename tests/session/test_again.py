"""The task of a lesson once more, at once, in virtual time."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from tests.session.kept_records import Kept
from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeSoundCard
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import realtime
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.problems import Problem
from tutor_tui.session.again import again_words, hold_again
from tutor_tui.session.session import Session


def lessons_of(journal: Kept) -> dict[str, LessonRecord]:
    """Each as it was put last."""
    return {each.id: each for each in journal.all(LessonRecord)}


def test_the_task_begins_anew_as_a_lesson_of_its_own_and_is_to_last_three_quarters_as_long() -> None:
    journal = Kept()

    def room() -> Room:
        made = Room(replace(PLAN, history=(HistoryLine("tutor", "What is your name?"),)))
        made.session.recorder.journal = journal
        return made

    async def body(room: Room) -> None:
        session = room.session
        with pytest.raises(Problem, match="nothing to do again yet"):
            hold_again(session)
        await asyncio.sleep(240 - session.elapsed_s)
        session.say("I am Anna.")
        first = session.recorder.lesson_id
        hold_again(session)
        assert (session.lesson.minutes, session.lesson.time_told) == (3, "")
        assert session.clock.elapsed_s == 0 and session.lesson.plan.history == ()
        assert "once more, in about 3 min" in session.lesson.plan.opening
        assert session.recorder.lesson_id == "", "nothing was said in it yet"
        assert session.recorder.first_run == first, "of which there is a report, should it stay so"
        with pytest.raises(Problem, match="nothing to do again yet"):
            hold_again(session)
        session.say("My name is Anna.")
        assert session.recorder.lesson_id not in ("", first)
        await asyncio.sleep(100)
        assert session.clock.elapsed_s == pytest.approx(100, abs=1)
        assert session.lesson.time_told == "half", "the clock runs from its own beginning"

    lesson_test(body, room)
    first, again = lessons_of(journal).values()
    assert first.ended_at == pytest.approx(first.began_at + 240, abs=1)
    assert (again.profile, again.continues) == (first.profile, "")


@pytest.mark.parametrize(
    ("held_s", "told"),
    [(5, "10 s"), (65, "50 s"), (67, "1 min"), (80, "1 min"), (82, "2 min"), (240, "3 min")],
)
def test_what_begins_is_told_with_how_long_it_is_to_take(held_s: float, told: str) -> None:
    async def body(room: Room) -> None:
        await asyncio.sleep(held_s - room.session.elapsed_s)
        room.session.say("I am Anna.")
        assert again_words(room.session, "In the café") == f"Once more: “In the café”, about {told}."
        assert again_words(room.session) == f"Once more: “{PLAN.profile}”, about {told}."

    lesson_test(body)


def test_a_drill_is_not_done_again() -> None:
    async def body(room: Room) -> None:
        room.session.say("far")
        room.session.take(ev.PlanWanted(replace(PLAN, drill="recall")))
        with pytest.raises(Problem, match="A drill is not done again"):
            hold_again(room.session)

    lesson_test(body)


async def test_a_cloud_tutor_begins_anew_on_a_connection_of_its_own_and_knows_what_it_asked() -> None:
    replies = [Reply("What is your name?", tone(100)), Reply("Nice!", tone(100))]
    async with StrictServer(Behaviour(replies=replies)) as server:
        session = Session(tutor=realtime(server), sound=FakeSoundCard(pace=20), plan=PLAN)
        task = asyncio.create_task(session.run())
        await turns(session, 1)
        session.say("I am Anna.")
        await turns(session, 3)
        hold_again(session)
        await turns(session, 4)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    sent = json.dumps([each.frame for each in server.received if each.connection == 1], ensure_ascii=False)
    assert "does the task of this lesson once more, in about 1 min" in sent
    assert "I am Anna." in sent, "what it asked the first time it can only know from that"
    assert session.lesson.turns[-1].text == "What is your name?", "and it begins with its first question"


async def turns(session: Session, count: int) -> None:
    """Wait until so many were said to their end."""
    async with asyncio.timeout(30):
        async for lesson in session.watch:
            if len(lesson.turns) >= count and lesson.phase is Phase.LISTENING:
                return
