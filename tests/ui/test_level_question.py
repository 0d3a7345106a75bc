"""The level that a tutor suggests, on the screen: two lines under the conversation, and two keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from tests.ui.stage import KOREAN, KOREAN_TALK, StagedSession, answered, make_app, shown, spoken, until
from tutor_tui.core import events as ev
from tutor_tui.core.profile import plan_of
from tutor_tui.core.tools import LESSON_TOOLS, LevelSuggestion, Note, Word
from tutor_tui.tools.registry import standard_tools
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.widgets.transcript import Transcript

B1 = LevelSuggestion("B1", "you told a whole story without help")


def said(app: TutorApp) -> str:
    """What is on the screen, with its lines joined."""
    return " ".join(shown(app).split())


def session() -> StagedSession:
    plan = replace(plan_of(KOREAN), tools=standard_tools().specs(LESSON_TOOLS))
    staged = StagedSession(plan)
    staged.happen(*KOREAN_TALK)
    return staged


@pytest.mark.parametrize(("pressed", "level"), [("y", "B1"), ("n", "A2"), ("ㅛ", "B1")])
async def test_two_keys_take_it_or_leave_it_and_the_talk_stays_in_sight(pressed: str, level: str) -> None:
    staged = session()
    app = make_app(staged)
    async with app.run_test(size=(80, 24)) as pilot:
        staged.happen(ev.LevelSuggested(B1))
        await until(pilot, lambda: "takes it" in said(app))
        text = said(app)
        assert "The tutor suggests level B1: you told a whole story without help." in text
        assert "y takes it, n leaves it." in text
        assert "완벽해요!" in text and isinstance(app.focused, Transcript)
        await pilot.press(pressed)
        await until(pilot, lambda: "takes it" not in said(app))
        assert staged.lesson.plan.level == level
        kept = "" if level == "A2" else level
        await until(pilot, lambda: app.settings_actions.settings.lesson.level == kept)
        assert f"level {level}" in said(app), "what came of it"
        assert "Copied" not in said(app), "y did not do what it does otherwise"
        await pilot.press("y")
        await until(pilot, lambda: "Copied" in said(app))


@pytest.mark.parametrize(("pressed", "said_so"), [("y", "yes"), ("n", "no")])
async def test_the_same_keys_answer_whether_the_learner_said_something(pressed: str, said_so: str) -> None:
    staged = session()
    app = make_app(staged)
    async with app.run_test(size=(80, 24)) as pilot:
        staged.happen(
            *spoken("u7", "저는 커피를 좋아해요.", unsure=True), *answered("t7", "“저는 커피를 좋아해요”라고 했어요?")
        )
        await until(pilot, lambda: "The tutor asks whether you said that." in said(app))
        assert "Say it, or y for yes, n for no." in said(app)
        await pilot.press(pressed)
        await until(pilot, lambda: staged.lesson.turns[-1].text == said_so)
        assert staged.lesson.turns[-1].typed
        await until(pilot, lambda: "whether you said that" not in said(app))
        assert "Copied" not in said(app)


async def test_on_the_typing_line_letters_stay_letters() -> None:
    staged = session()
    app = make_app(staged)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        staged.happen(ev.LevelSuggested(B1))
        await until(pilot, lambda: "y or n, and enter." in said(app))
        await pilot.press("y", "n")
        screen = app.lesson_screen
        assert screen is not None and screen.bottom.composer.value == "yn"
        assert staged.lesson.suggestion == B1
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: staged.lesson.suggestion is None)
        assert staged.lesson.plan.level == "B1"
        assert not any(turn.text == "y" for turn in staged.lesson.turns), "the tutor hears nothing of it"


async def test_what_the_tutor_wrote_as_its_reason_is_text() -> None:
    staged = session()
    app = make_app(staged)
    async with app.run_test(size=(80, 24)) as pilot:
        staged.happen(ev.LevelSuggested(LevelSuggestion("B1", "[bold]x[/]\x1b[31m")))
        await until(pilot, lambda: "[bold]x[/]␛[31m" in said(app))


@pytest.mark.parametrize("size", [(60, 18), (80, 16), (60, 12)])
async def test_in_a_small_window_the_keys_are_what_stays(size: tuple[int, int]) -> None:
    staged = session()
    app = make_app(staged)
    async with app.run_test(size=size) as pilot:
        staged.happen(ev.LevelSuggested(B1))
        await until(pilot, lambda: "leaves it" in said(app))


async def test_the_help_names_the_two_keys() -> None:
    app = make_app()
    async with app.run_test(size=(110, 120)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: "Yes: you said it, or take the level" in shown(app))
        text = shown(app)
        assert re.search(r"\by +Yes: you said it, or take the level", text), text
        assert re.search(r"\bn +No: you did not, or keep the level", text), text


async def test_whether_notes_are_kept_is_asked_with_the_same_two_keys() -> None:
    staged = session()
    answers: list[bool] = []
    staged.memory.consent.on_decided = answers.append
    app = make_app(staged)
    async with app.run_test(size=(80, 24)) as pilot:
        staged.happen(ev.KeepAsked())
        await until(pilot, lambda: "y to keep them, n not to." in said(app))
        assert "Keep your notes for the next lesson, on this machine?" in said(app)
        await pilot.press("y")
        await until(pilot, lambda: "Kept: 0 notes. They come back in your next lessons" in said(app))
        assert answers == [True]


async def test_who_leaves_before_they_have_said_whether_notes_are_kept_is_asked_once() -> None:
    staged, put = session(), list[object]()
    staged.memory.consent.journal, staged.memory.consent.keep = Journal(put), "ask"
    app = make_app(staged)
    async with app.run_test(size=(80, 24)) as pilot:
        staged.take(ev.Noted(Note(Word("멀다", "far"), "")))
        await until(pilot, lambda: "Keep your notes" in said(app))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Without a yes they are lost" in said(app))
        await pilot.press("y")
        await until(pilot, lambda: bool(put) and app._exit)


@dataclass
class Journal:
    """A journal in memory."""

    changes: list[object]

    def put(self, change: object) -> None:
        self.changes.append(change)
