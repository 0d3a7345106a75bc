"""What a learner can ask for by a key or a command, as one table for the full screen, the plain lines and the README.

Every key can be moved in the settings, so no sentence names one by its letter: it says `key("mute")`, and whoever shows
the sentence puts in the name of the key as it is now (`with_keys`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tutor_tui.core.key_masking import masked


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
    Action("think",         "h",        "h",      "hold",         "hold",     "Hold your turn open (60 s at most)"),
    Action("type",          "t",        "t",      "",             "type",     "Type instead of speaking"),
    Action("command",       "",         "/",      "",             "",         "Type a command"),
    Action("repeat",        "r",        "r",      "repeat",       "repeat",   "Ask the tutor to say it again"),
    Action("replay",        "x",        "x",      "replay",       "replay",   "Replay the tutor's last sentence"),
    Action("replay-back",   "<",        "<",      "replay previous", "previous", "Replay the sentence before it"),
    Action("replay-on",     ">",        ">",      "replay next",  "next",     "Replay the sentence after it"),
    Action("replay-slower", "z",        "z",      "replay slower", "slowly",   "Replay at 0.75×, 0.5×, as it was"),
    Action("shadow",        "f",        "f",      "shadow",       "shadow",   "Say it after the tutor, then hear both"),
    Action("dictation",     ";",        ";",      "dictation",    "dictate",  "Write down what you heard, and compare"),
    Action("meaning",       "w",        "w",      "meaning",      "meaning",  "The last line: meaning, then reading"),
    Action("hint",          "i",        "i",      "hint",         "hint",     "What to say; again: hear the first"),
    Action("captions",      "c",        "c",      "captions RUNG","captions", "The tutor's words: none, some or all"),
    Action("reveal",        ".",        ".",      "reveal",       "reveal",   "Show the tutor's line that is hidden"),
    Action("profile",       "p",        "p",      "profile NAME", "profile",  "Choose another tutor profile"),
    Action("spoken",        "ctrl+l",   "ctrl+l", "spoken",       "speak",    "Go to a lesson that you can speak in"),
    Action("turns",         "v",        "",       "",             "pauses",   "Choose when the tutor answers"),
    Action("less-patience", "[",        "[",      "patience -",   "sooner",   "Answer sooner (a shorter pause)"),
    Action("more-patience", "]",        "]",      "patience +",   "later",    "Answer later (a longer pause)"),
    Action("slower",        "-",        "-",      "pace -",       "slower",   "The tutor speaks slower from now on"),
    Action("faster",        "+",        "+",      "pace +",       "faster",   "The tutor speaks faster from now on"),
    Action("notes",         "n",        "",       "",             "notes",    "Notes, all you keep, and what is due"),
    Action("echo",          "e",        "e",      "echo",         "speakers", "Headphones or speakers"),
    Action("devices",       "d",        "",       "",             "devices",  "Choose microphone and speaker"),
    Action("settings",      "s",        "",       "",             "settings", "Change a setting"),
    Action("history",       "l",        "",       "",             "lessons",  "Read past lessons, or go on with one"),
    Action("progress",      "g",        "",       "",             "progress", "See what has come of your lessons"),
    Action("record",        "a",        "a",      "record",       "record",   "Record the lesson's sound, or stop"),
    Action("end",           "end",      "",       "",             "newest",   "Go back to the newest line"),
    Action("page-up",       "pageup",   "",       "",             "back",     "Read back a page"),
    Action("page-down",     "pagedown", "",       "",             "on",       "Read on a page"),
    Action("home",          "home",     "",       "",             "oldest",   "Go to the first line"),
    Action("search",        "/",        "",       "",             "search",   "Search what was said"),
    Action("copy",          "y",        "",       "",             "copy",     "Copy what is selected, or said last"),
    Action("keep",          "b",        "",       "",             "keep",     "Keep the word selected or found by /"),
    Action("drill",         "u",        "u",      "drill KIND",   "drill",    "Two minutes with the words now due"),
    Action("retry",         "enter",    "enter",  "retry",        "retry",    "Try the tutor again; push-to-talk"),
    Action("yes",           "",         "y",      "yes",          "",         "Yes: you said it, or take the level"),
    Action("no",            "",         "n",      "no",           "",         "No: you did not, or keep the level"),
    Action("again",         "ctrl+g",   "ctrl+g", "again",        "again",    "The same task once more, shorter"),
    Action("offline",       "o",        "o",      "offline",      "offline",  "Offline tutor, or your own"),
    Action("help",          "?,f1",     "?",      "help",         "help",     "Show help and all keys"),
    Action("commands",      "ctrl+p",   "",       "",             "commands", "Find a command by its name"),
    Action("suspend",       "ctrl+z",   "",       "",             "suspend",  "Back to the shell; fg comes back"),
    Action("quit",          "ctrl+q",   "ctrl+q", "quit",         "quit",     "End the lesson"),
    Action("break",         "ctrl+c",   "",       "",             "quit",     "End the lesson"),
)
# fmt: on
"""The most wanted first: the line of keys shows as many as fit."""

EVERYWHERE = frozenset({"help", "commands", "suspend", "quit", "break"})
"""What every screen answers to, not just the lesson's."""

