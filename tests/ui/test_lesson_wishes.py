"""What the learner wants of a lesson, on one line of the profiles' sheet: for this lesson, or kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from textual.app import App

from tests.ui.stage import (
    JAPANESE,
    KOREAN,
    READY,
    FakeProfiles,
    Saved,
    StagedSession,
    make_app,
    shown,
    until,
)
from tutor_tui.core.pedagogy import CORRECTION_HINTS
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import LessonSettings, Settings
from tutor_tui.ui.screens.profiles import ProfilesScreen


def all_shown(app: App[None], *words: str) -> bool:
    return all(each in shown(app) for each in words)


RECAST = replace(KOREAN, correction="recast")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_three_stand_on_one_line_and_say_what_they_mean(size: tuple[int, int]) -> None:
    session = StagedSession(plan_of(RECAST))
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test(size=size) as pilot:
        await pilot.press("p")
        dials = "Level ‹as profile› Corrections ‹as profile› Length ‹no clock›"
        await until(pilot, lambda: dials.replace(" ", "") in shown(app).replace(" ", ""))
        assert "For every tutor: tab goes to this line, ←→ change it, k keeps it." in shown(app)
        await pilot.press("tab")
        await until(pilot, lambda: "As the profile says." in shown(app))
        await pilot.press("right", "right")
        await until(pilot, lambda: "‹A2›" in shown(app) and "Everyday words" in shown(app))
        await pilot.press("tab")
        for name, hint in CORRECTION_HINTS.items():
            await pilot.press("right")
            await until(pilot, partial(all_shown, app, f"‹{name}›", f"{hint[1:]}."))
        await pilot.press("tab", "right", "right")
        await until(pilot, lambda: "‹15 min›" in shown(app) and "begins to close after 12 of 15 minutes." in shown(app))


async def test_enter_begins_from_there_too_and_up_and_down_change_nothing() -> None:
    session = StagedSession(plan_of(RECAST))
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test() as pilot:
        await pilot.press("p", "down", "tab", "up", "down")
        await until(pilot, lambda: "As the profile says." in shown(app))
        assert "‹as profile›" in shown(app) and "‹A1›" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.plan.profile == JAPANESE.name)


@pytest.mark.parametrize("size", [(60, 18), (50, 24), (61, 20)])
async def test_where_a_line_has_no_room_they_stand_one_below_the_other(size: tuple[int, int]) -> None:
    app = make_app(StagedSession(plan_of(RECAST)), profiles=FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test(size=size) as pilot:
        await pilot.press("p")
        await until(pilot, partial(all_shown, app, "Level ‹as profile›", "Length ‹no clock›"))
        await until(pilot, lambda: JAPANESE.name in shown(app) and "close─" in shown(app))


async def test_a_wish_counts_in_this_lesson_at_once_and_is_not_kept() -> None:
    session, saved = StagedSession(plan_of(RECAST)), Saved()
    session.happen(*READY)
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)), saved=saved)
    async with app.run_test() as pilot:
        await pilot.press("p", "tab", "right", "tab", *["right"] * 4)
        await until(pilot, lambda: session.lesson.plan.correction == "strict")
        plan = session.lesson.plan
        assert plan == plan_of(RECAST, level="A1", correction="strict")
        assert "CEFR level A1." in plan.instructions and "name the most serious one" in plan.instructions
        await pilot.press("tab", "right", "right", "escape")
        await until(pilot, lambda: "12:34 / 15" in shown(app))
        assert session.lesson.minutes == 15
        assert saved == {}


async def test_the_first_letters_of_a_name_or_a_language_lead_to_a_profile() -> None:
    session = StagedSession(plan_of(JAPANESE))
    session.happen(*READY)
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test() as pilot:
        await pilot.press("p", "slash", *"korex", "backspace", "a")
        assert "/korea search" in " ".join(shown(app).split())
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.plan.profile == RECAST.name)
        await pilot.press("p", "slash", *"trav", "escape", "enter")
        await until(pilot, lambda: session.lesson.plan.profile == JAPANESE.name)


async def test_what_was_chosen_last_counts_although_the_sheet_is_put_away_at_once() -> None:
    session = StagedSession(plan_of(RECAST))
    session.happen(*READY)
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test() as pilot:
        await pilot.press("p", "tab", "right", "escape")
        await until(pilot, lambda: session.lesson.plan.level == "A1")


async def test_the_next_profile_is_taught_as_was_wished() -> None:
    session, saved = StagedSession(plan_of(RECAST)), Saved()
    session.happen(*READY)
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)), saved=saved)
    async with app.run_test() as pilot:
        await pilot.press("p", "tab", *["right"] * 3, "shift+tab", "down", "enter")
        await until(pilot, lambda: session.lesson.plan.profile == JAPANESE.name)
        assert session.lesson.plan == plan_of(JAPANESE, level="B1")
        await until(pilot, lambda: not isinstance(app.screen, ProfilesScreen))
        assert session.lesson.plan == plan_of(JAPANESE, level="B1")
        assert saved == {}


async def test_k_keeps_what_is_stood_on_for_every_lesson() -> None:
    session, saved = StagedSession(plan_of(RECAST)), Saved()
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)), saved=saved)
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("p", "tab", "right", "tab", "right", "k")
        await until(pilot, lambda: saved == {"lesson.correction": "flow"})
        await until(pilot, lambda: "Kept for every lesson." in shown(app))
        saved.refusal = Problem("The setting could not be saved.", "Give yourself write permission.")
        await pilot.press("k")
        await until(pilot, lambda: "The setting could not be saved." in shown(app))


async def test_the_line_begins_with_what_the_settings_say() -> None:
    settings = Settings(lesson=LessonSettings(level="B2", correction="flow", minutes="30"))
    app = make_app(StagedSession(plan_of(RECAST)), settings, FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test() as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "Level ‹B2›" in shown(app))
        assert "Corrections ‹flow›" in shown(app) and "Length ‹30 min›" in shown(app)


async def test_a_click_goes_to_the_next_option_and_from_the_last_to_the_first() -> None:
    settings = Settings(lesson=LessonSettings(minutes="20"))
    app = make_app(StagedSession(plan_of(RECAST)), settings, FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test() as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "‹20 min›" in shown(app))
        for words in ("‹30 min›", "‹no clock›", "‹10 min›"):
            await pilot.click("#minutes")
            await until(pilot, partial(all_shown, app, words))


async def test_a_level_chosen_while_the_learner_has_a_pace_of_their_own_leaves_it() -> None:
    session = StagedSession(plan_of(RECAST))
    session.happen(*READY)
    session.change(replace(session.lesson.plan, speed=0.7))
    app = make_app(session, profiles=FakeProfiles((RECAST, JAPANESE)))
    async with app.run_test() as pilot:
        await pilot.press("p", "tab", "right", "escape")
        await until(pilot, lambda: session.lesson.plan.level == "A1")
        assert session.lesson.plan.speed == 0.7
