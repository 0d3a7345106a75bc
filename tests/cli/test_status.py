"""`tutor-tui status` and `tutor-tui report`, on a library on the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.test_progress import NOW, on
from tests.learning.test_report import KEPT, LESSON
from tests.support.kept_lessons import fill
from tutor_tui.cli.main import main
from tutor_tui.cli.status import status_line, status_object
from tutor_tui.config.paths import find_folders
from tutor_tui.core.weekly_goal import WeeklyGoal
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.learning.learner import keep
from tutor_tui.library.learner import SqliteLearner


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return find_folders().library_file


def test_where_nothing_was_done_yet_there_is_nothing_due(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "0 due · 0 min this week\n"
    assert not file.exists()
    settings = find_folders().config_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[learner]\ngoal = "3 x 15 min"\n', encoding="utf-8")
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "0 due · 0 min this week · ○○○ 3 × 15 min a week\n"
    assert main(["report"]) == 2
    assert capsys.readouterr().err == "tutor-tui: No lesson is kept yet. Hold one: tutor-tui\n"


def test_status_tells_what_is_due_the_minutes_of_this_week_and_the_goal(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = [replace(LESSON, id=f"l{day}", began_at=on(day), ended_at=on(day) + 130) for day in (24, 25, 18)]
    fill(
        file,
        [
            replace(
                KEPT,
                lesson=each,
                turns=tuple(replace(turn, lesson_id=each.id) for turn in KEPT.turns),
                corrections=(),
                words=(),
            )
            for each in lessons
        ],
    )
    with SqliteLearner(file).changing() as change:
        for language, term in (("en", "lovely"), ("ko", "안녕"), ("en", "home")):
            keep(change, Item(language, ItemKind.WORD, term, f"what {term} means", added_at=on(20)))
    found = status_object(file, NOW, WeeklyGoal(3, 2))
    assert found == {
        "due": 3,
        "due_by_language": {"en": 2, "ko": 1},
        "minutes_this_week": 4,
        "goal": {"times": 3, "minutes": 2, "done": 2},
    }
    assert status_line(found) == "3 due · 4 min this week · ●●○ 3 × 2 min a week"
    monkeypatch.setenv("TUTOR_TUI_LEARNER_GOAL", "2 × 30 min")
    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["goal"] == {"times": 2, "minutes": 30, "done": 0}


def test_a_report_is_printed_of_the_last_lesson_or_of_the_one_that_is_named(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(file, [KEPT])
    for words in (["report"], ["report", "abcd"]):
        assert main(words) == 0
        out = capsys.readouterr().out
        assert out.startswith("Talk, ") and "\nTo improve  “I goed home.” → “I went home.” (“go” is irregular)\n" in out
    assert main(["report", "abcd", "efgh"]) == 2
    assert "'efgh' is too much. Try: tutor-tui report abcd" in capsys.readouterr().err
