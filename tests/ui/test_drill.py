"""A drill in mid-lesson, by one key."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.stage import StagedSession, make_app, scripted_tutor, shown, until
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import DueItem, LessonPlan
from tutor_tui.core.problems import Problem

GUIDE = Capabilities(costs_money=False, way="offline", ours=True, scripted=True)


async def test_one_key_leads_to_a_drill_and_says_why_where_there_is_none() -> None:
    due: list[DueItem] = []

    def drill_of(plan: LessonPlan) -> LessonPlan:
        if not due:
            raise Problem("Nothing is due.", "The next comes back tomorrow.")
        return replace(plan, drill="recall", due=tuple(due))

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


async def test_a_tutor_without_scripts_says_who_holds_drills() -> None:
    session = StagedSession()
    app = make_app(session, make_drill=lambda plan: plan)
    async with session.under_way(), app.run_test() as pilot:
        await pilot.press("u")
        await until(pilot, lambda: "The offline tutor holds drills: tutor-tui --drill begins one." in shown(app))
