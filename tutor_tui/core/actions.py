"""What a learner can ask for by a key or a command, as one table for the full screen, the plain lines and the README.

Every key can be moved in the settings, so no sentence names one by its letter: it says `key("mute")`, and whoever shows
the sentence puts in the name of the key as it is now (`with_keys`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Action(NamedTuple):
    """One thing to ask for. What it does is each front end's own."""

    id: str
    """Its name in the settings, under [keys], and wherever it can go grey."""
    key: str
    """On the full screen, as the settings spell keys, several with commas; empty where only plain lines need it."""
    plain_key: str
    """In plain lines; empty where they have none: no panels, pages or pickers are there."""
    command: str
    """What plain lines take behind a slash, with its argument; empty where there is none."""
    label: str
    """In a word, for the line of keys."""
    help: str


# fmt: off
ACTIONS: tuple[Action, ...] = (
    #      id               key         plain     command         label       help
    Action("mute",          "m",        "m",      "mute",         "mute",     "Close the microphone, or open it"),
    Action("interrupt",     "escape",   "escape", "stop",         "stop",     "Stop the tutor"),
    Action("talk",          "space",    "space",  "talk",         "talk",     "Push-to-talk: begin or end your turn"),
    Action("think",         "h",        "h",      "think",        "think",    "Hold your turn open (60 s at most)"),
    Action("type",          "t",        "t",      "",             "type",     "Type instead of speaking"),
    Action("command",       "",         "/",      "",             "",         "Type a command"),
    Action("repeat",        "r",        "r",      "repeat",       "repeat",   "Ask the tutor to say it again"),
    Action("profile",       "p",        "p",      "profile NAME", "profile",  "Choose another tutor profile"),
    Action("turns",         "v",        "",       "",             "turns",    "Choose how your turn ends"),
    Action("less-patience", "[",        "[",      "patience -",   "sooner",   "Answer sooner: less patience"),
    Action("more-patience", "]",        "]",      "patience +",   "later",    "Answer later: more patience"),
    Action("notes",         "n",        "",       "",             "notes",    "Read your slips and new words"),
    Action("echo",          "e",        "e",      "echo",         "echo",     "Headphones, or speakers (take turns)"),
    Action("devices",       "d",        "",       "",             "devices",  "Choose microphone and speaker"),
    Action("settings",      "s",        "",       "",             "settings", "Change a setting"),
    Action("end",           "end",      "",       "",             "newest",   "Go back to the newest line"),
    Action("page-up",       "pageup",   "",       "",             "back",     "Read back a page"),
    Action("page-down",     "pagedown", "",       "",             "on",       "Read on a page"),
    Action("home",          "home",     "",       "",             "oldest",   "Go to the first line"),
    Action("copy",          "y",        "",       "",             "copy",     "Copy what is selected with the mouse"),
    Action("retry",         "enter",    "enter",  "retry",        "retry",    "Try the tutor again; push-to-talk"),
    Action("help",          "?,f1",     "?",      "help",         "help",     "Show help and all keys"),
    Action("commands",      "ctrl+p",   "",       "",             "commands", "Find a command by its name"),
    Action("quit",          "ctrl+q",   "ctrl+q", "quit",         "quit",     "End the lesson"),
    Action("break",         "ctrl+c",   "",       "",             "quit",     "End the lesson"),
)
# fmt: on
"""The most wanted first: the line of keys shows as many as fit."""

EVERYWHERE = frozenset({"help", "commands", "quit", "break"})
"""What every screen answers to, not just the lesson's."""

DEFAULT_KEYS: Mapping[str, str] = {each.id: (each.key or each.plain_key).split(",")[0] for each in ACTIONS}
"""Action → its key, where nobody has moved it."""

_KEY = re.compile(r"‹([a-z-]+)›")


def key(action: str) -> str:
    """The place in a sentence of ours for the key of an action."""
    assert action in DEFAULT_KEYS, action
    return f"‹{action}›"


def with_keys(sentence: str, names: Mapping[str, str] = DEFAULT_KEYS) -> str:
    """`sentence` with the names of keys in their places: "‹mute› opens it." → "m opens it."."""
    return _KEY.sub(lambda found: names.get(found[1]) or DEFAULT_KEYS.get(found[1], found[0]), sentence)
