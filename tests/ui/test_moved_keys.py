"""Keys that the settings move: where they are shown, and which are refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.ui.stage import (
    KOREAN,
    READY,
    StagedSession,
    drawn,
    make_app,
    shown,
    until,
)
from tutor_tui.core import events as ev
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import Settings
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.ui.key_bindings import KEYS, checked_keymap


async def test_a_key_can_be_moved_by_the_settings_and_is_shown_where_it_is() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, replace(Settings(), keys={"mute": "f2", "echo": "q"}))
    async with app.run_test() as pilot:
        await drawn(pilot)
        assert "f2 mute" in shown(app)
        await pilot.press("f2", "q")
        assert (session.lesson.muted, session.lesson.echo_mode) == (True, "speakers")
        await pilot.press("m", "e")
        assert (session.lesson.muted, session.lesson.echo_mode) == (True, "speakers")


async def test_a_sentence_names_a_moved_key_where_it_is() -> None:
    keys = {"mute": "f2", "devices": "f3", "type": "f4", "talk": "f5", "turns": "f6", "retry": "f7", "end": "f8"}
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, replace(Settings(), keys=keys))
    async with app.run_test(size=(100, 30)) as pilot:
        for event, words in (
            (ev.Muted(True), "muted · f2 opens the microphone"),
            (ev.DeviceLost("microphone", "Gone."), "no microphone · f3 chooses one, f4 types"),
            (ev.PlanWanted(replace(plan_of(KOREAN), turn_detection=PushToTalk())), "f5 begins your turn"),
            (ev.LinkEnded("Refused.", True, "Wait."), "f7 tries again"),
        ):
            session.happen(event)
            if isinstance(event, ev.PlanWanted):
                await pilot.press("f6")
            await until(pilot, partial(lambda words: words in shown(app), words))


async def test_what_the_session_says_of_a_key_names_it_where_it_is() -> None:
    session = StagedSession()
    session.happen(*READY, ev.Muted(True))
    app = make_app(session, replace(Settings(), keys={"mute": "f2", "turns": "f6"}))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: "f6 chooses when the tutor answers." in shown(app))
        session.happen(ev.PlanWanted(replace(plan_of(KOREAN), turn_detection=PushToTalk())))
        await pilot.press("space")
        await until(pilot, lambda: "The microphone is muted. f2 opens it." in shown(app))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"mte": "f2"}, "keys.mte"),
        ({"mte": "f2"}, "command,"),
        ({"think": "banana"}, "'banana' is not a key; write"),
        ({"mute": "ctrl+"}, "'ctrl+' is not a key"),
        ({"mute": "nonsense"}, "'nonsense' is not a key"),
        ({"mute": "q", "repeat": "q"}, "given to mute already"),
        ({"mute": "r"}, "given to repeat already"),
    ],
)
async def test_a_wrong_key_is_told_and_the_others_work(keys: dict[str, str], words: str) -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, replace(Settings(), keys=keys))
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await until(pilot, lambda: words in shown(app))
        await pilot.press("h")
        assert session.lesson.held


@pytest.mark.parametrize("key", ["q", "f12", "ctrl+x", "space", "question_mark", "?", "ctrl+shift+a", "한", "f2,q"])
def test_keys_that_terminals_send_are_taken(key: str) -> None:
    assert checked_keymap({"mute": key}, [each for each in KEYS if each.id == "mute"]) == ({"mute": key}, [])


def test_a_key_of_plain_lines_only_is_no_fault_here() -> None:
    assert checked_keymap({"command": "x"}, KEYS) == ({}, [])
