"""Plain lines for terminals and pipes: tables, verdicts, and nothing in them that a terminal would obey; files."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import add
from pathlib import Path
from typing import TextIO, cast

from tutor_tui.app.terminal_lines import beside
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line

GREEN, YELLOW, RED = "32", "33", "31"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table whose columns are as wide as they need to be; the last takes what the terminal has left."""
    lines = [list(head), *([printable_line(cell) for cell in row] for row in rows)]
    sizes = [[_cells(cell) for cell in line] for line in lines]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    for line, size in zip(lines, sizes, strict=True):
        *cells, last = line
        blanks = (" " * (2 + width - taken) for width, taken in zip(widths, size, strict=True))
        yield beside("".join(map(add, cells, blanks)), last, sys.stdout)


def _cells(text: str) -> int:
    """How wide a line of printable text is."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # 10 ms, which only other scripts need

    return wcswidth(text)


def say(sentence: str) -> None:
    """Print a sentence that may hold names from outside; on a terminal broken between words."""
    print(beside("", printable_line(sentence), sys.stdout))


def coloured(text: str, colour: str, stream: TextIO) -> str:
    """`text` in that colour where colours can be seen and are wanted (https://no-color.org)."""
    wanted = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")
    return f"\x1b[{colour}m{text}\x1b[0m" if wanted else text


def check_place(file: Path, overwrite: bool, instead: str) -> None:
    """Raise `Problem` where something stands that is not to be lost; `instead` is what to do if it is no file.

    Raises `OSError` where that cannot be seen.
    """
    from tutor_tui.config.paths import shown  # it makes a dataclass: 10 ms, which --version does without

    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise Problem(f"{shown(file)} is not a file.", instead, ExitCode.USAGE)
    if not overwrite:
        raise Problem(f"{shown(file)} is there already.", "--force overwrites it.", ExitCode.USAGE)


def unwritten(error: OSError) -> Problem:
    """What to say when the output takes no more: a full disk, a terminal that has gone."""
    return Problem(f"The output could not be written: {error.strerror}.", "What is missing there was not kept.")


@contextmanager
def _unwritten_is_a_problem() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from None


class _CheckedOutput:
    """An output that raises `Problem` where it cannot be written to; a reader that has gone stays an OSError."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with _unwritten_is_a_problem():
            return self._stream.write(text)

    def flush(self) -> None:
        with _unwritten_is_a_problem():
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextmanager
def writing_to_stdout() -> Iterator[None]:
    """What is printed within may fail with a `Problem`; where there is no stdout, it goes nowhere."""
    stdout = sys.stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = cast(TextIO, _CheckedOutput(stdout or nowhere))
        try:
            yield
        finally:
            sys.stdout = stdout
