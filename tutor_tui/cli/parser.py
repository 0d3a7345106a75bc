"""The command line of `tutor-tui`, and what was asked for with it.

Every command has a parser of its own, so that `tutor-tui COMMAND --help` tells of that command only. Each parser knows
all options and shows its own: an option may stand before or behind the command, and for one that
belongs elsewhere the answer says where.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any, NoReturn

from tutor_tui.cli.commands import (
    COMMANDS,
    CONFIG_PARTS,
    HISTORY_PARTS,
    KEY_PARTS,
    LEARNER_PARTS,
    LESSON,
    LESSONS_PARTS,
    SHELLS,
    WORDS_PARTS,
    Command,
)
from tutor_tui.cli.options import OPTIONS
from tutor_tui.cli.usage_problems import check_places, check_spelling, either, part_of, too_much, unknown
from tutor_tui.core.key_masking import masked
from tutor_tui.core.problems import ExitCode, Problem

if TYPE_CHECKING:
    from tutor_tui.config.command_line import Options


def parse(argv: Sequence[str]) -> Options:
    """What was asked for. Raises `Problem` (exit code 2), and SystemExit(0) after --help and --version."""
    argv = _without_idle_dashes(argv)
    check_spelling(argv)
    found, rest = build_parser(named=argv).parse_known_args(argv)  # all the arguments of all commands take 20 ms
    if found.command in ("lessons", "history", "key", "words") and part_of(
        found
    ):  # words behind an option, which argparse leaves
        found.words, rest = [*found.words, *rest], []
    if rest:
        raise too_much(found.command, rest[0])
    given = {option: getattr(found, _dest(option)) for option in OPTIONS if hasattr(found, _dest(option))}
    check_places(found, given)
    return _options(found, given)


def _options(found: argparse.Namespace, given: Mapping[str, Any]) -> Options:
    from tutor_tui.config.command_line import Options  # dataclasses take 10 ms, which --version and --help do without

    lesson = found.command in (None, "plain", "replay")
    settings = {
        option.setting: (name, given[name]) for name, option in OPTIONS.items() if option.setting and name in given
    }
    for name in ("--lesson", "--drill"):
        if name in given:
            settings.setdefault("tutor.kind", (name, "offline"))
    return Options(
        command="talk" if lesson else "config" if "--config" in given else found.command,
        settings=settings,
        lesson=given.get("--lesson", ""),
        drill=given.get("--drill", ""),
        resume=given.get("--resume", ""),
        about=given.get("--about"),
        chapter=given.get("--chapter"),
        prompts=given.get("--prompts"),
        log_file=given.get("--log-file"),
        probe=given.get("--probe"),
        echo=given.get("--echo", False),
        save=given.get("--save", False),
        key_variable=given.get("--key-env", ""),
        config_part=getattr(found, "config_part", None) or "settings",
        names_only=given.get("--names", False),
        instructions_of=given.get("--instructions", ""),
        lessons_part=getattr(found, "lessons_part", None) or "list",
        lesson_names=tuple(found.words) if found.command == "lessons" else (),
        voice=given.get("--try", ""),
        step=given.get("--step", 1),
        history_part=getattr(found, "history_part", None) or "list",
        kept=tuple(found.words) if found.command in ("history", "report", "export") else (),
        learner_part=getattr(found, "learner_part", None) or "show",
        words_part=getattr(found, "words_part", None) or "list",
        words_files=tuple(found.words) if found.command == "words" else (),
        language=given.get("--language", ""),
        due_only=given.get("--due", False),
        searched=given.get("--search", ""),
        into_anki=given.get("--anki", False),
        swap=given.get("--swap", False),
        key_part=getattr(found, "key_part", None) or "list",
        key_names=tuple(found.words) if found.command == "key" else (),
        as_json=given.get("--json", False),
        confirmed=given.get("--yes", False),
        export_format=given.get("--format", ""),
        output=given.get("--output"),
        overwrite=given.get("--force", False),
        archive=getattr(found, "archive", None),
        shell=getattr(found, "shell", ""),
        plain=found.command == "plain" or "--plain" in given,
        record_wire=given.get("--record-wire"),
        recording=getattr(found, "file", None),
        speed=given.get("--speed", 1.0),
    )


def _without_idle_dashes(argv: Sequence[str]) -> Sequence[str]:
    """Without a `--` that nothing like an option follows: argparse would take it for a command."""
    behind = argv[argv.index("--") :] if "--" in argv else ()
    if any(word.startswith("-") and word != "--" for word in behind):
        return argv
    return [word for word in argv if word != "--"]


_ARGPARSE_SAYS = {r"^expected one argument$": "needs a value", r"^ignored explicit argument .*$": "takes no value"}
"""Its sentences, and ours."""


_MISSING = {
    "replay": ("replay needs a file.", "Try: tutor-tui replay lesson.wire"),
    "export": ("export needs the id of a lesson, or last.", "Try: tutor-tui export last"),
    "backup": ("backup needs a file.", "Try: tutor-tui backup lessons.zip"),
    "restore": ("restore needs a file.", "Try: tutor-tui restore lessons.zip"),
    "completion": ("completion needs the name of your shell: bash, zsh or fish.", "Try: tutor-tui completion bash"),
}
"""Command → what to say when the word behind it is missing."""


class _Parser(argparse.ArgumentParser):
    """Raises `Problem` where argparse would print its usage and leave."""

    words: Sequence[str] = ()
    """The words that its positional argument can be."""
    command: str = ""
    """Whose parser it is; empty for the whole command line's."""

    def format_help(self) -> str:
        """Without the line that argparse leaves for the name of all commands together."""
        return super().format_help().replace("commands:\n  \n", "commands:\n")

    def error(self, message: str) -> NoReturn:
        if wrong := re.search(r"invalid choice: (['\"])(.*?)\1", message):
            if self.command:
                given = "" if self.command == "key" else f", not {masked(wrong[2])!r}"  # there it may be a key
                title = f"{self.command} takes {either(self.words)}{given}."
                raise Problem(title, f"See {self.prog} --help.", ExitCode.USAGE)
            raise unknown("command", wrong[2], self.words)
        if "the following arguments are required" in message:
            raise Problem(*_MISSING[self.command], ExitCode.USAGE)
        option, _, wrong_with_it = message.removeprefix("argument ").partition(": ")
        for said, meant in _ARGPARSE_SAYS.items():
            wrong_with_it = re.sub(said, meant, wrong_with_it)
        raise Problem(f"{option} {wrong_with_it}.".replace(" .", "."), f"See {self.prog} --help.", ExitCode.USAGE)


