"""A level that the tutor suggests, in virtual time: taken, left, or not decided, and never in the way of the talk."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import PLAN
from tests.session.tool_room import ToolRoom, tool_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.phase_text import UNNOTICED
from tutor_tui.core.standing_news import standing_news
from tutor_tui.core.tools import LevelSuggestion
from tutor_tui.core.tutor_commands import AnswerTools, Configure
from tutor_tui.session.level_question import DECIDE_S

A2 = LevelSuggestion("A2", "you used the past")


async def suggested(room: ToolRoom, *, spoken: bool = True) -> None:
    """The tutor has spoken, and suggested A2 in the same reply."""
    room.box.effects["note"] = A2
    await room.call("note", spoken=spoken)
    await asyncio.sleep(0.2)


def output(room: ToolRoom) -> tuple[str, bool]:
    """What the tutor was told last, and whether it is to speak about it."""
    last = [each for each in room.tutor.link.commands if isinstance(each, AnswerTools)][-1]
    return last.answers[-1].output, last.speak


def test_the_lesson_goes_on_while_the_question_stands() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room)
        assert room.session.lesson.suggestion == A2
        assert (room.phase(), room.answers()) == (Phase.LISTENING, [])
        assert room.session.lesson.plan.level == ""

    tool_test(body)


def test_taken_the_lesson_is_at_that_level_and_the_tutor_speaks_of_it() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room)
        room.session.level_question.decide(taken=True)
        await asyncio.sleep(0.01)
        lesson = room.session.lesson
        assert (lesson.plan.level, lesson.suggestion) == ("A2", None)
        assert lesson.notice is not None and lesson.notice.title == "The lesson goes on at level A2."
        assert [each.plan.level for each in room.commands() if isinstance(each, Configure)] == ["A2"]
        assert output(room) == ("The learner has taken it. Teach at A2 from now on.", True)
        room.session.level_question.decide(taken=False)
        assert room.session.lesson.plan.level == "A2", "a second key comes too late"

    tool_test(body)


def test_left_everything_stays_and_the_tutor_is_told() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room)
        room.session.level_question.decide(taken=False)
        await asyncio.sleep(0.01)
        assert (room.session.lesson.plan.level, room.session.lesson.suggestion) == ("", None)
        said, spoken = output(room)
        assert "leaves the level as it is" in said and spoken

    tool_test(body)


def test_without_a_decision_the_question_goes_on_waiting_and_the_tutor_says_nothing_of_it() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room)
        await asyncio.sleep(DECIDE_S)
        lesson = room.session.lesson
        assert (lesson.suggestion, lesson.suggestion_waits) == (A2, True)
        said, spoken = output(room)
        assert said.startswith("The learner has not decided") and not spoken
        news = standing_news(replace(lesson, unnoticed=True), room.tutor.capabilities, "")
        assert news[0].title == UNNOTICED, "what is more urgent comes first"
        assert any("suggests level A2" in each.title for each in news)
        room.session.level_question.decide(taken=True)
        assert (room.session.lesson.plan.level, room.session.lesson.suggestion) == ("A2", None)

    tool_test(body)


def test_a_tutor_that_said_nothing_beside_it_speaks_when_nothing_comes_of_it() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room, spoken=False)
        await asyncio.sleep(DECIDE_S)
        assert output(room)[1]

    tool_test(body)


def test_who_answers_the_tutor_instead_is_answered_once_and_can_still_take_it() -> None:
    async def body(room: ToolRoom) -> None:
        for say in ("by voice", "by key"):
            await suggested(room, spoken=say == "by voice")
            if say == "by voice":
                await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerTurnKept("U", None))
            else:
                room.session.say("I come from Busan.")
            await asyncio.sleep(0.01)
            said, spoken = output(room)
            assert "has said something" in said and not spoken
            assert room.session.lesson.suggestion == A2
            room.session.level_question.decide(taken=say == "by key")
        assert room.session.lesson.plan.level == "A2"

    tool_test(body)


def test_a_second_suggestion_beside_the_first_is_turned_down() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room)
        await room.call("note#2", spoken=True)
        assert output(room)[0].startswith("Not done")
        room.session.level_question.decide(taken=True)
        assert room.session.lesson.plan.level == "A2"

    tool_test(body)


def test_with_another_profile_the_question_is_void() -> None:
    async def body(room: ToolRoom) -> None:
        await suggested(room)
        room.session.change(replace(PLAN, profile="Spanish café", level="A1"))
        assert room.session.lesson.suggestion is None
        room.session.level_question.decide(taken=True)
        assert room.session.lesson.plan.level == "A1"

    tool_test(body)
