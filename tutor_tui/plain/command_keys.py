"""Which key of a plain terminal does what: the usual ones, and the learner's own in place of them."""

from __future__ import annotations

from collections.abc import Mapping

from tutor_tui.core.actions import DEFAULT_KEYS, ELSEWHERE, may_be_key, no_such_action, not_a_key, taken_key
from tutor_tui.plain.typed_commands import COMMANDS, Command

_NAMED_KEYS = {
    "escape": "\x1b",
    "space": " ",
    "enter": "\n",
    "tab": "\t",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "minus": "-",
    "plus": "+",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "full_stop": ".",
    "semicolon": ";",
}


def keys_for(wanted: Mapping[str, str]) -> dict[str, Command]:
    """Key → command, the learner's own (action → key) where a plain terminal has such a key and it is free."""
    names = _names_for(wanted)
    return {_character(name): command for command in COMMANDS for name in names[command.action.id]}


def key_names_for(wanted: Mapping[str, str]) -> dict[str, str]:
    """Action → the name of its key on a terminal, or of what does the same, for the help and for sentences."""
    return {**ELSEWHERE, **{action: names[0] for action, names in _names_for(wanted).items()}}


def key_faults(wanted: Mapping[str, str]) -> list[str]:
    """A sentence on each of the learner's own keys that can be used nowhere, or that is given twice.

    A key that only the full screen can tell, such as f2, is no fault: plain lines keep the usual one.
    """
    names, faults = _names_for(wanted), list[str]()
    for action, key in wanted.items():
        own = [name.strip() for name in key.split(",")]
        characters = set(filter(None, map(_character, own)))
        if action not in DEFAULT_KEYS:
            faults.append(no_such_action(action))
        elif not all(map(may_be_key, own)):
            faults.append(not_a_key(action, key))
        elif action in names and characters and not characters & set(map(_character, names[action])):
            others = [other for other, theirs in names.items() if characters & set(map(_character, theirs))]
            faults.append(taken_key(action, key, others[0]))
    return faults


def _names_for(wanted: Mapping[str, str]) -> dict[str, list[str]]:
    """Action → the names of its keys."""
    usual = {_character(each.action.plain_key) for each in COMMANDS if each.action.id not in wanted}
    given: dict[str, list[str]] = {}
    taken: set[str] = set()
    for action in (each.action for each in COMMANDS):
        own = [name.strip() for name in wanted.get(action.id, "").split(",")]
        free = [name for name in own if _character(name) and _character(name) not in usual | taken]
        given[action.id] = free or [action.plain_key]
        taken |= set(map(_character, given[action.id]))
    return given


def _character(name: str) -> str:
    if len(name) == 1:
        return name
    if name.startswith("ctrl+") and len(name) == 6 and name[5].isascii() and name[5].isalpha():
        return chr(ord(name[5].upper()) - ord("@"))
    return _NAMED_KEYS.get(name, "")
