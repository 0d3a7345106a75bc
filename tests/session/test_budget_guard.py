"""What a lesson may cost, in virtual time: when the learner is warned, when the tutor stops, and who goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tutor_tui.core import events as ev
from tutor_tui.core.budget import SpentBefore, standings
from tutor_tui.core.budget_settings import AtLimit, BudgetSettings
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import TurnState

FREE = Capabilities(costs_money=False, way="offline", ours=True)


def with_budget(body: Callable[[Room], Awaitable[None]], settings: BudgetSettings) -> None:
    def room() -> Room:
        made = Room()
        made.session.budget.settings = settings
        return made

    lesson_test(body, room)


def titles(room: Room) -> list[str]:
    lesson = room.session.lesson
    return [each.title for each in (*lesson.earlier, lesson.notice) if each]


def test_the_budget_nearest_to_its_end_comes_first() -> None:
    settings = BudgetSettings(lesson_usd=1.0, day_usd=2.0, month_usd=0.0)
    found = standings(settings, SpentBefore(today=1.5, this_month=9.0), 0.25)
    assert [(each.of_what, each.share) for each in found] == [("today", 0.875), ("this lesson", 0.25)]
    assert standings(BudgetSettings(), SpentBefore(9.0, 9.0), 9.0) == []


def test_the_learner_is_warned_once_when_four_fifths_are_spent() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.Usage(0.79))
        assert titles(room) == []
        await room.tell(ev.Usage(0.02))
        await room.tell(ev.Usage(0.02))
        assert titles(room) == ["81% of the budget for this lesson is spent: $0.810 of $1.00."]

    with_budget(body, BudgetSettings(lesson_usd=1.0))


def test_a_spent_budget_ends_the_conversation_when_the_sentence_was_heard() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.ReplyStarted("R"), ev.TutorTextDelta("A", "one two"), ev.TutorAudio("A", bytes(48_000)))
        await room.tell(ev.Usage(1.5), ev.TutorTextDone("A", "one two"), ev.TutorAudioDone("A"), ev.ReplyEnded("R"))
        assert room.session.lesson.linked, "it is still being heard"
        await asyncio.sleep(1.5)
        lesson = room.session.lesson
        assert lesson.failed is not None
        assert lesson.failed.title == "The budget for this lesson is spent: $1.50 of $1.00."
        assert lesson.failed.hint == "Raise it in the settings, under budget, or begin another lesson."
        assert lesson.turns[0].state is TurnState.DONE
        room.session.retry()
        await asyncio.sleep(0.1)
        assert len(room.tutor.links) == 1, "dialling again costs money, too"

    with_budget(body, BudgetSettings(lesson_usd=1.0))


def test_a_budget_that_is_raised_lets_the_learner_go_on() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.Usage(1.5))
        await asyncio.sleep(0.1)
        assert not room.session.lesson.linked
        room.session.budget.settings = BudgetSettings(lesson_usd=5.0)
        room.session.retry()
        await asyncio.sleep(0.1)
        assert len(room.tutor.links) == 2

    with_budget(body, BudgetSettings(lesson_usd=1.0))


def test_where_the_learner_wants_it_so_the_offline_tutor_goes_on() -> None:
    offline = FakeTutor(FREE)

    async def body(room: Room) -> None:
        room.session.fallback.make_offline_tutor = lambda: offline
        await room.reply()
        await room.tell(ev.Usage(2.5))
        await asyncio.sleep(2.0)
        assert room.session.tutor is offline
        assert "The budget for this month is spent: $2.50 of $2.00." in titles(room)
        offline.link.tell(ev.LinkReady("offline"), ev.Usage(0.0))
        await asyncio.sleep(0.1)
        assert room.session.lesson.linked, "what costs nothing is no matter of a budget"

    with_budget(body, BudgetSettings(month_usd=2.0, at_limit="offline"))


@pytest.mark.parametrize("at_limit", ["stop", "offline"])
def test_what_earlier_lessons_have_spent_counts_from_the_first_moment_on(at_limit: AtLimit) -> None:
    offline = FakeTutor(FREE)
    room = Room(PLAN)
    room.session.budget.settings = BudgetSettings(day_usd=2.0, at_limit=at_limit)
    room.session.budget.before = SpentBefore(today=2.0)
    room.session.fallback.make_offline_tutor = lambda: offline

    async def body(room: Room) -> None:
        await asyncio.sleep(0.1)
        assert room.tutor.links == [], "nobody who costs money was dialled"
        assert (room.session.tutor is offline) == (at_limit == "offline")
        assert (room.session.lesson.failed is None) == (at_limit == "offline")

    lesson_test(body, lambda: room)


def test_a_tutor_whose_price_nobody_knows_is_told_of() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.CostUnknown())
        assert titles(room) == ["This tutor's price is not known: your budget cannot count it."]

    with_budget(body, BudgetSettings(day_usd=1.0))


def test_without_a_budget_nothing_is_said_of_money() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.Usage(1_000.0))
        room.session.take(ev.CostUnknown())
        assert titles(room) == []
        assert room.session.lesson.linked

    with_budget(body, BudgetSettings())
