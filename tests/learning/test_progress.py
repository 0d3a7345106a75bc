"""Progress over weeks, and the time that it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.learning.fluency import Fluency
from tutor_tui.learning.practice import Practice, active_minutes, weeks
from tutor_tui.learning.progress import (
    Measured,
    Strength,
    by_strength,
    mistakes_by_week,
    smoothed,
    task_of,
    usual,
)


def on(day: int, hour: int = 18) -> float:
    """A moment in November 2026, by this machine's clock; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour).astimezone().timestamp()


NOW = on(28, 12)


def fluent(mean_run: float = 5.0, seconds: int = 60) -> Fluency:
    """So many syllables from pause to pause, and so much speech."""
    return Fluency(seconds * 1_000, seconds * 1_200, 0, round(mean_run * 20), seconds * 1_000, runs=20)


# ---- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "minutes"),
    [
        ([], 0),
        ([(60_000, 90_000)], 0.5),
        ([(0, 30_000), (60_000, 90_000)], 1.5),
        ([(60_000, 90_000), (0, 30_000)], 1.5),
        ([(0, 30_000), (8 * 3_600_000, 8 * 3_600_000 + 30_000)], 2.0),  # left open all night
        ([(0, 60_000), (10_000, 20_000), (50_000, 90_000)], 1.5),  # at once
        ([(0, 60_000), (70_000, 10_000)], 70 / 60),  # a clock of a server that went back
    ],
)
def test_a_lesson_lasts_as_long_as_somebody_does_something_in_it(turns: list[tuple[int, int]], minutes: float) -> None:
    assert active_minutes(turns) == pytest.approx(minutes)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7))))
def test_no_lesson_is_longer_than_from_its_first_to_its_last(turns: list[tuple[int, int]]) -> None:
    last = max((max(turn) for turn in turns), default=0)
    assert 0 <= active_minutes(turns) * 60_000 <= last + 1e-6


def test_minutes_are_counted_by_the_day_on_which_a_lesson_began() -> None:
    lessons = [Practice(on(23), 10), Practice(on(23, 23), 30), Practice(on(22), 5), Practice(on(30), 99)]
    before, this = weeks(lessons, NOW, 2)
    assert (before.monday, before.minutes_by_day) == (date(2026, 11, 16), (0, 0, 0, 0, 0, 0, 5))
    assert (this.monday, this.minutes) == (date(2026, 11, 23), 40)


# ---- items and mistakes ---------------------------------------------------------------------------------------------


def test_items_are_counted_by_how_long_they_will_be_remembered() -> None:
    counted = by_strength([None, None, 0.2, 6.9, 7.0, 30.0, 179, 180, 36_500])
    assert list(counted) == list(Strength)
    assert list(counted.values()) == [2, 2, 1, 2, 2]


def test_mistakes_are_counted_by_kind_and_week_the_most_frequent_first() -> None:
    noted = [(on(23), "grammar"), (on(24), "grammar"), (on(17), "other"), (on(1), "register"), (on(25), "other")]
    assert mistakes_by_week(noted, NOW, 2) == {"grammar": (0, 2), "other": (1, 1)}


# ---- fluency --------------------------------------------------------------------------------------------------------


def test_what_is_usual_is_the_median_of_three_lessons_with_enough_speech() -> None:
    few = [fluent(4), fluent(6)]
    assert usual("mean_run", few) is None
    assert usual("mean_run", [*few, fluent(99, seconds=29)]) is None, "who spoke for half a minute is not compared"
    assert usual("mean_run", [*few, fluent(5)]) == pytest.approx(5)
    assert usual("mattr", [fluent()] * 3) is None


def test_a_figure_over_time_is_the_median_of_each_lesson_and_the_two_before_it() -> None:
    lessons = [
        Measured(LessonRecord(f"l{day}", on(day), "P"), fluent(run)) for day, run in ((3, 9), (1, 1), (2, 5), (4, 6))
    ]
    assert [*chain(*smoothed(lessons, "mean_run"))] == pytest.approx([on(3), 5, on(4), 6])
    assert smoothed(lessons[:2], "mean_run") == ()
    drill = Measured(LessonRecord("d", on(3, 20), "P", drill="recall"), fluent(99))
    assert smoothed([*lessons, drill], "mean_run") == smoothed(lessons, "mean_run"), "no drill is among them"


def test_only_the_same_kind_of_task_is_compared() -> None:
    script = LessonRecord("a", 0, "P", profile_key="p", target_language="en", offline_lesson="en-a1-first-words")
    other = LessonRecord("b", 0, "Renamed", profile_key="p", target_language="en", offline_lesson="en-a1-numbers")
    talk = LessonRecord("c", 0, "P", profile_key="p", target_language="en")
    assert task_of(script) == task_of(other) != task_of(talk)
    assert len({task_of(replace(script, drill=kind)) for kind in ("", "recall", "repeat")}) == 3
