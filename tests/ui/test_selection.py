"""What the mouse selects is seen, and is copied as it was said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, shown, spoken, until
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Turn
from tutor_tui.ui.clipboard import copied, copy_program
from tutor_tui.ui.widgets.transcript import Transcript
from tutor_tui.ui.widgets.turn_text import Setting, TextPlace, laid_out, words_between

LONG = (
    "This sentence is far too long for one line of the conversation, so it is broken, and so is this one, between "
    "words.\n긴 한국어 문장도 줄이 바뀌지만 낱말 사이에서만 바뀌고, 복사하면 한 줄로 나와야 합니다. "
    "日本語の長い文も同じように折り返されるが、写すときに改行は入らない。"
)


async def select(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(Transcript, offset=start)
    await pilot.hover(Transcript, offset=end)
    await pilot.mouse_up(Transcript, offset=end)


async def test_what_is_selected_is_seen() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "커피 한 잔 주세요."))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert app.lesson_screen is not None
        transcript = app.lesson_screen.transcript

        def marked() -> str:
            style = app.screen.get_component_rich_style("screen--selection")
            assert style.bgcolor is not None
            return "".join(text for text, own, _ in transcript.render_line(1) if own and own.bgcolor == style.bgcolor)

        assert marked() == ""
        await select(pilot, (11, 1), (16, 1))
        await until(pilot, lambda: marked().startswith("커피"))


async def test_what_is_copied_has_no_names_bars_or_line_ends_of_ours() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", LONG), *spoken("u1", "Coffee, please."), ev.TutorTextDelta("a2", "Here!"))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await select(pilot, (0, 0), (70, 12))
        await pilot.press("y")
        assert app.clipboard == f"{LONG}\nCoffee, please.\nHere!"
        await until(pilot, lambda: "Copied: “This sentence" in shown(app))


@pytest.mark.parametrize("width", [20, 47, 60, 80, 200])
@pytest.mark.parametrize("continues", [False, True])
def test_every_stretch_of_a_turn_is_what_was_said_there(width: int, continues: bool) -> None:
    turn, setting = Turn("a1", "tutor", LONG), Setting(width, continues=continues)
    lines = ["".join(piece.text for piece in line) for line in laid_out(turn, setting)]
    said = [(number, line) for number, line in enumerate(lines) if "┃ " in line]
    for number, line in said:
        words = line[line.index("┃ ") + 2 :]
        assert words_between(turn, setting, TextPlace(number, 0), TextPlace(number, len(line))) == words
        assert words_between(turn, setting, TextPlace(number, len(line) - 1), TextPlace(number, 999)) == words[-1:]
    assert words_between(turn, setting, TextPlace(0, 0), TextPlace(len(lines), 0)) == LONG


async def test_with_nothing_selected_the_tutors_last_words_are_copied_and_said() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "There is nothing to copy yet" in shown(app))
        session.happen(*answered("a1", "커피 한 잔 주세요."), *spoken("u1", "Coffee, please."))
        await drawn(pilot)
        await pilot.press("y")
        assert app.clipboard == "커피 한 잔 주세요."
        await until(pilot, lambda: "Copied: “커피 한 잔 주세요.”" in shown(app))


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop with one program that takes copies into the file that is returned."""
    program = tmp_path / "xclip"
    program.write_text(
        '#!/bin/sh\n[ "$1 $2" = "-selection clipboard" ] && [ -z "$OPENAI_API_KEY" ] && cat > "$0.got"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":1")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    return tmp_path / "xclip.got"


async def test_a_program_of_the_desktop_gets_the_words_and_no_key(desktop: Path) -> None:
    assert await copied("커피 한 잔")
    assert desktop.read_text() == "커피 한 잔"  # noqa: ASYNC240 - the test has nothing else to do


async def test_a_program_that_fails_is_none(desktop: Path) -> None:
    (desktop.parent / "xclip").write_text("#!/bin/sh\nexit 1\n")
    assert not await copied("words")


async def test_without_a_program_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    session = StagedSession()
    session.happen(*READY, *answered("a1", "Hello."))
    app = make_app(session)
    async with app.run_test(size=(140, 30)) as pilot:
        await drawn(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "hold shift while you select" in shown(app))


async def test_beside_other_news_the_way_out_is_not_what_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    session = StagedSession()
    lost = (ev.DeviceLost(each, f"No {each} was found.", "Plug one in.") for each in ("microphone", "speaker"))
    session.happen(*READY, *answered("a1", LONG), *lost)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Copied: “This" in shown(app))
        assert "hold shift while you select, and copy as the terminal does." in " ".join(shown(app).split())


def test_the_program_is_the_one_whose_desktop_is_there(desktop: Path) -> None:
    path = {"PATH": str(desktop.parent)}
    assert copy_program(path | {"DISPLAY": ":0"})[0] == "xclip"
    assert copy_program(path) == ()
    assert copy_program(path | {"WAYLAND_DISPLAY": "wayland-0"}) == ()
    assert copy_program(path | {"DISPLAY": ":0"}, mac=True) == ()
