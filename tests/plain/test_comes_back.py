"""What was missed in one lesson is asked for in the next, three days later, though the first one was killed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.plain.programs import KEEPING, hold, later_by, piped
from tests.support.paths import folders_below
from tutor_tui.learning.items import ItemKind, Rating, Use
from tutor_tui.library.learner import SqliteLearner

DAYS_S = 3 * 86_400
LESSON = ("--profile", "english-first-words")


@pytest.mark.slow
def test_what_was_missed_is_asked_for_three_days_later_though_the_first_lesson_was_killed(tmp_path: Path) -> None:
    learner = SqliteLearner(folders_below(tmp_path).library_file)
    with piped(tmp_path, *LESSON, **KEEPING) as first:
        first.lines.wait_for("your turn")
        first.type("my name Anna")
        first.lines.wait_for("Mistake: ")
        until_s = time.monotonic() + 10
        while not learner.items("en") and time.monotonic() < until_s:
            time.sleep(0.05)
        first.process.kill()
    (missed,) = learner.items("en", [ItemKind.CORRECTION])
    later = later_by(tmp_path, DAYS_S)
    with piped(tmp_path, *LESSON, **KEEPING, **later) as second:
        assert "Last time you said “my name Anna”. Say it better." in second.lines.wait_for("your turn")
        second.type("my name Anna")
        second.lines.wait_for("Tool: noted: My name is Anna. (missed)")
        second.type("My name is Anna.")
        second.lines.wait_for("Nice to meet you, Anna!")
        second.stdin.close()
        assert second.process.wait(30) == 0
    (same,) = learner.items("en", [ItemKind.CORRECTION])
    assert same.item.id == missed.item.id and same.lapses == 1
    assert [each.use for each in learner.evidence_of(same.item.id)] == [Use.LAPSE, Use.ASSISTED]
    (review,) = learner.reviews_of(same.item.id)
    assert review.rating is Rating.AGAIN and review.at - missed.item.added_at >= DAYS_S
    report = hold(tmp_path, b"", "report", **later).stdout
    assert "To improve  “my name Anna” → “My name is Anna”" in report
    coming = next(line for line in report.splitlines() if line.startswith("Next  "))
    assert " comes back from " in coming
    assert "“My name is Anna.”" in coming and "“my name is”" not in coming, "one mistake is one item: its word is in it"


def test_a_task_is_done_once_more_and_both_runs_stand_side_by_side(tmp_path: Path) -> None:
    with piped(tmp_path, *LESSON, **KEEPING) as lesson:
        lesson.lines.wait_for("your turn")
        lesson.type("my name Anna")
        lesson.lines.wait_for("Mistake: ")
        lesson.type("/again")
        lesson.lines.wait_for("Once more: “English first words”, about ")
        lesson.lines.wait_for("The lesson that you are in ends here. It is kept")
        lesson.type("/yes")
        lesson.lines.wait_for("What is your name?")
        lesson.type("My name is Anna.")
        lesson.lines.wait_for("Nice to meet you, Anna!")
        lesson.stdin.close()
        assert lesson.process.wait(30) == 0
    report = hold(tmp_path, b"", "report").stdout
    assert "Your lines: 1 → 1" in report and "Mistakes noted: 1 → 0" in report
    assert "Said well   “My name is Anna.”" in report
    assert "The same task once more, best from " in report
