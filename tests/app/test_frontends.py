"""What is left of a lesson on the terminal when its screen is gone."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from tutor_tui.app.frontends import Screen
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import Turn
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import Correction, Note


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_last_lines_are_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    note = Note(Correction("I have seen him yesterday", "I saw him yesterday", "a finished time"), "l0")
    said = Turn("l0", "learner", "I have seen him yesterday.")
    session = SimpleNamespace(
        lesson=Lesson(LessonPlan("P", "", ""), turns=(said,), notes=(note,), replies=1),
        elapsed_s=200.0,
        tutor=SimpleNamespace(capabilities=Capabilities(costs_money=False)),
        recorder=SimpleNamespace(
            lesson_id="2026-11-27-k3f9", place="", sound=SimpleNamespace(has_any=False), first_run=""
        ),
        memory=SimpleNamespace(undecided=0, lost_with_lesson=0),
    )
    app: Any = SimpleNamespace(session=session)
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "44")
    Screen(app, on_left=lambda: None)._leave_summary()
    assert terminal.getvalue().splitlines() == [
        "the lesson is over: 3 min, you said 1 line,",
        "free",
        "Mistake: “I have seen him yesterday” is",
        "better as “I saw him yesterday” (a finished",
        "time)",
        "(kept: tutor-tui history show",
        "2026-11-27-k3f9)",
    ]
