"""The command line: reads options, says what is wrong with them, and hands over. It builds nothing itself.

Everything heavy is imported by the command that needs it, so that `--version` and a misspelt option are answered at
once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, cast

from tutor_tui import __version__
from tutor_tui.app.shutdown import Shutdown, is_held_up
from tutor_tui.config.options import Command, Options
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line

COMMANDS: Mapping[str, str] = {
    "plain": "a lesson in plain lines: for screen readers, pipes and slow lines",
    "replay": "play back what --record-wire kept: replay FILE [--speed 4] [--plain]",
    "devices": "list microphones and speakers",
    "profiles": "list the tutors you can talk to",
    "doctor": "check all that a lesson needs and say how to mend it (--config: where each setting comes from;\n"
    "                        --probe [URL]: what a Realtime server really does)",
}
SETTING_OPTIONS: Mapping[str, tuple[str, str, str]] = {
    "--profile": ("lesson.profile", "NAME", "which tutor to talk to; tutor-tui profiles lists them"),
    "--tutor": (
        "tutor.kind",
        "KIND",
        "openai, webrtc, pipeline or offline; left out, openai is taken if there is a key",
    ),
    "--model": ("tutor.model", "M", "the cloud tutor's speech model"),
    "--base-url": ("tutor.base_url", "URL", "another server that speaks the Realtime protocol; ends in /v1"),
    "--dialect": ("tutor.dialect", "D", "ga, or how else that server wants it: beta (older ones), azure"),
    "--input-device": ("sound.input_device", "D", "microphone: its number or part of its name"),
    "--output-device": ("sound.output_device", "D", "speaker: its number or part of its name"),
}
"""Option → (the setting it overrides, what it takes, its help)."""
OPTIONS = (
    *SETTING_OPTIONS,
    "--insecure",
    "--prompts",
    "--log-file",
    "--record-wire",
    "--speed",
    "--plain",
    "--config",
    "--probe",
    "--key-env",
    "--version",
    "--help",
)
"""All of them, to find the one that was meant."""

SLOWEST, FASTEST = 0.1, 100.0
"""How fast a recording can be played."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. A `Problem` from anywhere ends here as one sentence on stderr."""
    log_file: Path | None = None
    _never_choke_on_letters()
    try:
        options = parse(sys.argv[1:] if argv is None else argv)
        log_file = options.log_file
        code = run(options)
        return _flushed(code)
    except Problem as problem:
        return _say(problem)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        return _flushed(ExitCode.OK)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a learner never sees a traceback
        return _own_up(fault, log_file)


def parse(argv: Sequence[str]) -> Options:
    """The options in `argv`. Raises `Problem` (exit code 2), and SystemExit(0) after --help and --version."""
    found, rest = _parser().parse_known_args(argv)
    for word in rest:
        raise _unknown("option" if word.startswith("-") else "command", word, [*OPTIONS, *COMMANDS])
    command = found.command or "talk"
    if command not in (*COMMANDS, "talk"):
        raise _unknown("command", command, [*COMMANDS])
    if found.file is not None and command != "replay":
        raise _unknown("command", found.file, [*COMMANDS])
    _check_company(command, found)
    given = {option: getattr(found, option.lstrip("-").replace("-", "_")) for option in SETTING_OPTIONS}
    settings: dict[str, tuple[str, object]] = {
        SETTING_OPTIONS[option][0]: (option, value) for option, value in given.items() if value is not None
    }
    if found.insecure:
        settings["tutor.insecure"] = ("--insecure", True)
    return Options(
        command=cast(Command, "talk" if command in _TALKS else command),
        settings=settings,
        prompts=found.prompts,
        log_file=found.log_file,
        probe=found.probe,
        key_variable=found.key_env or "",
        show_config=found.config,
        plain=command == "plain" or found.plain,
        record_wire=found.record_wire,
        recording=None if found.file is None else Path(found.file),
        speed=1.0 if found.speed is None else found.speed,
    )


_TALKS = ("talk", "plain", "replay")
"""Commands that open a lesson."""


def _check_company(command: str, found: argparse.Namespace) -> None:
    """Raise `Problem` (exit code 2) for an option that means nothing beside this command, and for one that lacks."""
    replays = command == "replay"
    company: tuple[tuple[bool, str, str], ...] = (
        (found.config and command != "doctor", "--config goes with doctor.", "tutor-tui doctor --config"),
        (found.probe is not None and command != "doctor", "--probe goes with doctor.", "tutor-tui doctor --probe URL"),
        (found.probe is not None and found.config, "--probe and --config are two things.", "one after the other"),
        (
            found.key_env is not None and found.probe is None,
            "--key-env goes with --probe.",
            "tutor-tui doctor --probe URL --key-env NAME",
        ),
        (replays and found.file is None, "replay needs a file.", "tutor-tui replay lesson.wire"),
        (found.speed is not None and not replays, "--speed goes with replay.", "tutor-tui replay FILE --speed 4"),
        (found.plain and not replays, "--plain goes with replay.", "tutor-tui plain"),
        (
            found.record_wire is not None and (replays or command not in _TALKS),
            "--record-wire goes with a lesson.",
            "tutor-tui --record-wire lesson.wire",
        ),
    )
    for wrong, title, way in company:
        if wrong:
            raise Problem(title, f"Try: {way}", ExitCode.USAGE)


