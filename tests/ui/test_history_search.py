"""Searching past lessons, and deleting one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import OptionList

from tests.ui.past_lessons import ALL, CAFE, NAMES, kept_in
from tests.ui.past_lessons_sheet import SIZES, foot, is_reading, staged, words
from tests.ui.stage import (
    read_from_disk,
    shown,
    until,
)
from tutor_tui.core.lesson_records import Match
from tutor_tui.core.problems import Problem
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.under_way import FOLDER, Mark
from tutor_tui.ui.screens.history import HistoryScreen
from tutor_tui.ui.widgets.kept_lesson import KeptTranscript
from tutor_tui.ui.widgets.list_search import ListSearch
from tutor_tui.ui.widgets.pick_list import PickList


@pytest.mark.parametrize("size", SIZES)
async def test_a_search_leaves_the_lessons_with_such_a_line_and_shows_it(tmp_path: Path, size: tuple[int, int]) -> None:
    app, _ = staged(kept_in(tmp_path, ALL))
    async with app.run_test(size=size) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press("slash", *"京都")
        await until(pilot, lambda: "1 of 3 lessons" in shown(app))
        assert "“京都まで、お願いします。”" in shown(app)
        assert "English first words" not in shown(app)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: is_reading(app) and "n N matches" in foot(app))
        await pilot.press("escape", "slash", "escape")
        await until(pilot, lambda: "English first words" in shown(app) and "of 3 lessons" not in shown(app))
        assert isinstance(app.focused, OptionList)
        await pilot.press("slash", *"zebra")
        await until(pilot, lambda: "No lesson has a line with these words." in shown(app))
        assert "0 of 3 lessons" in shown(app)
        assert "お願い" not in shown(app), "no lesson is stood on"


async def test_words_in_any_order_are_found_and_the_letters_are_letters(tmp_path: Path) -> None:
    app, _ = staged(kept_in(tmp_path, ALL))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press("slash", *"drink would")
        await until(pilot, lambda: "1 of 3 lessons" in shown(app))
        assert app.screen.query_one(ListSearch).value == "drink would"
        transcript = app.screen.query_one(KeptTranscript)
        await until(pilot, lambda: transcript.search is not None and transcript.search.query == "drink")


async def test_what_an_earlier_search_finds_late_does_not_replace_what_is_looked_for_now(tmp_path: Path) -> None:
    kept_in(tmp_path, ALL)
    slow, begun, ended = Event(), Event(), Event()

    class SlowOnce(SqliteLibrary):
        def search(self, words: str, most: int = 200) -> list[Match]:
            found = super().search(words, most)
            if words == "e":
                begun.set()
                slow.wait(30)
                ended.set()
            return found

    app, _ = staged(SlowOnce(tmp_path / "lessons.sqlite"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l", "slash", "e")
        await until(pilot, begun.is_set)
        await pilot.press("backspace", *"京都")
        await until(pilot, lambda: "1 of 3 lessons" in shown(app))
        slow.set()
        await until(pilot, ended.is_set)
        await read_from_disk(pilot)
        assert "1 of 3 lessons" in shown(app) and "京都まで" in shown(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", [("down", "d"), ("down", "enter", "d")])
async def test_a_lesson_is_deleted_after_a_question(tmp_path: Path, size: tuple[int, int], way: Sequence[str]) -> None:
    library = kept_in(tmp_path, ALL)
    app, _ = staged(library)
    async with app.run_test(size=size) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press(*way)
        await until(pilot, lambda: "Delete this lesson?" in shown(app))
        assert "Sunday, 24 November 2024, 07:05" in shown(app) and foot(app) == "y delete n keep"
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        assert len(library.lessons()) == 3
        await pilot.press("d", "escape", "d", "y")
        await until(pilot, lambda: len(library.lessons()) == 2)
        await until(pilot, lambda: "東京の旅" not in shown(app) and isinstance(app.focused, OptionList))
        await until(pilot, lambda: app.screen.query_one(PickList).highlighted == 1)
        assert {line.lesson.id for line in library.lessons()} == {CAFE.lesson.id, NAMES.lesson.id}


async def test_what_cannot_be_deleted_stays_and_the_learner_is_told_why(tmp_path: Path) -> None:
    class Locked(SqliteLibrary):
        def delete(self, lesson_id: str) -> None:
            raise Problem("The file with your lessons cannot be used.", "Free some space.")

    kept_in(tmp_path, ALL)
    app, _ = staged(Locked(tmp_path / "lessons.sqlite"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press("d", "y")
        await until(pilot, lambda: "The file with your lessons" in words(app))
        assert "Free some space." in words(app)
        assert app.screen.query_one(PickList).option_count == 3


@pytest.mark.parametrize("key", ["d", "r"])
async def test_a_lesson_that_is_still_going_on_is_left_alone(tmp_path: Path, key: str) -> None:
    now = replace(CAFE, lesson=replace(CAFE.lesson, ended_at=None))
    app, session = staged(kept_in(tmp_path, [now]))
    held = Mark(tmp_path / FOLDER, CAFE.lesson.id)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "going on now" in shown(app))
        await pilot.press(key)
        await until(pilot, lambda: "This lesson is still going on." in words(app))
        assert isinstance(app.screen, HistoryScreen)
        assert session.lesson.plan.history == ()
    held.end()
