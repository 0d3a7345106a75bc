"""The learner's own goal for a week."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.core.problems import Problem
from tutor_tui.core.weekly_goal import WeeklyGoal, read_goal

GOAL = WeeklyGoal(3, 15)


@pytest.mark.parametrize("text", ["3 × 15 min", "3x15", " 3X15 ", "3*15", "3 x 15 minutes", "3×15m", "3 × 15 min."])
def test_a_goal_is_read_however_it_is_written(text: str) -> None:
    assert read_goal(text) == GOAL


@pytest.mark.parametrize("text", ["", "off", " None ", "no"])
def test_there_need_be_none(text: str) -> None:
    assert read_goal(text) is None


@pytest.mark.parametrize(
    "text", ["3", "15 min", "0x15", "3x0", "15x15", "3x241", "3 x 15 h", "three x 15", "3x15x2", "-3x15"]
)
def test_what_is_no_goal_gets_one_sentence_with_the_way_out(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read_goal(text)
    assert str(caught.value) == (
        "The weekly goal cannot be read. It takes so many times so many minutes, up to 14 × 240: 3 × 15 min."
    )


@given(st.text(max_size=40))
def test_any_text_is_a_goal_none_or_a_problem(text: str) -> None:
    try:
        goal = read_goal(text)
    except Problem:
        return
    assert goal is None or read_goal(str(goal)) == goal


@pytest.mark.parametrize(
    ("minutes", "done", "dots"),
    [
        ((), 0, "○○○"),
        ((14.9, 0), 0, "○○○"),
        ((15, 20), 2, "●●○"),
        ((30, 16), 3, "●●●"),
        ((100,), 6, "●●●"),
    ],
)
def test_each_day_counts_as_often_as_its_minutes_hold_the_goal_s(
    minutes: tuple[float, ...], done: int, dots: str
) -> None:
    assert GOAL.done(minutes) == done
    assert GOAL.dots(done) == dots