def _speed(text: str) -> float:
    """How fast a recording is played, from the command line."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {SLOWEST:g} to {FASTEST:g}")
    return speed


def run(options: Options) -> int:
    """Carry out one command and return the exit code."""
    match options.command:
        case "talk":
            if not options.plain:
                check_terminal()
            with Shutdown(screen=not options.plain) as ending:
                from tutor_tui.app.run import talk

                ending.exit_code = ExitCode(talk(options, ending))
            if ending.stuck or is_held_up():
                ending.at_once()
            return int(ending.exit_code)
        case "doctor":
            from tutor_tui.cli.doctor.checks import doctor

            return doctor(options)
        case "devices":
            from tutor_tui.cli.listing import list_devices

            return list_devices(options)
        case "profiles":
            from tutor_tui.cli.listing import list_profiles

            return list_profiles(options)


def check_terminal() -> None:
    """Raise `Problem` when there is no terminal to paint a lesson on (Textual reads stdin and paints on stderr)."""
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output"), (sys.stderr, "error output")):
        if stream is None or not stream.isatty():
            raise Problem(
                f"A lesson needs a terminal, and the {name} is not one.",
                "Run tutor-tui without pipes or redirections (in a container: with -it), or tutor-tui plain.",
                ExitCode.USAGE,
            )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise Problem(
            "This terminal says that it cannot place text.",
            "Set TERM, for example to xterm-256color, or use tutor-tui plain.",
            ExitCode.USAGE,
        )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Problem(
            f"{message.removeprefix('argument ')}.", "tutor-tui --help shows what can be given.", ExitCode.USAGE
        )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tutor-tui",
        usage="tutor-tui [options] [plain | replay FILE | devices | profiles | doctor [--config] [--probe [URL]]]",
        description="A voice language tutor for people who live in a terminal. Without a command, a lesson begins.",
        epilog="commands:\n" + "\n".join(f"  {name:<20}  {text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("file", nargs="?", help=argparse.SUPPRESS)
    for option, (_, metavar, text) in SETTING_OPTIONS.items():
        parser.add_argument(option, metavar=metavar, help=text)
    parser.add_argument("--insecure", action="store_true", help="let ws:// go to other machines than this one")
    parser.add_argument("--prompts", metavar="DIR", type=Path, help="a folder of tutors of your own")
    parser.add_argument("--log-file", metavar="F", type=Path, help="keep a log (no keys, no words, no sound)")
    parser.add_argument(
        "--record-wire", metavar="F", type=Path, help="keep what passes between us and the tutor: words, no sound"
    )
    parser.add_argument("--speed", metavar="X", type=_speed, help="replay: how many times as fast (1)")
    parser.add_argument("--plain", action="store_true", help="replay: in plain lines")
    parser.add_argument("--config", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--probe", metavar="URL", nargs="?", const="", help="doctor: what does that server really do?")
    parser.add_argument("--key-env", metavar="NAME", help="doctor --probe: the variable that holds that server's key")
    parser.add_argument("--version", action="version", version=f"tutor-tui {__version__}", help="show the version")
    parser.add_argument("--help", "-h", action="help", help="show this help")
    return parser


def _unknown(what: str, word: str, known: Sequence[str]) -> Problem:
    name = word.split("=")[0]
    meant = [each for each in known if len(name) > 2 and each.startswith(name)]
    near = meant or get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "tutor-tui --help shows what can be given."
    return Problem(f"There is no {what} {word!r}.", hint, ExitCode.USAGE)


def _never_choke_on_letters() -> None:
    """A terminal that cannot show Hangul gets question marks, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _flushed(code: int) -> int:
    """Empty stdout here, where its faults can be answered; Python would print a traceback at exit."""
    if sys.stdout is None:
        return code
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader has seen enough: `tutor-tui devices | head -1`
            return code
        raise Problem(f"The output could not be written: {error.strerror}.") from None
    return code


def _say(problem: Problem) -> int:
    print(f"tutor-tui: {printable_line(str(problem))}", file=sys.stderr)
    return int(problem.exit_code)


def _own_up(fault: Exception, log_file: Path | None) -> int:
    first: BaseException = fault
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, Problem):
        return _say(first)
    from tutor_tui.config.logs import note_crash
    from tutor_tui.config.paths import find_folders, shown

    try:
        path = log_file or find_folders(os.environ).crash_log
    except Problem as problem:
        return _say(problem)
    where = f"What happened is in {shown(path)}." if note_crash(fault, path) else f"{shown(path)} cannot be written."
    return _say(Problem(f"Something in tutor-tui broke ({type(first).__name__}).", where))
