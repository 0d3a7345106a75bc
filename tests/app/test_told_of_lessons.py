"""What the front ends are told of the lessons that are kept, out of a real library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.helpers import correction, learner_in, word
from tests.ui.past_lessons import ALL, CAFE, kept_in
from tutor_tui.app.kept_lessons import overview_of, report_lines_of
from tutor_tui.app.remembered import briefing_for, briefing_lines_of
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.local_time import local_time
from tutor_tui.core.problems import Problem
from tutor_tui.learning.briefing import briefing_lines


def test_a_lesson_that_is_kept_has_a_report_and_counts_as_progress(tmp_path: Path) -> None:
    kept_in(tmp_path, ALL)
    file = tmp_path / "lessons.sqlite"
    lines = dict(report_lines_of(file, CAFE.lesson.id))
    assert lines["You said"].startswith("3 lines") and "→" in lines["To improve"]
    assert "Next" not in lines, "what comes next is said of a lesson of today"
    with pytest.raises(Problem):
        report_lines_of(file, "no-such")
    overview = overview_of(file, "1 × 1", "ko")
    assert len(overview.weeks) == 12 and overview.is_empty  # those lessons are years old
    assert overview.goal == "○ 1 × 1 min a week"
    assert overview_of(tmp_path / "none.sqlite", "", "ko").is_empty


def test_one_to_three_days_after_a_lesson_its_task_is_to_be_done_once_more(tmp_path: Path) -> None:
    kept_in(tmp_path, [CAFE])
    file, language, began_at = tmp_path / "lessons.sqlite", CAFE.lesson.target_language, CAFE.lesson.began_at

    def told(days: int) -> str:
        briefing = briefing_for(language, file, LearnerSettings(keep="yes"), began_at + days * 86_400)
        return dict(briefing_lines(briefing)).get("once more", "")

    assert told(1) == "the same task again shows what has grown" and told(3) == told(1)
    assert told(0) == told(5) == ""


@pytest.mark.parametrize(("days", "once_more"), [(0, ""), (1, "the same task again shows what has grown")])
def test_the_last_lesson_is_told_by_its_unit_with_what_was_done_in_it(
    tmp_path: Path, days: int, once_more: str
) -> None:
    walked = replace(CAFE, lesson=replace(CAFE.lesson, offline_lesson="ko-a1-cafe"))
    later = replace(CAFE.lesson, id="d", began_at=CAFE.lesson.began_at + 60, drill="recall")
    turns = tuple(replace(turn, lesson_id="d") for turn in CAFE.turns)
    drilled = replace(CAFE, lesson=later, turns=turns, corrections=(), words=())
    kept_in(tmp_path, [walked, drilled])
    unit = LessonHead(
        "ko-a1-cafe", "In the café", "ko", "A1", "korean-a1", 3, ("order something to eat and drink " * 3, "pay")
    )
    file, at = tmp_path / "lessons.sqlite", CAFE.lesson.began_at + days * 86_400
    told = dict(briefing_lines(briefing_for("ko", file, LearnerSettings(keep="yes"), at, lambda: [unit])))
    line, began = told["last lesson"], local_time(CAFE.lesson.began_at)
    assert line.startswith(f"In the café, {began.day} {began:%B}: order something to ") and len(line) <= 60
    assert told.get("once more", "") == once_more
    unknown = dict(briefing_lines(briefing_for("ko", file, LearnerSettings(keep="yes"), at)))
    assert unknown["last lesson"] == f"{CAFE.lesson.profile}, {began.day} {began:%B}", "the script is gone"
    old = dict(briefing_lines(briefing_for("ko", file, LearnerSettings(keep="yes"), at + 400 * 86_400)))
    assert old["last lesson"] == f"{CAFE.lesson.profile}, {began.day} {began:%B %Y}"


def test_what_is_due_is_counted_before_a_lesson_and_not_named(tmp_path: Path) -> None:
    learner_in(tmp_path, word(), word("가깝다", "near"), correction())
    file = tmp_path / "data" / "library.sqlite3"
    lines = dict(briefing_lines_of(file, LearnerSettings(keep="yes"), "ko"))
    assert lines["to come back"] == "2 words, 1 mistake" and "멀다" not in str(lines)
    assert lines["last mistake"].startswith(f"{correction().said} → …") and correction().term not in str(lines)
    assert briefing_lines_of(file, LearnerSettings(keep="ask"), "ko") == ()
    assert dict(briefing_lines_of(file, LearnerSettings("yes", goal="2x15"), "ja")) == {"goal": "○○ 2 × 15 min a week"}
