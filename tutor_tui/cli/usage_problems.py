"""What cannot be meant on the command line, and what to do instead."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tutor_tui.cli.commands import COMMANDS, LESSON
from tutor_tui.cli.options import OPTIONS
from tutor_tui.core.key_masking import masked
from tutor_tui.core.problems import ExitCode, Problem

_EXCLUDE_EACH_OTHER = (
    *(("--resume", other) for other in ("--lesson", "--profile", "--drill")),
    *(("--drill", other) for other in ("--lesson", "--about")),
    ("--echo", "--probe"),
)


def check_spelling(argv: Sequence[str]) -> None:
    """Raise `Problem` for an option that no command has, before its value is taken for a command."""
    for word in argv:
        if word == "--":
            return
        name = word.split("=")[0]
        if re.match(r"-[^\d.]", name) and name not in (*OPTIONS, *(each.short for each in OPTIONS.values())):
            raise unknown("option", word, OPTIONS)


def check_places(found: argparse.Namespace, given: Mapping[str, Any]) -> None:
    """Raise `Problem` for an option that means nothing with this command."""
    command = found.command
    shown = (LESSON if command is None else COMMANDS[command]).options
    for name in given:
        option = OPTIONS[name]
        here = [place for place in (option.belongs_to, *option.also_to) if place.split()[:1] == [command]]
        part = part_of(found) or "list"
        other_part = here and not {command, f"{command} {part}"} & set(here)
        if (option.belongs_to and name not in shown) or other_part:
            raise Problem(f"{name} goes with {option.places}.", f"Try: {option.example}", ExitCode.USAGE)
    for one, other in _EXCLUDE_EACH_OTHER:
        if one in given and other in given:
            raise Problem(f"{one} and {other} cannot be combined.", "Give one of them.", ExitCode.USAGE)
    if "--probe" in given and "--config" in given:
        raise Problem("--probe and --config cannot be combined.", "Try: one after the other", ExitCode.USAGE)
    for name in given:
        option = OPTIONS[name]
        needed = [place for place in (option.belongs_to, *option.also_to) if place in OPTIONS]
        if needed and not {option.belongs_to, *option.also_to} & {command, *given}:
            raise Problem(f"{name} goes with {option.places}.", f"Try: {option.example}", ExitCode.USAGE)


def too_much(command: str | None, word: str) -> Problem:
    """One word too many behind a command."""
    if word == command:
        return Problem(f"{word} is given twice.", "Give it once.", ExitCode.USAGE)
    if word in COMMANDS:
        return Problem(f"{command} and {word} are two commands.", "Give one of them.", ExitCode.USAGE)
    if command is None:
        return unknown("command", word, COMMANDS)
    return Problem(f"{command} takes no further word: {masked(word)!r} is too much.", _help_of(command), ExitCode.USAGE)


def either(words: Sequence[str]) -> str:
    """These words as a choice."""
    return " or ".join([", ".join(words[:-1]), words[-1]])


def _help_of(command: str | None) -> str:
    return f"See tutor-tui {command} --help." if command else "See tutor-tui --help."


def unknown(what: str, word: str, known: Mapping[str, object] | Sequence[str]) -> Problem:
    """A word that there is none of among the `known`, and what may have been meant."""
    from difflib import get_close_matches  # only for what is misspelt

    name = word.split("=")[0]
    meant = [each for each in known if len(name) > 2 and each.startswith(name)]
    near = meant or get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else _help_of(None)
    return Problem(f"There is no {what} {masked(word)!r}.", hint, ExitCode.USAGE)


def part_of(found: argparse.Namespace) -> str | None:
    """The word that says which part of its command is meant."""
    part: str | None = getattr(found, f"{found.command}_part", None)
    return part
