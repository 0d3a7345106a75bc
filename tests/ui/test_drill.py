"""A drill in mid-lesson, by one key."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from tests.ui.stage import KOREAN, READY, StagedSession, answered, drawn, make_app, scripted_tutor, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import DrillKind, DueItem, LessonPlan
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import plan_of
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.learning.learner import keep
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.ui.screens.drills import DrillsScreen
from tutor_tui.ui.widgets.composer import Composer
from tutor_tui.ui.widgets.pick_list import PickList
from tutor_tui.ui.widgets.transcript import Transcript

GUIDE = Capabilities(costs_money=False, way="offline", ours=True, scripted=True)


async def test_one_key_leads_to_a_drill_and_says_why_where_there_is_none() -> None:
    due: list[DueItem] = []

    def drill_of(plan: LessonPlan, kind: DrillKind) -> LessonPlan:
        if not due:
            raise Problem("Nothing is due.", "The next comes back tomorrow.")
        return replace(plan, drill=kind, due=tuple(due))

    session = StagedSession(scripted=scripted_tutor("offline", GUIDE))
    app = make_app(session, make_drill=drill_of, briefing_lines=lambda language: [("to come back", "1 word")])
    async with session.under_way(), app.run_test() as pilot:
        await until(pilot, lambda: "u: a drill of two minutes" in shown(app))
        await pilot.press("u")
        await until(pilot, lambda: "Nothing is due. The next comes back tomorrow." in shown(app))
        due.append(DueItem("멀다", "far"))
        await pilot.press("u")
        await until(pilot, lambda: session.lesson.plan.drill == "recall")
        await pilot.press("u")
        await until(pilot, lambda: "This is a drill already; p goes on to a lesson." in shown(app))


async def test_on_the_sheet_of_what_is_kept_a_key_offers_all_kinds_of_drill(tmp_path: Path) -> None:
    learner = SqliteLearner(tmp_path / "library.db")
    with learner.changing() as change:
        keep(change, Item("ko", ItemKind.WORD, "멀다", "far", added_at=time.time() - 2 * 86_400))

    def drill_of(plan: LessonPlan, kind: DrillKind) -> LessonPlan:
        if kind == "repeat":
            raise Problem("Nothing is due.", "The next comes back tomorrow.")
        return replace(plan, drill=kind, due=(DueItem("멀다", "far"),))

    session = StagedSession(scripted=scripted_tutor("offline", GUIDE))
    app = make_app(session, make_drill=drill_of, learner=learner)
    async with session.under_way(), app.run_test(notifications=True) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: "←→ all, due" in shown(app))
        await pilot.press("right", "right")
        await until(pilot, lambda: "u drill" in shown(app))
        await pilot.press("u")
        await until(pilot, lambda: "until every word is right" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Nothing is due" in shown(app))
        await pilot.press("u")
        await until(pilot, lambda: "until every word is right" in shown(app))
        await pilot.press("end", "enter")
        await until(pilot, lambda: session.lesson.plan.drill == "dictation")


async def test_a_burst_of_keys_begins_one_drill_and_closes_nothing_else(tmp_path: Path) -> None:
    begun: list[DrillKind] = []

    def drill_of(plan: LessonPlan, kind: DrillKind) -> LessonPlan:
        begun.append(kind)
        return replace(plan, drill=kind, due=(DueItem("멀다", "far"),))

    session = StagedSession(scripted=scripted_tutor("offline", GUIDE))
    app = make_app(session, make_drill=drill_of, learner=SqliteLearner(tmp_path / "library.db"))
    async with session.under_way(), app.run_test() as pilot:
        await pilot.press("n", "u")
        await until(pilot, lambda: isinstance(app.screen, DrillsScreen))
        drills = app.screen.query_one(PickList)
        for _ in range(3):
            drills.action_select()
        await until(pilot, lambda: bool(begun) and len(app.screen_stack) == 1)
        await drawn(pilot)
        assert session.lesson.plan.drill == "recall" and app.is_running and app._exception is None


async def test_a_tutor_without_scripts_says_who_holds_drills() -> None:
    session = StagedSession()
    app = make_app(session, make_drill=lambda plan, kind: plan)
    async with session.under_way(), app.run_test() as pilot:
        await pilot.press("u")
        await until(pilot, lambda: "The offline tutor holds drills: tutor-tui --drill begins one." in shown(app))


def in_drill(kind: DrillKind) -> StagedSession:
    plan = replace(plan_of(KOREAN), drill=kind, due=(DueItem("멀다", "far"),), offline_lesson="ko-a1-first-words")
    return StagedSession(plan, scripted_tutor("offline", GUIDE))


async def test_what_is_to_be_written_is_written_at_once_and_no_letter_is_a_key() -> None:
    session = in_drill("dictation")
    app = make_app(session)
    async with session.under_way(), app.run_test(size=(80, 24)) as pilot:
        session.happen(*READY, *answered("a1", "♪ ____."))
        await until(pilot, lambda: "your turn: type, and press enter" in shown(app))
        await pilot.press(*"manzana")
        await until(pilot, lambda: "manzana" in shown(app))
        assert not session.lesson.muted and not session.lesson.recording and len(app.screen_stack) == 1
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.turns[-1].text == "manzana")
        session.happen(ev.PlanWanted(replace(session.lesson.plan, drill="")))
        await until(pilot, lambda: isinstance(app.focused, Transcript))


async def test_what_may_be_said_leaves_the_letters_to_the_keys() -> None:
    session = in_drill("recall")
    app = make_app(session)
    async with session.under_way(), app.run_test(size=(80, 24)) as pilot:
        session.happen(*READY, *answered("a1", "“far”?"))
        await until(pilot, lambda: "your turn: speak" in shown(app))
        assert isinstance(app.focused, Transcript)


async def test_without_a_microphone_every_drill_is_written() -> None:
    session = in_drill("recall")
    app = make_app(session)
    async with session.under_way(), app.run_test(size=(80, 24)) as pilot:
        session.happen(*READY, ev.DeviceLost("microphone", "No microphone was found."), *answered("a1", "“far”?"))
        await until(pilot, lambda: isinstance(app.focused, Composer))
        session.happen(ev.DeviceOpened("microphone", "USB", 48_000))
        await until(pilot, lambda: isinstance(app.focused, Transcript))


async def test_the_two_minutes_are_seen_while_they_run() -> None:
    session = in_drill("recall")
    app = make_app(session)
    async with session.under_way(), app.run_test(size=(80, 24)) as pilot:
        session.happen(*READY)
        await until(pilot, lambda: "drill 0:0" in shown(app) and " / 2 " in shown(app))
        session.happen(ev.PlanWanted(replace(session.lesson.plan, drill="")))
        await until(pilot, lambda: "drill 0:0" not in shown(app))
