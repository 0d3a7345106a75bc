"""Who teaches while the learner's own tutor is away, and that it comes back when asked. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import Applied, HistoryLine
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.session.fallback import DOWN_S

OFFLINE = Capabilities(costs_money=False, way="offline", ours=True)
DROPPED = LinkLost("The line dropped.", retry=True)
NO_NETWORK = LinkLost("No network.", "Check it.", retry=True)
REFUSED = LinkLost("The key is refused.", "Make a new one.", retry=False, final=True)


class AwayRoom(Room):
    """With an offline tutor that goes on, if the learner wants that."""

    def __init__(self, *, wanted: bool = True, capabilities: Capabilities | None = None) -> None:
        super().__init__(replace(PLAN, level="A2", speed=0.8), capabilities)
        self.offline = FakeTutor(OFFLINE)
        self.session.fallback.setting = "offline" if wanted else "none"
        self.session.fallback.make_offline_tutor = lambda: self.offline

    @property
    def teaches(self) -> str:
        return "offline" if self.session.tutor is self.offline else "own"

    async def fail(self, s: float) -> None:
        """The line drops, and cannot be opened for so long."""
        self.tutor.refusals = [NO_NETWORK] * 100
        await self.tell(DROPPED)
        await asyncio.sleep(s)

    def told(self) -> list[str]:
        lesson = self.session.lesson
        return [f"{each.title} {each.hint}" for each in (*lesson.earlier, lesson.notice) if each]


def away(body: Callable[[AwayRoom], Awaitable[None]], room: Callable[[], AwayRoom] = AwayRoom) -> None:
    async def main() -> None:
        here = room()
        async with here.lesson():
            await here.reply(text="What did you do?", ms=100)
            await asyncio.sleep(1)
            await body(here)

    in_virtual_time(main())


def test_the_offline_tutor_goes_on_when_the_line_was_down_for_twenty_seconds_in_all() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(DOWN_S - 1)
        assert room.teaches == "own"
        assert room.tutor.attempts > 3
        await asyncio.sleep(2)
        assert room.teaches == "offline"
        assert room.phase() is not Phase.CONNECTING
        plan = room.offline.link.plan
        assert plan.history == (HistoryLine("tutor", "What did you do?"),)
        assert (plan.level, plan.speed, plan.profile) == ("A2", 0.8, PLAN.profile)
        assert room.told()[-1] == (
            "Your tutor has been out of reach for 20 s. The offline tutor goes on; ‹offline› goes back to your own."
        )

    away(body)


def test_nobody_dials_the_learners_own_tutor_meanwhile() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(DOWN_S + 1)
        attempts = room.tutor.attempts
        await asyncio.sleep(600)
        assert room.tutor.attempts == attempts
        assert room.teaches == "offline"

    away(body)


def test_it_comes_back_when_asked_with_all_that_was_said_meanwhile() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(DOWN_S + 1)
        room.offline.link.tell(ev.LearnerTextDone("U", "I went home."), ev.TutorTextDone("B", "Good."))
        await asyncio.sleep(0.1)
        room.session.set_turn_detection(PRESETS["patient"])
        room.tutor.refusals = []
        assert room.session.fallback.come_back()
        await asyncio.sleep(0.1)
        assert room.teaches == "own"
        assert room.session.lesson.linked
        plan = room.tutor.link.plan
        assert [line.text for line in plan.history] == ["What did you do?", "I went home.", "Good."]
        assert (plan.level, plan.speed, plan.turn_detection) == ("A2", 0.8, PRESETS["patient"])
        await asyncio.sleep(2 * DOWN_S)
        assert room.teaches == "own"
        assert not room.session.fallback.come_back(), "it is there"

    away(body)


def test_what_the_offline_tutor_confirmed_is_not_told_of_the_own_one_that_cannot_be_reached() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(DOWN_S + 1)
        room.offline.link.tell(ev.LinkReady("guide"), ev.PlanApplied(Applied(voice="Alan")))
        await asyncio.sleep(0.1)
        assert room.session.lesson.applied.model == "guide"
        assert room.session.fallback.come_back()
        await asyncio.sleep(1)
        assert not room.session.lesson.linked
        assert room.session.lesson.applied == Applied()

    away(body)


def test_who_asks_too_early_is_given_as_long_again() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(DOWN_S + 1)
        room.session.fallback.come_back()
        await asyncio.sleep(DOWN_S - 1)
        assert room.teaches == "own"
        await asyncio.sleep(2)
        assert room.teaches == "offline"
        assert room.session.fallback.come_back(), "and again"

    away(body)


def test_another_tutor_that_is_chosen_has_all_of_the_time() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(DOWN_S - 1)
        other = FakeTutor()
        other.connect_s = 5.0
        room.session.switch(other)
        await asyncio.sleep(6)
        assert room.session.tutor is other
        assert room.session.lesson.linked

    away(body)


def test_it_comes_back_though_the_offline_tutor_was_never_there() -> None:
    async def body(room: AwayRoom) -> None:
        room.offline.connect_s = 3_600.0
        await room.fail(2 * DOWN_S)
        room.tutor.refusals = []
        room.tutor.connect_s = 1.0
        assert room.session.fallback.come_back()
        await asyncio.sleep(2)
        assert room.teaches == "own"
        assert room.session.lesson.linked

    away(body)


def test_a_line_that_comes_back_in_time_begins_the_count_anew() -> None:
    async def body(room: AwayRoom) -> None:
        for _ in range(3):
            await room.fail(DOWN_S / 2)
            room.tutor.refusals = []
            room.session.retry()
            await asyncio.sleep(1)
            assert room.session.lesson.linked
        assert room.teaches == "own"

    away(body)


def test_a_lesson_that_never_gets_a_line_begins_offline() -> None:
    async def main() -> None:
        room = AwayRoom()
        room.tutor.refusals = [NO_NETWORK] * 100
        async with room.lesson():
            await asyncio.sleep(DOWN_S + 1)
            assert room.teaches == "offline"
            assert room.session.lesson.linked

    in_virtual_time(main())


def test_an_attempt_that_hangs_is_given_up_for_it() -> None:
    async def body(room: AwayRoom) -> None:
        room.tutor.connect_s = 3_600.0
        await room.tell(DROPPED)
        await asyncio.sleep(DOWN_S + 1)
        assert room.teaches == "offline"
        assert room.session.lesson.linked

    away(body)


def test_a_refusal_that_no_attempt_cures_is_told_and_the_offline_tutor_goes_on_at_once() -> None:
    async def body(room: AwayRoom) -> None:
        await room.tell(REFUSED)
        await asyncio.sleep(0.1)
        assert room.teaches == "offline"
        assert room.session.lesson.failed is None
        assert room.told() == [
            "The key is refused. Make a new one. The offline tutor goes on; ‹offline› goes back to your own."
        ]

    away(body)


@pytest.mark.parametrize("lost", [DROPPED, REFUSED], ids=["dropped", "refused"])
def test_nobody_goes_on_where_that_is_not_wanted(lost: LinkLost) -> None:
    async def body(room: AwayRoom) -> None:
        room.tutor.refusals = [NO_NETWORK] * 100
        await room.tell(lost)
        await asyncio.sleep(10 * DOWN_S)
        assert room.teaches == "own"
        assert (room.session.lesson.failed is not None) == (lost is REFUSED)

    away(body, lambda: AwayRoom(wanted=False))


def test_the_setting_counts_as_it_is_then() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(2 * DOWN_S)
        assert room.teaches == "own"
        room.session.fallback.setting = "offline"
        await asyncio.sleep(10)
        assert room.teaches == "offline"

    away(body, lambda: AwayRoom(wanted=False))


def test_a_refusal_that_comes_when_it_has_been_long_enough_is_the_reason_that_is_told() -> None:
    async def body(room: AwayRoom) -> None:
        await room.fail(2 * DOWN_S)
        room.tutor.refusals = [REFUSED]
        room.session.fallback.setting = "offline"
        room.session.retry()
        await asyncio.sleep(0.1)
        assert room.teaches == "offline"
        assert room.session.lesson.failed is None
        assert [each for each in room.told() if not each.startswith(("The line dropped.", "No network."))] == [
            "The key is refused. Make a new one. The offline tutor goes on; ‹offline› goes back to your own."
        ]

    away(body, lambda: AwayRoom(wanted=False))


def test_a_budget_that_is_to_stop_the_lesson_stops_it() -> None:
    """What a lesson may cost is the learner's own decision, and no tutor that is away."""

    async def body(room: AwayRoom) -> None:
        room.session.budget.settings = BudgetSettings(lesson_usd=1.0, at_limit="stop")
        await room.tell(ev.Usage(2.0))
        await asyncio.sleep(2 * DOWN_S)
        assert room.teaches == "own"
        assert room.session.lesson.failed is not None

    away(body, lambda: AwayRoom(capabilities=Capabilities(costs_money=True)))


