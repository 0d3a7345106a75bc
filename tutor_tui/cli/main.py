"""The command line: reads options, says what is wrong with them, and hands over. It builds nothing itself.

Everything heavy is imported by the command that needs it, so that `--version` and a misspelt option are answered at
once.
"""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tutor_tui.app.terminal_lines import beside
from tutor_tui.cli.output import unwritten, writing_to_stdout
from tutor_tui.cli.parser import parse
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line

if TYPE_CHECKING:
    from tutor_tui.config.command_line import Command, Options


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. A `Problem` from anywhere ends here as one sentence on stderr."""
    log_file: Path | None = None
    _fill_closed_streams()
    _replace_what_cannot_be_shown()
    try:
        with writing_to_stdout():
            options = parse(sys.argv[1:] if argv is None else argv)
        log_file = options.log_file
        code = run(options)
        return _flush_stdout(code)
    except SystemExit as end:  # --help and --version have printed what they had to
        return _flush_stdout(int(end.code or 0))
    except Problem as problem:
        return _flush_stdout(_print_problem(problem))
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        return _flush_stdout(ExitCode.OK)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a learner never sees a traceback
        return _report_fault(fault, log_file)


def run(options: Options) -> int:
    """Carry out one command and return the exit code."""
    _mend_terminal()
    if options.command == "talk":
        return _talk(options)
    with writing_to_stdout():
        return _run_command(options)


def _mend_terminal() -> None:
    """Nobody can type on a terminal that the last program left as its full screen had it."""
    from tutor_tui.app.terminal import MENDED, mend

    if mend() and sys.stderr is not None:
        print(beside("tutor-tui: ", MENDED, sys.stderr), file=sys.stderr)


_COMMANDS: Mapping[Command, str] = {
    "doctor": "doctor.checks:doctor",
    "devices": "list_commands:list_devices",
    "profiles": "list_commands:list_profiles",
    "lessons": "lessons:lessons",
    "voices": "voices:voices",
    "history": "history:history",
    "report": "report:report",
    "status": "status:status",
    "export": "export:export",
    "words": "words:words",
    "learner": "learner:learner",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "forget": "forget:forget",
    "key": "keys:keys",
    "config": "show_config:show_config",
    "completion": "completion:completion",
}
"""The module of this folder that is imported for a command, and its function, which returns the exit code."""


def _run_command(options: Options) -> int:
    module, _, function = _COMMANDS[options.command].partition(":")
    run_it: Callable[[Options], int] = getattr(import_module(f"tutor_tui.cli.{module}"), function)
    return run_it(options)


def _talk(options: Options) -> int:
    from tutor_tui.app.shutdown import Shutdown, threads_remain

    subject = None
    if options.about is not None:
        from tutor_tui.cli.about import subject_wanted

        subject = subject_wanted(options)  # first: where it came from a pipe, the terminal takes the pipe's place
    if not options.plain:
        check_terminal()
    with Shutdown(screen=not options.plain) as shutdown:
        from tutor_tui.app.run import talk

        shutdown.exit_code = ExitCode(talk(options, shutdown, subject))
    if shutdown.stuck or threads_remain():
        shutdown.exit_now()
    return int(shutdown.exit_code)


_OLD_TERMINAL = re.compile(r"vt\d+.*|ansi.*|dtterm")
"""What a terminal without UTF-8 is called."""


def check_terminal() -> None:
    """Raise `Problem` when there is no terminal to paint a lesson on (Textual reads stdin and paints on stderr)."""
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output"), (sys.stderr, "error output")):
        if stream is None or not stream.isatty():
            raise Problem(
                f"A lesson needs a terminal, and the {name} is not one.",
                "Run tutor-tui without pipes or redirections (in a container: with -it), or tutor-tui plain.",
                ExitCode.USAGE,
            )
    term = os.environ.get("TERM", "")
    if term in ("", "dumb"):
        raise Problem(
            "This terminal says that it cannot place text.",
            "Set TERM, for example to xterm-256color, or use tutor-tui plain.",
            ExitCode.USAGE,
        )
    # Not either alone: many a terminal of today runs in the locale C, and many a vt100 is one of today.
    if _OLD_TERMINAL.fullmatch(term) and "utf" not in locale.getencoding().casefold():
        raise Problem(
            "This terminal says that it shows ASCII only: it can draw no frames, and no letters of other scripts.",
            "Set LC_ALL to C.UTF-8 if it can after all, or use tutor-tui plain.",
            ExitCode.USAGE,
        )


def _fill_closed_streams() -> None:
    """What is opened next would take the number of a stream that was closed (`2>&-`), and get what is written there."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _replace_what_cannot_be_shown() -> None:
    """A terminal that cannot show Hangul gets question marks, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _flush_stdout(code: int) -> int:
    """Empty stdout here, where its faults can be answered; Python would print a traceback at exit."""
    if sys.stdout is None:
        return code
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError) or code:  # the reader has seen enough, or something is said already
            return code
        return _print_problem(unwritten(error))
    return code


def _print_problem(problem: Problem) -> int:
    on_screen = sys.stdout if sys.stdout is not None and sys.stdout.isatty() else None
    stream = sys.stderr if sys.stderr is not None else on_screen
    if stream is not None:
        print(beside("tutor-tui: ", printable_line(str(problem)), stream), file=stream)
    return int(problem.exit_code)


def _report_fault(fault: Exception, log_file: Path | None) -> int:
    first: BaseException = fault
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, Problem):
        return _print_problem(first)
    from tutor_tui.config.log_file import note_crash
    from tutor_tui.config.paths import find_folders, shown

    try:
        path = log_file or find_folders().crash_log
    except Problem as problem:
        return _print_problem(problem)
    where = f"What happened is in {shown(path)}." if note_crash(fault, path) else f"{shown(path)} cannot be written."
    return _print_problem(Problem(f"Something in tutor-tui broke ({type(first).__name__}).", where))
