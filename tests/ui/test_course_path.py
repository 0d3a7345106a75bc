"""The path of a course in the list of profiles: where the learner is, what comes of it, and one key to begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.helpers import at, learner_in, use
from tests.ui.stage import (
    ENGLISH,
    JAPANESE,
    KOREAN,
    READY,
    FakeProfiles,
    StagedSession,
    make_app,
    scripted_tutor,
    shown,
    until,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.courses import LessonHead, can_do_text
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.profile import PromptProfile, plan_of
from tutor_tui.core.settings import Settings
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.ui.app import TutorApp

GUIDE = Capabilities(scripted=True, live_lesson=False, way="offline", ours=True, costs_money=False)
TITLES = ("First words", "Where are you from?", "Likes", "Ordering")
LESSONS = tuple(
    LessonHead(f"ko-{number}", title, "ko", "A1", "korean-a1", number, (f"say {title}", f"ask {title}"))
    for number, title in enumerate(TITLES, start=1)
)
LEARNT = replace(KOREAN, level="A1", correction="recast", offline_lesson="ko-1")
SIZES = [(80, 24), (120, 40)]


def opened(
    profile: PromptProfile, profiles: Sequence[PromptProfile], abilities: Capabilities = GUIDE
) -> tuple[StagedSession, TutorApp]:
    session = StagedSession(plan_of(profile), scripted=scripted_tutor("offline", abilities))
    session.happen(*READY)
    return session, make_app(session, profiles=FakeProfiles(profiles), lessons=LESSONS)


def words(app: TutorApp) -> str:
    """What is shown, as it is read across lines; of a sheet with a list, what stands beside that."""
    beside = (line.rpartition("▏")[2].partition("│")[0] for line in shown(app).splitlines())
    return re.sub(r"[▁▂▃▄▅▆▇█\s]+", " ", " ".join(beside))


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_says_which_course_which_unit_what_comes_of_it_and_how_to_begin(size: tuple[int, int]) -> None:
    _, app = opened(LEARNT, (LEARNT,))
    async with app.run_test(size=size) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "Korean A1 · unit 1 of 4" in words(app))
        text = words(app)
        assert "▸ First words Then you can: • say First words • ask First words" in text
        assert "1 First words · 2 Where are you from? · 3 Likes · 4 Ordering" in text
        assert re.search(r"enter *begin", text) and re.search(r"u *units", text)


@pytest.mark.parametrize("size", SIZES)
async def test_any_unit_can_be_begun_with_and_is_the_one_that_is_marked_then(size: tuple[int, int]) -> None:
    session, app = opened(LEARNT, (LEARNT,))
    async with app.run_test(size=size) as pilot:
        await pilot.press("p", "u")
        await until(pilot, lambda: "Unit 1 · First words" in words(app) and "a lesson begins here" in words(app))
        await pilot.press("down", "down")
        await until(pilot, lambda: "Unit 3 · Likes Then you can: • say Likes" in words(app))
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.plan.offline_lesson == "ko-3")
        assert session.lesson.plan.profile_key == LEARNT.key
        await until(pilot, lambda: not app.screen_stack[1:])
        await pilot.press("p")
        await until(pilot, lambda: "Korean A1 · unit 3 of 4" in words(app))
        await pilot.press("enter")
        await until(pilot, lambda: not app.screen_stack[1:])
        assert session.lesson.plan.offline_lesson == "ko-3", "the one under way goes on"


@pytest.mark.parametrize("size", SIZES)
async def test_units_that_are_done_are_marked_and_the_first_that_is_not_comes_next(
    size: tuple[int, int], tmp_path: Path
) -> None:
    done = [Item("ko", ItemKind.CAN_DO, can_do_text(each.can_do), each.title, added_at=at(0)) for each in LESSONS[:2]]
    learner = learner_in(tmp_path, *done, uses=tuple(map(use, done)))
    session = StagedSession(plan_of(LEARNT), scripted=scripted_tutor("offline", GUIDE))
    session.happen(*READY)
    keeps = Settings(learner=LearnerSettings(keep="yes"))
    app = make_app(session, profiles=FakeProfiles((LEARNT,)), lessons=LESSONS, learner=learner, settings=keeps)
    async with app.run_test(size=size) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "Korean A1 · unit 3 of 4" in words(app))
        assert "✓ 1 First words · ✓ 2 Where are you from? · 3 Likes · 4 Ordering" in words(app)
        await pilot.press("u")
        await until(pilot, lambda: "Unit 3 · Likes ▸ a lesson begins here" in words(app))
        assert re.search(r"✓ +1 .*✓ +2 .*▸ +3 ", shown(app), re.DOTALL)
        await pilot.press("up", "up")
        await until(pilot, lambda: "Unit 1 · First words ✓ done" in words(app))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: session.lesson.plan.offline_lesson == "ko-3")


async def test_escape_leads_back_from_the_units_to_the_list_and_nothing_begins() -> None:
    session, app = opened(LEARNT, (LEARNT,))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", "u")
        await until(pilot, lambda: "Unit 1 · First words" in words(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Korean A1 · unit 1 of 4" in words(app))
        assert session.lesson.plan == plan_of(LEARNT)


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_says_where_there_is_no_lesson_or_none_at_the_level(size: tuple[int, int]) -> None:
    upper = replace(LEARNT, key="upper", name="Upper", level="B2", offline_lesson="")
    _, app = opened(LEARNT, (LEARNT, upper, JAPANESE))
    async with app.run_test(size=size) as pilot:
        await pilot.press("p", "down")
        await until(pilot, lambda: "This lesson is A1; there is none at B2 offline yet." in words(app))
        await pilot.press("down")
        await until(pilot, lambda: "There is no offline lesson in Japanese yet." in words(app))
        assert "There are lessons in: Korean." in words(app)
        assert not re.search(r"u *units", words(app))
        await pilot.press("u")
        await pilot.pause()
        assert "There is no offline lesson in Japanese yet." in words(app), "there are no units to show"


async def test_with_a_model_the_units_are_the_profiles_of_a_course() -> None:
    first, second = (
        replace(ENGLISH, key=f"e{number}", name=f"Talk {number}", course="english-a1", unit=number, can_do=("talk",))
        for number in (1, 2)
    )
    session, app = opened(first, (first, second), Capabilities())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "English A1 · unit 1 of 2" in words(app))
        assert "▸ Talk 1 Then you can: • talk 1 Talk 1 · 2 Talk 2" in words(app)
        await pilot.press("u", "down", "enter")
        await until(pilot, lambda: session.lesson.plan.profile_key == "e2")


@pytest.mark.parametrize("size", SIZES)
async def test_a_lesson_in_a_language_without_any_says_so_and_one_key_leads_to_one(size: tuple[int, int]) -> None:
    session, app = opened(JAPANESE, (JAPANESE, ENGLISH), replace(GUIDE, hears=frozenset({"en"})))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "There is no offline lesson in Japanese yet." in words(app))
        assert "takes you to one that you can speak in, p shows all profiles." in words(app)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: session.lesson.plan.profile_key == ENGLISH.key)
        await until(pilot, lambda: "no offline lesson" not in words(app))
