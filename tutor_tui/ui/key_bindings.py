"""The keys of the full screen: Textual's bindings made of the table of actions, and the learner's own keys checked."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from textual import events
from textual.binding import Binding
from textual.keys import REPLACED_KEYS, Keys, _character_to_key, key_to_character

from tutor_tui.core.actions import (
    ACTIONS,
    DEFAULT_KEYS,
    EVERYWHERE,
    Action,
    may_be_key,
    no_such_action,
    not_a_key,
    taken_key,
)
from tutor_tui.core.keyboard_layouts import latin_keys

_TEXTUAL_ACTIONS = {
    "profile": "profiles",
    "replay": "replay('again')",
    "replay-back": "replay('back')",
    "replay-on": "replay('on')",
    "replay-slower": "replay('slower')",
    "slower": "pace(-1)",
    "faster": "pace(1)",
    "less-patience": "patience(-1)",
    "more-patience": "patience(1)",
    "end": "follow",
    "page-up": "page(-1)",
    "page-down": "page(1)",
    "home": "oldest",
    "copy": "copy_text",
    "commands": "command_palette",
    "suspend": "suspend_process",
}
"""What Textual calls an action, where that is not its own name."""
_FIRST = frozenset({"type", "suspend", "quit", "break"})
"""Before the widget with the focus: "type" must have moved the focus before the next key is dealt out."""
_TEXTUAL_NAMES = {
    "/": "slash",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "?": "question_mark",
    "-": "minus",
    "+": "plus",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    ".": "full_stop",
    ";": "semicolon",
}
_PRINTED = {
    "minus": "-",
    "plus": "+",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "full_stop": ".",
    "semicolon": ";",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "enter": "enter",
}
"""How keys are written on the screen, where Textual would write them otherwise."""
ANSWERS = {DEFAULT_KEYS[name]: name for name in ("yes", "no")}
"""Key → what it says to what the tutor asks."""
_TALKS = ("talk", "retry")
"""What begins and ends a turn of push-to-talk."""


def _binding(action: Action) -> Binding:
    keys = ",".join(_TEXTUAL_NAMES.get(key, key) for key in action.key.split(","))
    return Binding(
        keys,
        _TEXTUAL_ACTIONS.get(action.id, action.id),
        action.label,
        id=action.id,
        tooltip=action.help,
        priority=action.id in _FIRST,
    )


KEYS: tuple[Binding, ...] = tuple(_binding(each) for each in ACTIONS if each.key and each.id not in EVERYWHERE)
"""What the lesson screen answers to."""
APP_KEYS: tuple[Binding, ...] = tuple(_binding(each) for each in ACTIONS if each.key and each.id in EVERYWHERE)
"""What every screen answers to."""


def printed(keys: str) -> str:
    """The first of these keys as it is written on the screen; empty where that is Textual's way."""
    return _PRINTED.get(keys.split(",")[0], "")


_NAMES = {key.value for key in Keys} | set(REPLACED_KEYS) | set(REPLACED_KEYS.values())


def checked_keymap(wanted: Mapping[str, str], bindings: Iterable[Binding]) -> tuple[dict[str, str], list[str]]:
    """The part of `wanted` (binding id → key) that can be used, and a sentence on each that cannot."""
    used = {binding.id or "": _split(binding.key) for binding in bindings}
    used |= {name: _split(key) for name, key in wanted.items() if name in used}
    keymap: dict[str, str] = {}
    faults: list[str] = []
    for name, key in wanted.items():
        others = [other for other, keys in used.items() if other != name and keys & _split(key)]
        if name not in used and name in DEFAULT_KEYS:
            continue  # a key of plain lines only
        if name not in used:
            faults.append(no_such_action(name))
        elif not all(may_be_key(each, _NAMES.__contains__) for each in _split(key)):
            faults.append(not_a_key(name, key))
        elif others:
            faults.append(taken_key(name, key, others[0]))
        else:
            keymap[name] = key
    return keymap, faults


def _split(keys: str) -> set[str]:
    return {key.strip() for key in str(keys).split(",")}


class KeysInForce:
    """The keys of one lesson: our own, and the learner's in place of them."""

    def __init__(self, wanted: Mapping[str, str], display: Callable[[str], str]) -> None:
        """`wanted`: action → key, by the settings. `display`: how Textual writes a key."""
        bindings = (*KEYS, *APP_KEYS)
        self.keymap, self.faults = checked_keymap(wanted, bindings)
        """The part of `wanted` that can be used, and a sentence on each that cannot."""
        self.own = {key for keys in self.keymap.values() for key in keys.split(",")}
        """What the learner has given a meaning."""
        self.talk = {key for each in KEYS if each.id in _TALKS for key in self._of(each)}
        """What begins and ends a turn of push-to-talk."""
        first = {each.id or "": self._of(each)[0] for each in bindings}
        self.names: Mapping[str, str] = {
            **{name: key for key, name in ANSWERS.items()},
            **{name: printed(key) or display(key) for name, key in first.items()},
        }
        """Action → the key it is on now, as it is written on the screen."""

    def _of(self, binding: Binding) -> list[str]:
        return self.keymap.get(binding.id or "", binding.key).split(",")


def keys_meant(event: events.Key, *, typing: bool, own: Container[str]) -> list[events.Key]:
    """The keys of the Latin layout that were pressed: `m` for ㅡ, and for M with Caps Lock on.

    While a line is typed, letters are what they are, but ctrl goes with a key. What the learner has given a meaning
    (`own`) keeps it.
    """
    *held, name = event.key.split("+") if len(event.key) > 1 else [event.key]
    char = key_to_character(name)
    if char is None or event.key in own or (typing and not {"ctrl", "super"} & {*held}):
        return [event]
    latin = latin_keys(char)
    if latin == char and not char.isupper():
        return [event]
    names = ["+".join((*held, _character_to_key(each.lower()))) for each in latin]
    return [events.Key(each, None if held else letter) for each, letter in zip(names, latin.lower(), strict=True)]
