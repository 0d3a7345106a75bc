"""Keys and commands of a plain lesson, as a table."""

from __future__ import annotations

import pytest

from tutor_tui.core.problems import Problem
from tutor_tui.plain.commands import COMMANDS, command_in, keys_for
from tutor_tui.ui.keys import APP_KEYS, KEYS


def test_the_keys_are_those_of_the_full_screen() -> None:
    screen = {binding.id: binding.key for binding in (*KEYS, *APP_KEYS)}
    names = {"left_square_bracket": "[", "right_square_bracket": "]", "question_mark,f1": "?"}
    shared = [wish for wish in COMMANDS if wish.id in screen]
    assert len(shared) >= 11
    assert {wish.id: wish.key_name for wish in shared} == {
        wish.id: names.get(screen[wish.id], screen[wish.id]) for wish in shared
    }


def test_every_key_is_given_once() -> None:
    assert len(keys_for({})) == len(COMMANDS)


@pytest.mark.parametrize(("name", "key"), [("x", "x"), ("ctrl+x", "\x18"), ("tab", "\t"), ("x,y", "y"), ("M", "M")])
def test_a_key_moved_in_the_settings_is_moved_here(name: str, key: str) -> None:
    keys = keys_for({"mute": name})
    assert keys[key].id == "mute"
    assert "m" not in keys


@pytest.mark.parametrize("name", ["f2", "space", "question_mark", "", "ctrl+", "nonsense"])
def test_a_key_that_is_taken_or_that_plain_terminals_lack_leaves_the_usual_one(name: str) -> None:
    assert keys_for({"mute": name})["m"].id == "mute"
    assert keys_for({"mute": name})[" "].id == "talk"


def test_keys_can_change_places() -> None:
    keys = keys_for({"mute": "r", "repeat": "m"})
    assert (keys["r"].id, keys["m"].id) == ("mute", "repeat")


@pytest.mark.parametrize(
    ("line", "wish", "rest"),
    [
        ("/mute", "mute", ""),
        ("/profile  Korean tutor ", "profile", "Korean tutor"),
        ("/patience +", "more-patience", "+"),
        ("/patience -", "less-patience", "-"),
        ("/quit", "quit", ""),
    ],
)
def test_a_command_is_found(line: str, wish: str, rest: str) -> None:
    found, given = command_in(line)
    assert (found.id, given) == (wish, rest)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/mut", "There is no command /mut. Did you mean /mute?"),
        ("/", "There is no command /. /help lists them."),
        ("/xyzzy", "There is no command /xyzzy. /help lists them."),
        ("/patience", "/patience takes + (wait longer) or - (answer sooner)."),
        ("/patience 3", "/patience takes + (wait longer) or - (answer sooner)."),
    ],
)
def test_a_command_that_is_none_is_said(line: str, said: str) -> None:
    with pytest.raises(Problem) as caught:
        command_in(line)
    assert str(caught.value) == said
