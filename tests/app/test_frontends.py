"""What is left of a lesson on the terminal when its screen is gone."""

from __future__ import annotations

import io
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest

from tutor_tui.app.frontends import Screen
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import Turn
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import Correction, Note, Word
from tutor_tui.learning.items import Item
from tutor_tui.learning.noted_items import item_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PLAN = LessonPlan("P", "", "", target_language="es")


def session_with(lesson: Lesson) -> SimpleNamespace:
    return SimpleNamespace(
        lesson=lesson,
        elapsed_s=200.0,
        tutor=SimpleNamespace(capabilities=Capabilities(costs_money=False)),
        recorder=SimpleNamespace(kept_line="(kept: tutor-tui history show 2026-11-27-k3f9)"),
        memory=SimpleNamespace(consent=SimpleNamespace(lost_line="")),
    )


class Learner:
    """In which some items are deleted."""

    def __init__(self, *deleted: Item) -> None:
        self._deleted = {each.id for each in deleted}

    def forgotten(self, item_ids: Collection[str]) -> Collection[str]:
        return self._deleted.intersection(item_ids)


def test_a_note_that_was_deleted_for_good_is_not_told_at_the_end_and_no_note_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slip, tea = Correction("tQuiero", "Quiero"), Word("el té", "tea")
    notes = (Note(slip, "l0"), Note(tea, "l0"), Note(tea, "l1"))
    app: Any = SimpleNamespace(session=session_with(Lesson(PLAN, notes=notes, replies=1)))
    learner: Any = Learner(item_of(slip, "es"))
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    Screen(app, on_left=lambda: None, learner=learner)._leave_summary()
    assert terminal.getvalue().splitlines()[1:-1] == ["Phrase: el té: tea"]


def test_the_last_lines_are_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    note = Note(Correction("I have seen him yesterday", "I saw him yesterday", "a finished time"), "l0")
    said = Turn("l0", "learner", "I have seen him yesterday.")
    session = session_with(Lesson(LessonPlan("P", "", ""), turns=(said,), notes=(note,), replies=1))
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
