"""The table of everything that can be asked for, and sentences that name keys."""

from __future__ import annotations

from tutor_tui.core.actions import ACTIONS, DEFAULT_KEYS, EVERYWHERE, key, with_keys


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


def test_what_only_looks_like_a_place_for_a_key_stays() -> None:
    assert with_keys("‹this› and ‹M› and ‹›") == "‹this› and ‹M› and ‹›"
