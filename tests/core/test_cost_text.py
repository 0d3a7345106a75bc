"""What a lesson has cost, in words: spent is spent, and what nobody knows is never called free."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.cost_text import cost_words, kept_cost
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.reducer import advance

LESSON = Lesson(LessonPlan("p", "i", "marin"))
FREE = Capabilities(costs_money=False)
PRICED = Capabilities()
UNKNOWN = Capabilities(price_known=False)


@pytest.mark.parametrize(
    ("usd", "unknown_before", "abilities", "words"),
    [
        (0.0, False, FREE, "free"),
        (0.0, False, PRICED, "$0.00"),
        (0.0143, False, PRICED, "$0.014"),
        (1.256, False, PRICED, "$1.26"),
        (0.0, False, UNKNOWN, "cost unknown"),
        (0.0143, False, UNKNOWN, "at least $0.014"),
        (0.0143, False, FREE, "$0.014"),
        (0.0, True, FREE, "cost unknown"),
        (0.0143, True, FREE, "at least $0.014"),
        (0.0143, True, PRICED, "at least $0.014"),
    ],
)
def test_the_bill_in_words(usd: float, unknown_before: bool, abilities: Capabilities, words: str) -> None:
    assert cost_words(replace(LESSON, usd=usd, cost_unknown=unknown_before), abilities) == words


def test_what_an_unpriced_tutor_did_stays_unknown() -> None:
    lesson = advance(LESSON, ev.CostUnknown())
    assert cost_words(lesson, FREE) == "cost unknown"
    assert cost_words(advance(lesson, ev.Usage(0.5)), FREE) == "at least $0.500"


@pytest.mark.parametrize(
    ("usd", "unknown", "words"),
    [
        (0.0, False, ""),
        (0.0143, False, "$0.014"),
        (1.256, False, "$1.26"),
        (0.0, True, "unknown"),
        (0.5, True, "at least $0.500"),
    ],
)
def test_the_bill_of_a_lesson_that_is_over(usd: float, unknown: bool, words: str) -> None:
    assert kept_cost(usd, unknown) == words
