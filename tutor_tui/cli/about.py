"""`--about FILE`: what a lesson is to be about, read before it begins."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from tutor_tui.cli.given_file import given_file
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import shown
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.subject import Subject
from tutor_tui.exchange.reading_text import MOST_BYTES, subject_of
from tutor_tui.exchange.unreadable import Unreadable

_STDIN = Path("-")


def subject_wanted(options: Options) -> Subject | None:
    """The subject that was asked for, if any. Raises `Problem`."""
    file = options.about
    if file is None:
        return None
    called = "the text from the input" if file == _STDIN else shown(file)
    data = _piped() if file == _STDIN else _bytes_of(file)
    try:
        if len(data) > MOST_BYTES:
            raise Unreadable(f"it has more than {MOST_BYTES // 1_000_000} MB", "Take a part of it.")
        return subject_of(data, "your text" if file == _STDIN else file.name, options.chapter)
    except Unreadable as unreadable:
        title = f"{called[0].upper()}{called[1:]}" if file == _STDIN else called
        raise Problem(f"{title} cannot be talked about: {unreadable}.", unreadable.hint, ExitCode.USAGE) from None


def _bytes_of(file: Path) -> bytes:
    with given_file(file) as opened:
        return opened.read(MOST_BYTES + 1)


def _piped() -> bytes:
    """What comes from the standard input; the lesson itself is then held on the terminal."""
    if sys.stdin is None:
        raise Problem("There is no input to read the text from.", "Pipe it in, or name a file.", ExitCode.USAGE)
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if not sys.stdin.isatty():
        with suppress(OSError):  # without a terminal, what needs one says so
            terminal = os.open("/dev/tty", os.O_RDWR)
            os.dup2(terminal, sys.stdin.fileno())
            os.close(terminal)
    return data
