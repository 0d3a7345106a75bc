"""`tutor-tui key`: which keys are known and where each is; saving one; forgetting it.

A key is typed or piped in, never an argument: the list of processes and the shell's history would have it. What is
given in the place of a name may be a key all the same, so nothing of it is shown.
"""

from __future__ import annotations

import getpass
import re
import sys
import warnings
from collections.abc import Iterable

from tutor_tui.app.configured import configure
from tutor_tui.cli.output import table
from tutor_tui.config.api_keys import parse_key
from tutor_tui.config.command_line import Options
from tutor_tui.config.load import Configuration
from tutor_tui.config.log_file import start_log
from tutor_tui.config.origin import RawValue
from tutor_tui.config.paths import shown
from tutor_tui.config.stored_keys import KEYRING, KeysDamaged, delete_damaged, forget, save_key
from tutor_tui.config.system_keyring import NOT_INSTALLED
from tutor_tui.core.extras import install_command
from tutor_tui.core.key_masking import DOTS, masked
from tutor_tui.core.own_keys import keep_secret
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.settings import KEY_VARIABLE

_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_LONGEST = 10_000
"""Characters of a line that may be a key."""


def keys(options: Options) -> int:
    """Do it. Raises `Problem`."""
    start_log(options.log_file)
    configuration = configure(options, stops_at_damaged_keys=options.key_part != "forget")
    if len(options.key_names) > (options.key_part != "list"):
        hint = "The key itself is asked for, or read from a pipe. See tutor-tui key --help."
        raise Problem("That is a word too many.", hint, ExitCode.USAGE)
    match options.key_part:
        case "list":
            _list(configuration)
        case "set":
            _set(_name(options, configuration), configuration)
        case "forget":
            _forget(_name(options, configuration), configuration)
    return int(ExitCode.OK)


def _name(options: Options, configuration: Configuration) -> str:
    """The variable that is meant. Raises `Problem`."""
    name = (options.key_names or (KEY_VARIABLE,))[0]
    if name in configuration.keys:
        return name
    if not _VARIABLE.fullmatch(name) or masked(name) != name:
        title = "A key does not belong on the command line: other programs and the shell's history have seen it now."
        raise Problem(title, "Make a new one, and try: tutor-tui key set", ExitCode.USAGE)
    hint = "A server of your own has the one that a setting names, such as pipeline.chat_key."
    known = ", ".join(sorted(configuration.keys))
    raise Problem(f"That is not the name of a key. There are: {known}.", hint, ExitCode.USAGE)


# ---- the list -------------------------------------------------------------------------------------------------------


def _list(configuration: Configuration) -> None:
    rows = [row for name, found in configuration.keys.items() for row in _rows(name, found)]
    if rows:
        for line in table(("KEY", "VALUE", "FROM"), rows):
            print(line)
    else:
        print("No key is known. To save one: tutor-tui key set")
    for sentence in configuration.open_files:
        print(f"\n{printable_line(sentence)}")


def _rows(name: str, found: Iterable[RawValue]) -> Iterable[tuple[str, str, str]]:
    for number, each in enumerate(found):
        yield name, DOTS, f"{each.origin}{' (not used: the one above comes first)' if number else ''}"


# ---- saving one -----------------------------------------------------------------------------------------------------


def _set(name: str, configuration: Configuration) -> None:
    raw = _asked_for(name)
    key = parse_key(raw, "What you gave")
    if key is None:
        raise Problem("No key was given.", f"Try again: tutor-tui key set {name}", ExitCode.USAGE)
    keep_secret(key.reveal())
    file = configuration.folders.keys_file
    why = save_key(file, name, key.reveal())
    if why:
        print(printable_line(f"{name} is kept in {shown(file)}, which only you can read."))
        way_out = f" To install it: {install_command('keyring')}" if why == NOT_INSTALLED else ""
        print(f"{KEYRING.capitalize()} cannot be used: {why}.{way_out}")
    else:
        print(f"{name} is kept in {KEYRING}.")
    _tell_of_others(name, configuration, "It stands in {} too, which comes first.")


def _asked_for(name: str) -> str:
    """A line of the learner's, typed unseen or from a pipe. Raises `Problem`."""
    if sys.stdin is None:
        raise Problem("There is no input to read the key from.", "Run it in a terminal.", ExitCode.USAGE)
    try:
        if not sys.stdin.isatty():
            return sys.stdin.readline(_LONGEST)
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"{name} (what you type or paste is not shown): ")
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"  # which no key has
    except EOFError:
        return ""
    except getpass.GetPassWarning:
        hint = f"Pipe it in: tutor-tui key set {name} < FILE"
        raise Problem("This terminal would show what you type.", hint, ExitCode.USAGE) from None


# ---- forgetting it --------------------------------------------------------------------------------------------------


def _forget(name: str, configuration: Configuration) -> None:
    if isinstance(configuration.damaged_keys, KeysDamaged):
        print(
            printable_line(f"{configuration.damaged_keys.title} It is deleted; save your keys again: tutor-tui key set")
        )
        delete_damaged(configuration.folders.keys_file)
    places = forget(configuration.folders.keys_file, name)
    where = " and ".join(places)
    print(printable_line(f"{name} is forgotten: it was in {where}." if where else f"No {name} was saved."))
    _tell_of_others(name, configuration, "It stands in {} still, which tutor-tui leaves alone.")


def _tell_of_others(name: str, configuration: Configuration, sentence: str) -> None:
    """Say where else it stands: in the environment, in a `.env`."""
    for each in configuration.keys[name]:
        if each.origin.kind in ("environment", ".env"):
            place = shown(each.origin.path) if each.origin.path else "the environment"
            print(printable_line(sentence.format(place)))
