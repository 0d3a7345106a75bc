"""The conversation searched: what is marked, where it leads, and which keys go on."""

from __future__ import annotations

import pytest

from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, shown, spoken, until
from tutor_tui.core import events as ev
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.screens.notes import NotesScreen
from tutor_tui.ui.widgets.transcript import Transcript
from tutor_tui.ui.widgets.transcript_layout import TranscriptLayout
from tutor_tui.ui.widgets.transcript_search import TranscriptSearch


def talk() -> tuple[ev.LessonEvent, ...]:
    filler = [event for i in range(40) for event in answered(f"f{i}", f"Filler number {i}.")]
    return (
        *READY,
        *answered("a1", "커피 한 잔 주세요. Coffee, please!"),
        *filler,
        *spoken("u1", "One coffee for me, and COFFEE for her."),
        *answered("a2", "Tea?"),
    )


def marked(app: TutorApp, tone: str) -> list[str]:
    """The words that are marked so in what is in sight."""
    assert app.lesson_screen is not None
    transcript = app.lesson_screen.transcript
    wanted = transcript.get_component_rich_style(f"transcript--{tone}").bgcolor
    lines = [transcript.render_line(y) for y in range(transcript.size.height)]
    return [text for line in lines for text, style, _ in line if style is not None and style.bgcolor == wanted]


async def test_the_newest_match_is_shown_while_it_is_typed_and_n_goes_back_through_the_others() -> None:
    session = StagedSession()
    session.happen(*talk())
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("slash", *"coffee")
        await until(pilot, lambda: "3 of 3" in shown(app))
        assert marked(app, "current") == ["COFFEE"]
        assert marked(app, "found") == ["coffee"]
        assert "? help" not in shown(app)
        await pilot.press("enter", "n")
        await until(pilot, lambda: "2 of 3 · n older · N newer · esc ends" in shown(app))
        assert marked(app, "current") == ["coffee"]
        await pilot.press("n")
        await until(pilot, lambda: marked(app, "current") == ["Coffee"])
        assert "커피" in shown(app), "the place is in sight"
        await pilot.press("N", "N")
        await until(pilot, lambda: "3 of 3" in shown(app))
        await pilot.press("N")
        await until(pilot, lambda: "1 of 3" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "1 of 3" not in shown(app))
        assert marked(app, "current") == marked(app, "found") == []


async def test_arrows_go_on_while_the_words_are_typed_and_escape_ends_it_in_one_press() -> None:
    session = StagedSession()
    session.happen(*talk())
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("slash", *"coffee", "up", "up")
        await until(pilot, lambda: "1 of 3" in shown(app))
        await pilot.press("down", "escape")
        await until(pilot, lambda: "of 3" not in shown(app))
        assert isinstance(app.focused, Transcript)
        await pilot.press("m")
        assert session.lesson.muted, "the keys are themselves again"


async def test_outside_of_a_search_n_is_the_notes_key() -> None:
    session = StagedSession()
    session.happen(*talk())
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("slash", *"tea", "enter", "n", "m")
        assert app.screen is app.lesson_screen
        assert session.lesson.muted, "other keys do what they do"
        await pilot.press("escape", "n")
        await until(pilot, lambda: isinstance(app.screen, NotesScreen) or "written down" in shown(app))


async def test_what_is_not_there_is_said_and_hangul_is_found_as_it_is_written() -> None:
    session = StagedSession()
    session.happen(*talk())
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("slash", *"zebra")
        await until(pilot, lambda: "not found" in shown(app))
        assert app.lesson_screen is not None
        app.lesson_screen.bottom.search.line.value = "한 잔"
        await until(pilot, lambda: "1 of 1" in shown(app))
        assert marked(app, "current") == ["한 잔"]


async def test_what_is_said_meanwhile_is_found_too_and_the_place_stays() -> None:
    session = StagedSession()
    session.happen(*talk())
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("slash", *"coffee", "enter", "n")
        await until(pilot, lambda: "2 of 3" in shown(app))
        session.happen(*answered("a3", "More coffee?"))
        await drawn(pilot)
        await pilot.press("N", "N")
        await until(pilot, lambda: "4 of 4" in shown(app))
        assert marked(app, "current") == ["coffee"]


@pytest.mark.parametrize("width", [20, 40, 60, 100])
async def test_a_match_over_the_end_of_a_line_is_marked_on_both(width: int) -> None:
    words = "The quick brown fox jumps over the lazy dog near the river bank every single morning at dawn."
    session = StagedSession()
    session.happen(*READY, *answered("a1", words))
    layout = TranscriptLayout()
    layout.width = width
    layout.take(session.lesson)
    layout.lay_out(0)
    layout.recount()
    search = TranscriptSearch(layout)
    for query in ("fox jumps over the lazy dog near", "morning at dawn.", words, "T", ".", "[", "("):
        search.look_for(query)
        said = ""
        for y in range(layout.height):
            line = "".join(piece.text for piece in layout.line(y))
            said += "".join(f"{line[found.start : found.end]} " for found in search.found_on(y))
        count = words.lower().count(query.lower())
        assert said.lower().split() == (f"{query.lower()} " * count).split()
        assert search.outcome == (f"{count} of {count}" if count else "not found")
