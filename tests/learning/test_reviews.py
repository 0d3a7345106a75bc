"""FSRS, fed with days of the learner's calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.helpers import at
from tutor_tui.learning.items import Rating, Review
from tutor_tui.learning.reviews import day_of, next_day, replayed, retrievability, reviewed, start_of

DAYS = st.floats(0, 20_000)


@pytest.mark.parametrize(("rating", "days"), [(Rating.AGAIN, 1), (Rating.HARD, 1), (Rating.GOOD, 2), (Rating.EASY, 6)])
def test_the_first_review_leads_straight_to_days(rating: Rating, days: int) -> None:
    schedule = reviewed(None, rating, at(0))
    assert schedule.due_at == start_of(day_of(at(days)))
    assert schedule.reviewed_at == at(0)


def test_what_is_due_on_a_day_is_due_from_its_early_morning_on() -> None:
    """Else a lesson at six would not ask for what a lesson at seven has left for today."""
    due_at = reviewed(None, Rating.GOOD, at(0, hour=19)).due_at
    assert at(2, hour=3.9) < due_at <= at(2, hour=4)


def test_a_lesson_over_midnight_is_one_day_s() -> None:
    assert day_of(at(0, 23.9)) == day_of(at(0, 24.5)) == date(2026, 1, 5)
    assert day_of(at(0, 28)) == date(2026, 1, 6)
    assert next_day(at(0, 23)) == next_day(at(0, 27)) == at(1, 4)


def test_an_evening_and_the_next_morning_are_a_day_apart() -> None:
    """FSRS counts 24 hours by itself, and would take the morning for more of the same evening."""
    evening = reviewed(None, Rating.GOOD, at(0, hour=21))
    assert retrievability(evening, at(1, hour=8)) == pytest.approx(retrievability(evening, at(1, hour=22)))
    assert retrievability(evening, at(1, hour=8)) < 1.0


def test_after_so_many_days_as_it_is_stable_nine_in_ten_are_remembered() -> None:
    schedule = reviewed(None, Rating.EASY, at(0))
    assert retrievability(schedule, at(round(schedule.stability_days))) == pytest.approx(0.9, abs=0.01)


def test_what_was_remembered_comes_back_later_than_what_was_not() -> None:
    due = [reviewed(reviewed(None, Rating.GOOD, at(0)), rating, at(2)).due_at for rating in Rating]
    assert due == sorted(due)
    assert due[0] < due[-1]


def test_a_clock_that_was_set_back_costs_nothing_but_the_days_it_hid() -> None:
    wrong = reviewed(reviewed(None, Rating.GOOD, at(0)), Rating.GOOD, at(30_000))
    again = reviewed(wrong, Rating.AGAIN, at(3))
    assert again.reviewed_at == at(3)
    assert at(3) < again.due_at < at(3 + wrong.stability_days)


@given(st.lists(st.tuples(st.sampled_from(Rating), DAYS), min_size=1, max_size=12))
def test_any_reviews_make_a_schedule_and_their_order_in_the_file_none_other(given: list[tuple[Rating, float]]) -> None:
    reviews = [Review("x", at(day), rating) for rating, day in given]
    schedule = replayed(reviews)
    assert schedule is not None
    assert schedule.stability_days > 0
    assert 1 <= schedule.difficulty <= 10
    assert schedule.due_at > schedule.reviewed_at == max(each.at for each in reviews)
    assert 0 <= retrievability(schedule, at(20_000)) <= 1
    assert replayed(sorted(reviews, key=lambda each: each.at, reverse=True)) == schedule or len(
        {each.at for each in reviews}
    ) < len(reviews)


@given(st.floats(allow_nan=False))
def test_any_moment_has_a_day(moment: float) -> None:
    assert next_day(moment) > 0
    assert reviewed(None, Rating.GOOD, moment).due_at > 0


def test_without_a_review_there_is_no_schedule() -> None:
    assert replayed([]) is None
