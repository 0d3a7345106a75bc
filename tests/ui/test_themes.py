from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

from tests.ui.stage import Saved, StagedSession, make_app, shown, until
from tutor_tui.core.screen_settings import ScreenSettings
from tutor_tui.core.screen_settings import Theme as SettingTheme
from tutor_tui.core.settings import Settings
from tutor_tui.ui.textual_patches.terminal_parser import TerminalBackground, TerminalParser
from tutor_tui.ui.themes import THEMES, terminal_is_light, themes_for


def in_256(colour: str | None) -> str:
    """What becomes of a colour where there are 256."""
    assert colour is not None
    return RichColor.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


def reduced(theme: Theme) -> Theme:
    return replace(
        theme,
        background=in_256(theme.background),
        surface=in_256(theme.surface),
        panel=in_256(theme.panel),
        foreground=in_256(theme.foreground),
        primary=in_256(theme.primary),
        secondary=in_256(theme.secondary),
        accent=in_256(theme.accent),
        success=in_256(theme.success),
        warning=in_256(theme.warning),
        error=in_256(theme.error),
        variables={name: in_256(theme.variables[name]) for name in ("muted", "learner-text", "faint")},
    )


@pytest.mark.parametrize("theme", map(reduced, themes_for("256")), ids=lambda theme: theme.name)
def test_in_256_colours_the_grounds_are_greys_that_can_be_told_apart(theme: Theme) -> None:
    grounds = [theme.background, theme.surface, theme.panel, theme.variables["faint"]]
    colours = [Color.parse(each or "") for each in grounds]
    assert len(set(grounds)) == 4
    assert all(each.r == each.g == each.b for each in colours), grounds
    assert contrast(theme.variables["faint"], theme.background or "") > 1.8, "the meter's track is to be seen"


async def test_a_terminal_of_256_colours_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "256")
    app = make_app()
    assert app.get_theme("tutor-day") is themes_for("256")[1]
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")
    assert make_app().get_theme("tutor-day") is THEMES[1]


@pytest.mark.parametrize(
    "theme", [*THEMES, *map(reduced, themes_for("256"))], ids=["night", "day", "night in 256", "day in 256"]
)
def test_all_text_can_be_read_on_every_ground(theme: Theme) -> None:
    """WCAG AA asks 4.5 to 1 for text."""
    inks = [theme.foreground, theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error]
    inks += [theme.variables["muted"], theme.variables["learner-text"]]
    for ground in (theme.background, theme.surface, theme.panel):
        for ink in inks:
            assert ink is not None
            assert ground is not None
            ratio = contrast(ink, ground)
            assert ratio >= 4.5, f"{ink} on {ground}: {ratio:.2f}"


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (part / 255 for part in Color.parse(colour).rgb)
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("answer", "brightness"),
    [
        ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", 1.0),
        ("\x1b]11;rgb:00/00/00\x07", 0.0),
        ("\x1b]11;rgb:fdfd/f6f6/e3e3\x07", 0.966),
        ("\x1b]11;rgba:1c1c/1c1c/1c1c/ffff\x1b\\", 0.11),
        ("\x1b]11;rgb:f/f/f\x07", 1.0),
    ],
)
def test_the_terminals_answer_is_read_in_all_its_forms(answer: str, brightness: float) -> None:
    for cut in range(1, len(answer)):
        parser = TerminalParser(0.005)
        told = [*parser.feed(answer[:cut]), *parser.feed(answer[cut:])]
        assert [round(each.brightness, 3) for each in told if isinstance(each, TerminalBackground)] == [
            pytest.approx(brightness, abs=0.005)
        ]
        assert len(told) == 1, "and nothing of it is a key"


@pytest.mark.parametrize(
    ("told", "light"),
    [
        ("0;15", True),
        ("15;0", False),
        ("0;default;7", True),
        ("7;8", False),
        ("", False),
        ("junk", False),
        (";", False),
    ],
)
def test_a_terminal_that_does_not_answer_may_have_said_it_in_the_environment(told: str, light: bool) -> None:
    assert terminal_is_light({"COLORFGBG": told}) is light


@pytest.mark.parametrize(
    ("wanted", "first", "then"),
    [
        ("auto", "tutor-night", "tutor-day"),
        ("tutor-night", "tutor-night", "tutor-night"),
        ("tutor-day", "tutor-day", "tutor-day"),
    ],
)
async def test_a_light_terminal_gets_the_light_theme_unless_the_learner_chose(
    wanted: SettingTheme, first: str, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORFGBG", raising=False)
    saved = Saved()
    app = make_app(StagedSession(), replace(Settings(), screen=ScreenSettings(wanted)), saved=saved)
    async with app.run_test() as pilot:
        assert app.theme == first
        app.post_message(TerminalBackground(0.96))
        await pilot.pause()
        assert app.theme == then
        app.use_theme("auto")
        assert (app.theme, saved) == ("tutor-day", {"screen.theme": "auto"})
        app.use_theme("tutor-night")
        assert app.theme == "tutor-night"


async def test_a_terminal_that_lacks_letters_is_told_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stderr__", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    app = make_app()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: "LC_ALL=C.UTF-8 tutor-tui" in shown(app))