def build_parser(
    on_argument: Callable[[str, argparse.Action], object] = lambda _name, _action: None,
    named: Collection[str] = COMMANDS,
) -> _Parser:
    """The parser of the whole command line, with one below it for each command.

    `on_argument` sees everything that it takes: an option by its name, and the word behind a command by that of
    the command. Only the commands among `named` can be parsed; the others are there to be listed.
    """
    parser = _Parser(**_about(None, LESSON), epilog=_wrapped("tutor-tui COMMAND --help says more about a command."))
    parser.words = tuple(COMMANDS)
    _add_options(parser, LESSON.options, on_argument)
    commands = parser.add_subparsers(dest="command", title="commands", metavar="", parser_class=_Parser)
    for name, command in COMMANDS.items():
        if name not in named:
            commands.add_parser(name, help=command.summary, add_help=False)
            continue
        command_parser = commands.add_parser(name, help=command.summary, **_about(name, command))
        command_parser.command = name
        _add_words(command_parser, name, on_argument)
        _add_options(command_parser, command.options, on_argument)
    return parser


def _add_words(parser: _Parser, command: str, on_argument: Callable[[str, argparse.Action], object]) -> None:
    """Add what may stand behind a command."""
    word: argparse.Action | None = None
    match command:
        case "replay":
            word = parser.add_argument("file", metavar="FILE", type=Path, help=argparse.SUPPRESS)
        case "config":
            word = _add_part(parser, command, CONFIG_PARTS)
        case "lessons":
            word = _add_part(parser, command, LESSONS_PARTS)
            parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
        case "history":
            word = _add_part(parser, command, HISTORY_PARTS)
            on_argument(command, parser.add_argument("words", nargs="*", help=argparse.SUPPRESS))
        case "key":
            word = _add_part(parser, command, KEY_PARTS)
            parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
        case "learner":
            word = _add_part(parser, command, LEARNER_PARTS)
        case "words":
            word = _add_part(parser, command, WORDS_PARTS)
            on_argument("words FILE", parser.add_argument("words", nargs="*", help=argparse.SUPPRESS))
        case "report":
            word = parser.add_argument("words", metavar="ID", nargs="*", help=argparse.SUPPRESS)
        case "export":
            word = parser.add_argument("words", metavar="ID", nargs=1, help=argparse.SUPPRESS)
        case "backup" | "restore":
            word = parser.add_argument("archive", metavar="FILE", type=Path, help=argparse.SUPPRESS)
        case "completion":
            parser.words = SHELLS
            word = parser.add_argument("shell", choices=SHELLS, help=argparse.SUPPRESS)
    if word is not None:
        on_argument(command, word)


def _add_part(parser: _Parser, command: str, parts: Sequence[str]) -> argparse.Action:
    parser.words = parts
    return parser.add_argument(f"{command}_part", nargs="?", choices=parts, help=argparse.SUPPRESS)


def _wrapped(text: str) -> str:
    """Each line broken at words where the terminal ends; one that begins a table of ours keeps its gaps."""
    width = get_terminal_size().columns - 2  # as argparse leaves them
    return "\n".join(fill(line, width, drop_whitespace=True, break_long_words=False) for line in text.splitlines())


def _about(name: str | None, command: Command) -> dict[str, Any]:
    start = f"tutor-tui {name}" if name else "tutor-tui"
    summary = command.summary[0].upper() + command.summary[1:].removesuffix(".") + "."
    return {
        "prog": start,
        "usage": f"{start} {command.usage}".rstrip(),
        "description": _wrapped(f"{summary}\n{command.details}".rstrip()),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
        "add_help": False,
    }


def _add_options(
    parser: argparse.ArgumentParser, shown: Sequence[str], on_argument: Callable[[str, argparse.Action], object]
) -> None:
    """Add all options, and show these in the help. An option that is not given leaves no trace: a command's parser must
    not undo what stood before the command.
    """
    for name in (*shown, *(name for name in OPTIONS if name not in shown)):
        option = OPTIONS[name]
        names = (name, option.short) if option.short else (name,)
        text = option.help if name in shown else argparse.SUPPRESS
        value = {"metavar": option.value} if option.value else {}
        arguments = {"default": argparse.SUPPRESS, **value, **option.more}
        on_argument(name, parser.add_argument(*names, help=text, **arguments))


def _dest(option: str) -> str:
    """The name that argparse keeps an option's value under."""
    return option.lstrip("-").replace("-", "_")
