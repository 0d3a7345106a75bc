"""How fast a learner forgets, told by their own reviews."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.learning.helpers import at, learner_in, word
from tutor_tui.learning import forgetting_rate
from tutor_tui.learning.forgetting_rate import REVIEWS_A_FIT, refit
from tutor_tui.learning.items import FASTEST, SLOWEST, Forgetting, Rating, Review
from tutor_tui.learning.learner import review
from tutor_tui.learning.reviews import replayed, retrievability, reviewed
from tutor_tui.library.learner import SqliteLearner

NEVER = 0.0


def reviews_of(rate: float, items: int = 60, reviews: int = 6) -> list[list[Review]]:
    """What one who forgets so fast makes of items that are asked for after one to twelve days."""
    chance = random.Random(20261129)
    found = []
    for number in range(items):
        schedule, day, history = None, 0, list[Review]()
        for _ in range(reviews):
            known = 0.7 if schedule is None else retrievability(schedule, at(day))
            each = Review(f"item {number}", at(day), Rating.GOOD if chance.random() < known else Rating.AGAIN)
            schedule = reviewed(schedule, each.rating, each.at, rate)
            history.append(each)
            day += chance.randint(1, 12)
        found.append(history)
    return found


def rate_of(histories: Sequence[Sequence[Review]], since: float = NEVER) -> float:
    return forgetting_rate.forgetting_rate(histories, since)


@pytest.mark.parametrize("rate", [0.6, 1.0, 1.6])
def test_slow_and_fast_forgetters_are_told_from_the_average(rate: float) -> None:
    assert rate_of(reviews_of(rate, items=100)) == pytest.approx(rate, rel=0.25)


def test_who_has_few_reviews_stays_near_the_average_and_who_has_none_is_the_average() -> None:
    assert rate_of([]) == pytest.approx(1.0)
    assert rate_of(reviews_of(1.6, reviews=1)) == pytest.approx(1.0), "the first review of an item tells nothing"
    few = rate_of(reviews_of(1.6, items=4))
    assert 0.8 < few < 1.3


@pytest.mark.parametrize(("later", "days", "rate"), [(Rating.AGAIN, 2, FASTEST), (Rating.GOOD, 90, SLOWEST)])
def test_whatever_the_reviews_are_the_rate_is_bounded(later: Rating, days: int, rate: float) -> None:
    """All is forgotten after two days; or nothing after three months, each time."""
    histories = [[Review("x", at(0), Rating.GOOD), Review("x", at(days), later)] for _ in range(80)]
    assert rate_of(histories) == rate


def test_what_was_reviewed_before_the_moment_counts_as_what_led_there_only() -> None:
    histories = reviews_of(1.6, items=20)
    newest = [[*history[:5], Review("x", history[5].at, Rating.AGAIN)] for history in histories]
    since = max(history[4].at for history in histories) + 1
    assert rate_of(newest, since) > rate_of(histories, since)
    assert rate_of(histories, at(10_000)) == pytest.approx(1.0)


def test_a_day_is_longer_to_who_forgets_faster() -> None:
    """What is stable for three days of the average is stable for two days of theirs, before and after a review."""
    slow, fast = (
        reviewed(reviewed(None, Rating.EASY, at(0), rate), Rating.GOOD, at(6 / rate), rate) for rate in (1, 2)
    )
    assert fast.stability_days == pytest.approx(slow.stability_days / 2)
    assert fast.difficulty == pytest.approx(slow.difficulty)
    assert (fast.due_at - fast.reviewed_at) / (slow.due_at - slow.reviewed_at) == pytest.approx(0.5, abs=0.05)


# ---- in a library ---------------------------------------------------------------------------------------------------


def hold(learner: SqliteLearner, days: int) -> None:
    """Three words, asked for day by day; two in three times they are gone."""
    with learner.changing() as change:
        for day in range(days):
            rating = Rating.GOOD if day % 3 == 0 else Rating.AGAIN
            for each in ("one", "two", "three"):
                review(change, Review(word(each).id, at(day), rating))


def test_it_is_fitted_once_there_are_enough_reviews_and_by_their_language_alone(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, word("one"), word("two"), word("three"), word("lejos", language="es"))
    days = REVIEWS_A_FIT // 3
    hold(learner, days)
    with learner.changing() as change:
        review(change, Review(word("lejos", language="es").id, at(0), Rating.GOOD))
        refit(change)
        assert change.forgetting() == {"ko": Forgetting(1.0, 3 * days), "es": Forgetting(1.0, 1)}
    hold(learner, days + 1)
    with learner.changing() as change:
        before = change.schedule_of(word("one").id)
        refit(change)
        after, forgetting = change.schedule_of(word("one").id), change.forgetting()
    assert forgetting["ko"].rate > 1.2 and forgetting["ko"].reviews == 0 and forgetting["es"].rate == 1.0
    assert before is not None and after is not None
    assert after.due_at == before.due_at, "else much would be due at once"
    assert after.stability_days == pytest.approx(before.stability_days / forgetting["ko"].rate)
    with learner.changing() as change:
        review(change, Review(word("one").id, at(days + 5), Rating.GOOD))
        assert change.schedule_of(word("one").id) == reviewed(after, Rating.GOOD, at(days + 5), forgetting["ko"].rate)
        assert replayed(change.reviews_of(word("one").id)) != change.schedule_of(word("one").id)


def test_who_has_all_that_is_remembered_forgotten_begins_as_the_average_again(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, word("one"), word("two"), word("three"))
    hold(learner, 2)
    learner.forget_all()
    with learner.changing() as change:
        assert change.forgetting() == {}
