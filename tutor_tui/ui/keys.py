"""The keys of the lesson, as a table: what each is called in the settings, does, and says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding
from textual.keys import REPLACED_KEYS, Keys, key_to_character

KEYS: tuple[Binding, ...] = (
    Binding("m", "mute", "mute", id="mute", tooltip="Close the microphone, or open it again"),
    Binding("escape", "interrupt", "stop", id="interrupt", tooltip="Stop the tutor", key_display="esc"),
    Binding("space", "talk", "talk", id="talk", tooltip="Push-to-talk: press to begin your turn and again to end it"),
    Binding("h", "think", "think", id="think", tooltip="Hold your turn open to think; again to let go (60 s at most)"),
    # With priority, because it must have moved the focus before the next key is dealt out.
    Binding("t", "type", "type", id="type", tooltip="Type instead of speaking", priority=True),
    Binding("r", "repeat", "again", id="repeat", tooltip="Ask the tutor to say it again"),
    Binding("p", "profiles", "tutor", id="profile", tooltip="Choose another tutor profile"),
    Binding("v", "turns", "turns", id="turns", tooltip="How the tutor knows that your turn has ended"),
    Binding(
        "left_square_bracket", "patience(-1)", "quicker", id="less-patience", key_display="[", tooltip="Answer sooner"
    ),
    Binding(
        "right_square_bracket", "patience(1)", "calmer", id="more-patience", key_display="]", tooltip="Wait longer"
    ),
    Binding("n", "notes", "notes", id="notes", tooltip="What the tutor wrote down: slips and new words"),
    Binding("e", "echo", "echo", id="echo", tooltip="Headphones (talk over the tutor) or speakers (take turns)"),
    Binding("d", "devices", "devices", id="devices", tooltip="Choose microphone and speaker"),
    Binding("s", "settings", "settings", id="settings", tooltip="All settings"),
    Binding("end", "follow", "newest", id="end", tooltip="Back to the newest line"),
    Binding("pageup", "page(-1)", "back", id="page-up", tooltip="Read back a page", key_display="PgUp"),
    Binding("pagedown", "page(1)", "on", id="page-down", tooltip="Read on a page", key_display="PgDn"),
    Binding("home", "oldest", "oldest", id="home", tooltip="To the first line"),
    Binding("y", "copy_text", "copy", id="copy", tooltip="Copy what is selected with the mouse"),
    Binding(
        "enter", "retry", "retry", id="retry", key_display="enter", tooltip="Try to reach the tutor again; push-to-talk"
    ),
)
"""What the lesson screen answers to, the ones most wanted first: the line of keys shows as many as fit."""

APP_KEYS: tuple[Binding, ...] = (
    Binding("question_mark,f1", "help", "help", id="help", key_display="?", tooltip="Help on what has the focus"),
    Binding("ctrl+p", "command_palette", "commands", id="commands", tooltip="Find a command by its name"),
    Binding("ctrl+q", "quit", "quit", id="quit", priority=True, key_display="^q", tooltip="End the lesson"),
    Binding("ctrl+c", "quit", "quit", id="break", priority=True, show=False, tooltip="End the lesson"),
)
"""What every screen answers to."""

_MODIFIERS = {"ctrl", "shift", "alt", "meta", "super", "hyper"}
_NAMES = {key.value for key in Keys} | set(REPLACED_KEYS) | set(REPLACED_KEYS.values())


def checked_keymap(wanted: Mapping[str, str], bindings: Iterable[Binding]) -> tuple[dict[str, str], list[str]]:
    """The part of `wanted` (binding id → key) that can be used, and a sentence on each that cannot."""
    used = {binding.id or "": _split(binding.key) for binding in bindings}
    used |= {name: _split(key) for name, key in wanted.items() if name in used}
    keymap: dict[str, str] = {}
    faults: list[str] = []
    for name, key in wanted.items():
        others = [other for other, keys in used.items() if other != name and keys & _split(key)]
        if name not in used:
            faults.append(f"keys.{name}: there is no such key; the names are {', '.join(sorted(used))}.")
        elif not all(map(_is_key, _split(key))):
            faults.append(f"keys.{name}: {key!r} is not a key; write one such as x, f5 or ctrl+x.")
        elif others:
            faults.append(f"keys.{name}: {key!r} is given to {others[0]} already.")
        else:
            keymap[name] = key
    return keymap, faults


def _split(keys: str) -> set[str]:
    return {key.strip() for key in str(keys).split(",")}


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if key != "+" else [key]
    if not set(modifiers) <= _MODIFIERS or not last:
        return False
    return len(last) == 1 or last in _NAMES or key_to_character(last) is not None
