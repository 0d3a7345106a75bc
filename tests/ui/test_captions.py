"""The caption ladder on the screen, in the size of an old terminal: what is hidden is nowhere, and nothing jumps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.geometry import Offset
from textual.selection import Selection
from textual.widget import Widget

from tests.ui.stage import ENGLISH, READY, StagedSession, answered, drawn, make_app, shown, spoken, until
from tutor_tui.core import events as ev
from tutor_tui.core.captions import Rung
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import setting_fields
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.ui.app import TutorApp

QUESTION = "Good morning! Which of the two novels did you sympathise with, and what made you think of reading it again?"
B1 = replace(ENGLISH, level="B1")


def staged() -> StagedSession:
    session = StagedSession(plan_of(B1))
    session.happen(*READY, *answered("a1", "Hello, Mina!"), *spoken("u1", "Hello!"), *answered("a2", QUESTION))
    session.happen(ev.CaptionsChosen(Rung.HIDDEN))
    return session


def lines(app: TutorApp) -> list[str]:
    """The lines of the conversation."""
    assert app.lesson_screen is not None
    transcript: Widget = app.lesson_screen.transcript
    return [transcript.render_line(y).text.rstrip() for y in range(transcript.size.height)]


async def test_each_press_shows_more_and_no_line_moves() -> None:
    session = staged()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "c captions. reveal" in shown(app))
        places, seen = [line[:10].rstrip() for line in lines(app)][:9], []
        for rung in ("first letters", "rare words", "all"):
            seen.append(" ".join(lines(app)))
            await pilot.press("c")
            await until(pilot, lambda rung=rung: f"Captions: {rung}." in shown(app))  # type: ignore[misc]
            assert [line[:10].rstrip() for line in lines(app)][:9] == places
        assert "Mina" not in seen[0] and "You │ Hello!" in seen[0], "one's own words are never hidden"
        assert "G___ m______! W____ o_ t__ t__ n_____ d__ y__" in seen[1]
        assert "____ morning! _____ __ ___ ___ ______ ___" in seen[2]
        assert QUESTION[:40] in " ".join(lines(app))
        await until(pilot, lambda: ". reveal" not in shown(app))
        changed = next(each for each in setting_fields() if each.full_name == "screen.captions")
        app.settings_actions.change(changed, "hidden")
        await until(pilot, lambda: QUESTION[:12] not in shown(app))
        for words in ("Sec", "ret wo", "rds."):
            session.happen(ev.TutorTextDelta("a3", words))
            await drawn(pilot)
            assert "Sec" not in shown(app) and "ret" not in shown(app)
        await pilot.press("slash", *"Secret", "enter")
        await until(pilot, lambda: "not found" in shown(app))


async def test_a_line_is_revealed_and_only_then_can_be_copied_and_kept(tmp_path: Path) -> None:
    session = staged()
    app = make_app(session, learner=SqliteLearner(tmp_path / "library.sqlite3"))
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "The tutor's last line is hidden: . shows it." in shown(app))
        assert app.lesson_screen is not None
        app.screen.selections = {app.lesson_screen.transcript: Selection(Offset(10, 1), Offset(15, 1))}
        await pilot.press("y", "b")
        assert app.clipboard == "_____"
        await until(pilot, lambda: "Those words are hidden: . shows the line." in shown(app))
        await pilot.press("full_stop")
        await until(pilot, lambda: "Hello, Mina!" in shown(app))
        assert "sympathise" not in shown(app), "the line that is picked was meant"
        app.screen.clear_selection()
        await pilot.press("full_stop")
        await until(pilot, lambda: "sympathise" in shown(app))
        await pilot.press("y", "full_stop")
        assert app.clipboard == QUESTION
        await until(pilot, lambda: "No line of the tutor's is hidden now." in shown(app))
