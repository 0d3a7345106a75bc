"""What is said of a lesson when it is over."""

from __future__ import annotations

import pytest

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import Turn
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.lesson_summary import end_words, is_going_on, kept_line, summary_line
from tutor_tui.core.minutes_text import length_words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.0, "under 1 min"),
        (0.49, "under 1 min"),
        (0.5, "1 min"),
        (2.5, "3 min"),
        (9.5, "10 min"),
        (59.4, "59 min"),
        (59.5, "1 h"),
        (65.0, "1 h 5 min"),
        (120.2, "2 h"),
    ],
)
def test_a_length_is_told_to_the_minute(minutes: float, words: str) -> None:
    assert length_words(minutes) == words


def test_what_the_learner_said_is_counted_and_not_what_the_tutor_did() -> None:
    lines = (
        Turn("t0", "tutor", "Hi."),
        Turn("l0", "learner", "Hello."),
        Turn("l1", "learner"),
        Turn("t1", "tutor", "?"),
    )
    lesson = Lesson(LessonPlan("P", "", ""), turns=lines, replies=2)
    free = Capabilities(costs_money=False)
    assert summary_line(lesson, 190, free) == "the lesson is over: 3 min, you said 1 line, free"


@pytest.mark.parametrize(
    ("ended_at", "recovered", "words"),
    [(None, False, "going on now"), (None, True, "broken off"), (60.0, True, "broken off"), (60.0, False, "")],
)
def test_a_lesson_without_an_end_goes_on_or_was_broken_off(ended_at: float | None, recovered: bool, words: str) -> None:
    lesson = LessonRecord("l", 0.0, "P", ended_at=ended_at, recovered=recovered)
    assert (end_words(lesson), is_going_on(lesson)) == (words, words == "going on now")


@pytest.mark.parametrize(
    ("place", "recorded", "words"),
    [
        ("", False, "(kept: tutor-tui history show l)"),
        ("", True, "(kept, with its sound: tutor-tui history show l)"),
        ("in l.journal.jsonl for now", True, "(kept in l.journal.jsonl for now)"),
        ("in l.journal.jsonl for now", False, "(kept in l.journal.jsonl for now)"),
    ],
)
def test_where_a_lesson_is_kept_and_its_sound_only_where_that_is(place: str, recorded: bool, words: str) -> None:
    assert kept_line("l", place, recorded=recorded, first_run="f") == words


def test_a_second_run_in_which_nothing_was_said_has_no_report_and_says_so() -> None:
    words = "(you said nothing the second time, so the report is that of the first: tutor-tui report f)"
    assert kept_line("", "", recorded=False, first_run="f") == words
    assert kept_line("", "in l.journal.jsonl", recorded=False, first_run="f") == ""
    assert kept_line("", "", recorded=False) == ""
