"""Keys of other layouts on the full screen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.ui.stage import (
    READY,
    StagedSession,
    drawn,
    is_muted,
    make_app,
    until,
)
from tutor_tui.core.settings import Settings
from tutor_tui.ui.screens.help import HelpScreen
from tutor_tui.ui.screens.settings import SettingsScreen


async def test_the_keys_of_another_layout_do_what_they_do_on_the_latin_one() -> None:
    """The first mutes, or unmutes, wherever it stands; an input method may put letters of two keys together."""
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    layouts = ("ㅡㅎㄷ", "므헏", "ьру", "μηε", "もくい", "ｍｈｅ", "モクイ", "MHE", "ㄩㄘㄍ", "צים")
    async with app.run_test() as pilot:
        await drawn(pilot)
        for place, keys in enumerate(layouts):
            assert session.lesson.muted is bool(place % 2), f"before {keys}"
            await pilot.press(*keys)
            await until(pilot, partial(is_muted, session, not place % 2))


async def test_another_layout_works_in_panels_and_sheets_and_a_typed_line_keeps_its_letters() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        await pilot.press("ㅅ")  # t
        await pilot.press(*"ㅡ므ьM")
        assert app.lesson_screen is not None
        assert app.lesson_screen.bottom.composer.value == "ㅡ므ьM"
        await pilot.press("escape", "ㅍ")  # v
        assert app.focused is app.lesson_screen.turns.kind
        await pilot.press("ㅡ")
        assert session.lesson.muted
        await pilot.press("ㄴ")  # s
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("escape", "？")
        assert isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize(
    ("key", "before"),
    [
        *((key, ()) for key in ("ctrl+ㅂ", "ctrl+ㅊ", "ctrl+й", "ctrl+с", "ctrl+ψ")),
        ("ctrl+ㅂ", ("t",)),  # with ctrl it means the same where a line is typed
        ("ctrl+с", ("p",)),  # and on a sheet
    ],
)
async def test_quitting_works_on_every_layout(key: str, before: tuple[str, ...]) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await pilot.press(*before, key)
        await pilot.pause()
    assert not app.is_running


async def test_a_key_of_another_layout_that_the_learner_has_chosen_is_that_key() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, replace(Settings(), keys={"echo": "ㅡ"}))
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("ㅡ")
        assert (session.lesson.muted, session.lesson.echo_mode) == (False, "speakers")