@pytest.mark.parametrize("lost", [DROPPED, REFUSED], ids=["dropped", "refused"])
def test_where_there_is_no_offline_tutor_either_the_learner_is_told_why_once(lost: LinkLost) -> None:
    def nobody() -> FakeTutor:
        raise Problem("No model is named.", "Set one.", ExitCode.USAGE)

    async def body(room: AwayRoom) -> None:
        room.session.fallback.make_offline_tutor = nobody
        room.tutor.refusals = [NO_NETWORK] * 100
        await room.tell(lost)
        told = 0
        for _ in range(60):
            await asyncio.sleep(1)
            told = max(told, room.told().count("No model is named. Set one."))
        assert told == 1
        assert (room.session.lesson.failed is not None) == (lost is REFUSED)
        assert lost is DROPPED or "The key is refused. Make a new one." in room.told()

    away(body)


@pytest.mark.parametrize("able", [Capabilities(listens=False), OFFLINE], ids=["recording", "offline"])
def test_nobody_takes_over_from_a_recording_or_from_the_offline_tutor_itself(able: Capabilities) -> None:
    async def body(room: AwayRoom) -> None:
        own = room.session.tutor
        await room.fail(10 * DOWN_S)
        assert room.session.tutor is own

    away(body, lambda: AwayRoom(capabilities=able))


def test_the_learner_may_go_to_and_fro_without_any_of_this() -> None:
    async def body(room: Room) -> None:
        offline = FakeTutor(OFFLINE)
        own = room.session.tutor
        assert not room.session.fallback.come_back()
        room.session.switch(offline)
        await asyncio.sleep(0.1)
        assert room.session.fallback.come_back()
        await asyncio.sleep(0.1)
        assert room.session.tutor is own

    lesson_test(body)
