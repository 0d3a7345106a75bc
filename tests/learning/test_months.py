"""Months of simulated learners, one lesson a day, in a real library: what FSRS makes of conversation."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import dataclass, field
from statistics import fmean

import pytest

from tests.learning.helpers import at, spoken, word
from tutor_tui.learning.evidence import Claim, judged
from tutor_tui.learning.forgetting_rate import refit
from tutor_tui.learning.items import Item, Rating, Schedule, Use
from tutor_tui.learning.learner import DUE_IN_A_LESSON, LearnerChange, add_evidence, keep
from tutor_tui.learning.reviews import DESIRED_RETENTION, retrievability, reviewed
from tutor_tui.library.database import connect
from tutor_tui.library.learner import SqliteLearner

pytestmark = pytest.mark.xdist_group("months")  # the months are lived through once, by one worker

DAYS = 90
DRILLED = 5
"""Due items that are drilled on a day, where talk has left any."""
SETTLED = 20
"""By then the first items have come back several times."""
KNOWN_AT_FIRST = 0.7
"""So many are remembered on the day after they were met."""


@dataclass
class Learner:
    """One who remembers by FSRS's own curve, but forgets so many times as fast as the average: what they have in memory
    is theirs, whatever the program takes it for.
    """

    language: str
    times_as_fast: float
    random: random.Random
    memory: dict[str, Schedule] = field(default_factory=dict)
    """By item."""
    chances: list[float] = field(default_factory=list)
    """Of recalling what was asked for, where it had been reviewed before."""
    due: list[int] = field(default_factory=list)
    """By day: how many items were due."""

    def recalls(self, item_id: str, day: int) -> bool:
        before = self.memory.get(item_id)
        chance = KNOWN_AT_FIRST if before is None else retrievability(before, at(day))
        if before is not None and day >= SETTLED:
            self.chances.append(chance)
        recalled = self.random.random() < chance
        rating = Rating.GOOD if recalled else Rating.AGAIN
        self.memory[item_id] = reviewed(before, rating, at(day), self.times_as_fast)
        return recalled

    @property
    def retention(self) -> float:
        return fmean(self.chances)


@pytest.fixture(scope="module")
def learners(tmp_path_factory: pytest.TempPathFactory) -> list[Learner]:
    """A slow forgetter, the average, and a fast one, after ninety days of one new word each."""
    chance = random.Random(20261128)
    all_of_them = [Learner("ko", 0.7, chance), Learner("es", 1.0, chance), Learner("ja", 1.4, chance)]
    file = tmp_path_factory.mktemp("months") / "library.sqlite3"
    store = SqliteLearner(file)
    with closing(connect(file)):  # as long as it is open, SQLite does not tidy up behind each of the others
        for day in range(DAYS):
            _hold_lessons(store, all_of_them, day)
    return all_of_them


def _hold_lessons(store: SqliteLearner, learners: list[Learner], day: int) -> None:
    lessons = [
        (each, store.due(each.language, at(day), DUE_IN_A_LESSON + DRILLED), _new(each, day)) for each in learners
    ]
    with store.changing() as change:
        for learner, due, new in lessons:
            for kept in due:
                _ask(change, learner, kept.item, day)
            keep(change, new)
        refit(change)
    for each in learners:
        each.due.append(store.count_due(each.language, at(day + 1)))


def _ask(change: LearnerChange, learner: Learner, item: Item, day: int) -> None:
    how = Use.INDEPENDENT if learner.recalls(item.id, day) else Use.LAPSE
    evidence = judged(Claim(item.id, how, item.term), item.term, spoken(f"So, {item.term}.", day))
    assert evidence is not None
    add_evidence(change, evidence)


def _new(learner: Learner, day: int) -> Item:
    return word(f"word {day}", day=day, language=learner.language)


def test_what_is_due_stays_bounded_for_slow_and_fast_forgetters(learners: list[Learner]) -> None:
    for each in learners:
        assert max(each.due) <= 4 * DUE_IN_A_LESSON, each
        assert fmean(each.due[-20:]) <= DUE_IN_A_LESSON + DRILLED, each


def test_nine_in_ten_are_remembered_when_they_are_asked_for_by_slow_and_by_fast_forgetters(
    learners: list[Learner],
) -> None:
    for each in learners:
        assert DESIRED_RETENTION - 0.02 <= each.retention <= DESIRED_RETENTION + 0.03, each.times_as_fast
