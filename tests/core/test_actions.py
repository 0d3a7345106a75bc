"""The table of everything that can be asked for, and sentences that name keys."""

from __future__ import annotations

import re

from tests.support.paths import ROOT
from tutor_tui.core.actions import (
    ACTIONS,
    COMMANDS,
    DEFAULT_KEYS,
    ELSEWHERE,
    EVERYWHERE,
    asks_to_leave,
    key,
    keys_from_a_line,
    with_keys,
)


def test_every_action_has_a_name_of_its_own_and_says_what_it_does() -> None:
    assert len(DEFAULT_KEYS) == len(ACTIONS)
    assert all(each.help and (each.key or each.plain_key) for each in ACTIONS)
    assert all(each.label for each in ACTIONS if each.key)
    assert DEFAULT_KEYS.keys() >= EVERYWHERE
    commands = [each.command for each in ACTIONS if each.command]
    assert len(commands) == len(set(commands))


def test_a_sentence_names_the_key_as_it_is_now() -> None:
    sentence = f"{key('mute')} opens it, {key('help')} helps."
    assert with_keys(sentence) == "m opens it, ? helps."
    assert with_keys(sentence, {"mute": "f2"}) == "f2 opens it, ? helps."


def named_in(*rooms: str) -> set[str]:
    """The actions whose keys the sentences of these rooms name."""
    sources = (path.read_text() for room in rooms for path in (ROOT / "tutor_tui" / room).rglob("*.py"))
    return {action for source in sources for action in re.findall(r"""\bkey\(["']([a-z-]+)["']\)""", source)}


def test_what_a_sentence_of_every_front_end_names_can_be_asked_for_in_every_front_end() -> None:
    named = named_in("core", "session", "tutors", "openai_api", "offline_server")
    assert len(named) >= 10
    assert named <= COMMANDS.keys(), "from a pipe, by a line"
    on_a_terminal = {each.id for each in ACTIONS if each.plain_key} | ELSEWHERE.keys()
    assert named <= on_a_terminal
    assert all(len(way) > 1 for way in COMMANDS.values()), "no way is a key"


def test_on_a_line_letters_are_letters_so_escape_comes_first() -> None:
    names = keys_from_a_line(
        {"mute": "m", "talk": "space", "help": "?", "spoken": "^l", "retry": "enter", "echo": "f5"}
    )
    assert names == {
        "mute": "esc m",
        "talk": "esc space",
        "help": "f1",
        "spoken": "^l",
        "retry": "esc enter",
        "echo": "f5",
        "interrupt": "esc",
    }


def test_what_only_looks_like_a_place_for_a_key_stays() -> None:
    assert with_keys("‹this› and ‹M› and ‹›") == "‹this› and ‹M› and ‹›"


def test_what_leaves_a_shell_is_a_line_of_its_own_in_capitals_or_not() -> None:
    assert all(map(asks_to_leave, ("exit", "Quit", " EXIT\n")))
    assert not any(map(asks_to_leave, ("", "I want to quit", "exit.")))