DEFAULT_KEYS: Mapping[str, str] = {each.id: (each.key or each.plain_key).split(",")[0] for each in ACTIONS}
"""Action → its key, where nobody has moved it."""

EXIT_WORDS = ("exit", "quit")
"""Typed alone on a line, these leave, as they leave any shell; where a lesson can be ended aloud, said alone."""
_MARKS = " .,;:!?…\"'“”。！？"
"""What a transcript puts round words, and nobody says."""


def asks_to_leave(line: str) -> bool:
    """Whether a typed line is no answer, but the wish to end the lesson."""
    return line.strip().casefold() in EXIT_WORDS


def says_to_leave(words: str) -> bool:
    """The same of a spoken turn, as it was written down."""
    return words.strip(_MARKS).casefold() in EXIT_WORDS


_YES_OR_NO = {"y": True, "yes": True, "n": False, "no": False}


def yes_or_no(line: str) -> bool | None:
    """What a typed line says to a question of ours; None where it says something else."""
    return _YES_OR_NO.get(line.strip(_MARKS).casefold())


def y_or_n(line: str) -> bool | None:
    """The same of one that may stand for long: only the letters, as the words may be an answer to the tutor."""
    return yes_or_no(line) if len(line.strip(_MARKS)) == 1 else None


_KEY = re.compile(r"‹([a-z-]+)›")


def key(action: str) -> str:
    """The place in a sentence of ours for the key of an action."""
    assert action in DEFAULT_KEYS, action
    return f"‹{action}›"


ELSEWHERE: Mapping[str, str] = {"devices": "--input-device", "turns": "lesson.turn_taking"}
"""Action → what does the same where there is no key for it: an option, or a setting."""
COMMANDS: Mapping[str, str] = {
    "type": "a line of words",
    **{each.id: f"/{each.command}" for each in ACTIONS if each.command},
    **ELSEWHERE,
}
"""Action → how to ask for it where lines are read from a pipe: no key reaches us there."""

_WRITES = frozenset({"space", "enter", "home", "end"})
"""Keys with a longer name that a line keeps for itself, as it does all letters and signs."""


def keys_from_a_line(names: Mapping[str, str]) -> dict[str, str]:
    """How to press these keys on a line, where most mean themselves: escape leaves it, and reaches the tutor first."""
    return {action: _from_a_line(name) for action, name in names.items()} | {"interrupt": "esc"}


def _from_a_line(name: str) -> str:
    if name == "?":
        return "f1"  # the help's second key
    return f"esc {name}" if len(name) == 1 or name in _WRITES else name


def with_keys(sentence: str, names: Mapping[str, str] = DEFAULT_KEYS) -> str:
    """`sentence` with the names of keys in their places: "‹mute› opens it." → "m opens it."."""
    return _KEY.sub(lambda found: names.get(found[1]) or DEFAULT_KEYS.get(found[1], found[0]), sentence)


def names_key(sentence: str) -> bool:
    """Whether `sentence` has a place for the key of an action."""
    return _KEY.search(sentence) is not None


# ---- what is wrong with the learner's own keys ----------------------------------------------------------------------


def no_such_action(name: str) -> str:
    """What to say of `[keys] name = …` where nobody can ask for that."""
    return f"keys.{masked(name)}: there is no such key; the names are {', '.join(sorted(DEFAULT_KEYS))}."


def not_a_key(action: str, wanted: str) -> str:
    """What to say of a word that is no key."""
    return (
        f"keys.{action}: {masked(wanted)!r} is not a key; write one such as x, f5 or ctrl+x. "
        f"{DEFAULT_KEYS[action]} stays."
    )


def taken_key(action: str, wanted: str, other: str) -> str:
    """What to say of a key that another action has."""
    return f"keys.{action}: {wanted!r} is given to {other} already. {DEFAULT_KEYS[action]} stays."


_MODIFIERS = frozenset({"ctrl", "shift", "alt", "meta", "super", "hyper"})
_NAMED = re.compile(
    "f[1-9][0-9]?|up|down|left|right|home|end|pageup|pagedown|insert|delete|backspace|tab|enter|escape|space"
)


def may_be_key(name: str, is_named: Callable[[str], object] = _NAMED.fullmatch) -> bool:
    """Whether a terminal may have such a key: "x", "f2", "ctrl+x", "question_mark".

    `is_named` knows the keys that write nothing.
    """
    *modifiers, last = name.split("+") if name != "+" else [name]
    if not set(modifiers) <= _MODIFIERS or not last:
        return False
    return len(last) == 1 or bool(is_named(last)) or _is_character_name(last)


def _is_character_name(name: str) -> bool:
    """As Textual names punctuation: "left_square_bracket", "slash". A banana is a character, too, but no key."""
    try:
        character = unicodedata.lookup(_UNICODE_NAMES.get(name, name).replace("_", " "))
    except KeyError:
        return False
    return unicodedata.category(character)[0] in "LNPS" and unicodedata.category(character) != "So"


_UNICODE_NAMES = {
    "slash": "solidus",
    "backslash": "reverse_solidus",
    "underscore": "low_line",
    "minus": "hyphen-minus",
    "at": "commercial_at",
    "pipe": "vertical_line",
}
"""What Textual calls some characters → what Unicode calls them."""
