"""The report of a lesson on leaving it, and the pictures of progress."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.scenes import OFFLINE_BY_EAR
from tests.ui.stage import (
    JAPANESE,
    KOREAN,
    READY,
    StagedSession,
    answered,
    make_app,
    read_from_disk,
    scripted_tutor,
    shown,
    spoken,
    until,
)
from tutor_tui.core import events as ev
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.lesson_records import Record
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import plan_of
from tutor_tui.learning.look_ups import ReportLines
from tutor_tui.learning.overview import Overview
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.charts import bar, columns
from tutor_tui.ui.progress_pictures import pictures
from tutor_tui.ui.screens.report import ReportScreen

LINES = (
    ("You spoke", "3.2 min, 45 % of the talk."),
    ("Said well", "“커피 한 잔 주세요.”"),
    ("Said well", "“駅はどこですか。”"),
    ("To improve", "“[bold]I goed\x1b[31m” → “I went”"),
    ("Next", "4 items will come back in the next lessons."),
)


class Kept:
    """A journal that only has a place."""

    place = ""

    def put(self, record: Record) -> None:
        return


def talked(report_lines: ReportLines | None) -> tuple[TutorApp, StagedSession]:
    """A lesson of twelve minutes that is kept, in which something was said."""
    session = StagedSession()
    session.recorder.journal = Kept()
    session.recorder._begin_record()
    session.happen(*READY, *spoken("u1", "커피 한 잔 주세요."))
    return make_app(session, report_lines=report_lines), session


@pytest.mark.parametrize("leaves", ["escape", "ctrl+q"])
async def test_a_lesson_of_some_minutes_ends_with_its_report_and_the_next_key_leaves(leaves: str) -> None:
    asked: list[str] = []
    app, session = talked(lambda lesson_id: asked.append(lesson_id) or LINES)  # type: ignore[func-returns-value]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
        await read_from_disk(pilot)
        await until(pilot, lambda: "You spoke   3.2 min, 45 % of the talk." in shown(app))
        text = shown(app)
        assert text.count("Said well ") == 1 and "駅はどこですか" in text and "[bold]I goed␛[31m" in text
        assert asked[0] == session.recorder.lesson_id and session.lesson.muted and app.is_running
        await pilot.press(leaves)
        await until(pilot, lambda: app._exit)


async def test_from_the_report_the_same_task_begins_once_more_and_the_microphone_is_open_again() -> None:
    app, session = talked(lambda lesson_id: LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
        await until(pilot, lambda: session.lesson.muted and "once more now, shorter" in shown(app))
        first = session.recorder.lesson_id
        await pilot.press("x")
        await until(pilot, lambda: "Once more: “한국어 튜터”, about 10 min." in shown(app))
        assert not session.lesson.muted and session.lesson.minutes == 10 and app.is_running
        session.happen(*spoken("u2", "커피 한 잔 주세요."))
        assert session.recorder.lesson_id not in ("", first)


async def test_a_drill_is_not_offered_once_more_in_its_report() -> None:
    app, session = talked(lambda lesson_id: LINES)
    session.happen(ev.PlanWanted(replace(session.lesson.plan, drill="recall")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "You spoke " in shown(app))
        assert "once more" not in shown(app)
        await pilot.press("x")
        assert isinstance(app.screen, ReportScreen)


async def test_a_lesson_is_ended_for_its_task_once_more_only_after_a_yes() -> None:
    app, session = talked(lambda lesson_id: LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        first = session.recorder.lesson_id
        for leaves in ("n", "escape"):
            await pilot.press("ctrl+g")
            await until(pilot, lambda: "Once more: “한국어 튜터”, about 10 min." in shown(app))
            assert "The lesson that you are in ends here. It is kept" in " ".join(shown(app).replace("│", "").split())
            await pilot.press(leaves)
            await until(pilot, lambda: len(app.screen_stack) == 1)
        assert session.recorder.lesson_id == first
        await pilot.press("ctrl+g", "y")
        await until(pilot, lambda: session.lesson.minutes == 10 and "› Once more: “한국어 튜터" in shown(app))


async def test_what_is_not_kept_is_said_to_be_lost() -> None:
    session = StagedSession()
    session.happen(*READY, *spoken("u1", "네."))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "ends here, and nothing of it is kept." in shown(app))


async def test_the_unit_is_named_and_not_the_profile_that_several_of_them_share() -> None:
    unit = LessonHead("ko-a1-cafe", "In the café", "ko", "A1", "korean-a1", 3)
    plan = replace(plan_of(KOREAN), offline_lesson=unit.name)
    session = StagedSession(plan, scripted_tutor("offline", OFFLINE_BY_EAR))
    session.happen(*READY, *spoken("u1", "네."))
    app = make_app(session, lessons=(unit,))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "Once more: “In the café”, about 10 min." in shown(app))


async def test_before_anything_was_said_there_is_nothing_to_do_again() -> None:
    app = make_app(StagedSession())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "There is nothing to do again yet." in shown(app))


async def test_where_the_report_cannot_be_had_a_sentence_says_so_and_the_key_still_leaves() -> None:
    def broken(lesson_id: str) -> tuple[tuple[str, str], ...]:
        raise Problem("The file with your lessons cannot be read.")

    app, _ = talked(broken)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "✕ The file with your lessons cannot be read." in shown(app))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit)


async def test_what_is_not_kept_is_left_at_once() -> None:
    session = StagedSession()
    session.happen(*READY, *spoken("u1", "네."))
    app = make_app(session, report_lines=lambda lesson_id: LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit)


async def test_a_lesson_begins_with_what_is_to_come_back_until_the_learner_talks() -> None:
    lines = (("to come back", "3 words, 2 mistakes"), ("last lesson", "[bold]東京の旅, 26 November 2026"))
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, briefing_lines=lambda language: lines if language == "ko" else ())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "to come back  3 words, 2 mistakes" in shown(app))
        assert "[bold]東京の旅" in shown(app)
        session.happen(*answered("a1", "안녕하세요!"))
        await until(pilot, lambda: "안녕하세요!" in shown(app))
        assert "3 words, 2 mistakes" in shown(app)
        session.happen(*spoken("u1", "네."))
        await until(pilot, lambda: "3 words, 2 mistakes" not in shown(app))


async def test_what_is_to_come_back_is_of_the_language_that_is_taught_and_a_drill_does_not_tell_of_it() -> None:
    session = StagedSession()
    session.happen(*READY)
    due = {"ko": (("to come back", "3 words"),), "ja": (("last lesson", "東京"),)}
    app = make_app(session, briefing_lines=due.__getitem__)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "3 words" in shown(app))
        session.happen(ev.PlanWanted(plan_of(JAPANESE)))
        await until(pilot, lambda: "東京" in shown(app) and "3 words" not in shown(app))
        session.happen(ev.PlanWanted(replace(session.lesson.plan, drill="recall")))
        await until(pilot, lambda: "last lesson" not in shown(app))


# ---- progress -------------------------------------------------------------------------------------------------------

WEEKS = [(date(2026, 9, 7 + 7 * week), float(minutes)) for week, minutes in enumerate((0, 15, 45))]
SOME = Overview(
    WEEKS,
    {"new": 4, "days": 8, "weeks": 2, "months": 0},
    {"grammar": (0, 3, 1), "": (1, 0, 0)},
    [(date(2026, 9, day), value) for day, value in ((15, 9.0), (22, 7.5), (24, 6.0))],
    last_pauses=0.0,
    voiced=5,
)


def test_columns_and_bars_grow_with_what_they_show_and_nothing_above_zero_is_lost() -> None:
    assert columns([0, 1, 16, 8], rows=2, cells=1) == ["    █  ", "  ▁ █ █"]
    assert columns([], rows=1, cells=2) == [""] and columns([0.0], rows=1, cells=2) == ["  "]
    assert (bar(8, 8, 4), bar(1, 1_000, 4), bar(0, 8, 4), bar(3, 0, 4)) == ("████", "▏", "", "")


def test_each_picture_says_in_a_sentence_what_it_shows() -> None:
    said = {each.heading: each.sentence for each in pictures(SOME)}
    assert said == {
        "Minutes a week": "45 min this week; 60 min in the last 3 weeks.",
        "Words and mistakes kept": "14 items: how long you will remember them without practice.",
        "Mistakes by kind": "Noted week by week; most often grammar: 4 of 5.",
        "Pauses within a clause": "6.0 a minute of speech, the median of your last 3 lessons (the newest alone: 0.0); "
        "9.0 by 15 September. Fewer is more fluent.",
    }
    assert list(pictures(Overview())) == []
    only = next(each for each in pictures(replace(SOME, pauses=SOME.pauses[:1])) if each.heading.startswith("Pauses"))
    assert "; " not in only.sentence, "there is nothing to compare with"


def test_each_column_has_its_figure_and_its_date() -> None:
    drawn = {each.heading: each.lines for each in pictures(SOME)}
    assert drawn["Minutes a week"] == (
        "      15   45",
        "          ████",
        "          ████",
        "     ████ ████",
        " 7    14   21",
        "Sep",
    )
    assert drawn["Mistakes by kind"] == (
        "grammar       ·   █3  ▃1  = 4",
        "other         █1  ·   ·   = 1",
        "              7   14  21",
        "              Sep",
    )
    assert drawn["Pauses within a clause"][0] == "9.0  7.5  6.0"
    assert drawn["Pauses within a clause"][-2:] == (" 15   22   24", "Sep")


@pytest.mark.parametrize(("voiced", "so_far"), [(0, "none"), (2, "2")])
def test_where_too_little_was_said_for_a_picture_one_sentence_says_what_is_needed(voiced: int, so_far: str) -> None:
    *_, last = pictures(Overview(WEEKS, voiced=voiced))
    assert last.heading == "Pauses within a clause" and not last.lines
    assert last.sentence == (
        "Too little voice for a picture yet: it takes 3 lessons in which you speak for 30 s or more, and so far you "
        f"have had {so_far}."
    )


@given(
    st.lists(st.floats(0, 9_999), min_size=1, max_size=12),
    st.lists(st.integers(0, 99), min_size=12, max_size=12),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(30, 110),
)
def test_no_picture_is_wider_than_it_may_be_and_dates_stand_below_what_they_are_of(
    minutes: list[float], mistakes: list[int], first: date, cells: int
) -> None:
    weeks = [(first + timedelta(weeks=week), each) for week, each in enumerate(minutes)]
    shown = Overview(weeks, mistakes={"grammar": mistakes[: len(weeks)]}, pauses=weeks, goal="●●○ 3 × 15 min a week")
    for picture in pictures(shown, cells):
        assert all(cell_len(line) <= max(cells, 40) for line in picture.lines), picture.lines
        if picture.heading == "Minutes a week":
            assert picture.sentence.splitlines()[1].startswith("●●○ 3 × 15 min a week")
            days = picture.lines[-2].split()
            assert days == [str(day.day) for day, _ in weeks][-len(days) :]


async def test_the_dots_of_the_goal_stand_beside_it_in_every_window() -> None:
    overview = replace(SOME, goal="●●○ 3 × 15 min a week")
    app = make_app(StagedSession(), look_up_progress=lambda language: overview)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        for columns_now in (120, 80, 60, 50):
            await pilot.resize_terminal(columns_now, 40)
            await until(pilot, lambda: "●●○ 3 × 15 min a week" in shown(app))


@pytest.mark.parametrize("overview", [SOME, Overview(WEEKS[:1])])
async def test_the_pictures_stand_on_one_sheet_and_an_empty_library_gets_a_sentence(overview: Overview) -> None:
    app = make_app(StagedSession(), look_up_progress=lambda language: overview if language == "ko" else Overview())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("g")
        await until(
            pilot, lambda: ("Nothing to show yet" if overview.is_empty else "Pauses within a clause") in shown(app)
        )
