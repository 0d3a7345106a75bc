"""The log and the note about a crash: what the program did, never what was said, heard or secret.

Only our own modules are quoted, and they log no words of the lesson. Of other libraries' records just the place is
kept: their messages hold headers (websockets), whole events (asyncio) and URLs (httpx). Of an exception the frames and
the type are kept; its message only where it can speak of nothing but code.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tutor_tui.core.key_masking import masked
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable

OURS = "tutor_tui"
_SPEAKS_OF_CODE = (ImportError, AttributeError, NameError)


def start_log(path: Path | None) -> None:
    """Keep a log in `path`, readable by its owner only; without one, keep silence (stderr is where Textual paints).

    Raises `Problem` when the file cannot be written.
    """
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    if path is None:
        root.addHandler(logging.NullHandler())
        return
    try:
        handler = logging.StreamHandler(open(_private(path), "a", encoding="utf-8"))  # noqa: SIM115 - closed at exit by logging.shutdown
    except OSError as error:
        raise Problem(
            f"The log file {path} cannot be written: {error.strerror}.",
            "Choose another with --log-file.",
            ExitCode.USAGE,
        ) from None
    handler.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.DEBUG)


class DiscreetFormatter(logging.Formatter):
    """Formats a record so that nothing private can be in it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and below it the frames of an exception."""
        quoted = logging.makeLogRecord(record.__dict__)
        quoted.exc_text = None
        is_ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        said = record.getMessage() if is_ours else f"something in {record.module}, line {record.lineno}"
        quoted.msg, quoted.args = _harmless(said), None
        return super().format(quoted)

    def formatException(self, ei: object) -> str:
        """Frames and type, without the message."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(map(_harmless, scrubbed(error))) if isinstance(error, BaseException) else ""


def note_crash(error: BaseException, path: Path) -> bool:
    """Add a fault of ours to the file at `path`; False when even that cannot be done."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(_private(path), "a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} crash\n")
            file.writelines(f"{_harmless(line)}\n" for line in scrubbed(error))
    except OSError:
        return False
    return True


def scrubbed(error: BaseException, seen: tuple[BaseException, ...] = ()) -> Iterator[str]:
    """The lines of a traceback without the data in it: causes first, the members of a group after their group."""
    seen = (*seen, error)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause not in seen:
        yield from scrubbed(cause, seen)
        yield "which led to"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    reason = f": {error}" if isinstance(error, _SPEAKS_OF_CODE) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{reason}"
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from (f"  | {line}" for line in scrubbed(member, seen))


def _harmless(line: str) -> str:
    """`line` without keys, and with nothing in it that a terminal obeys or that begins a line of its own."""
    return masked(printable(line).replace("\n", " "))


def _private(path: Path) -> int:
    # Without O_NONBLOCK a pipe that nobody reads would be waited for.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0), 0o600)
    if hasattr(os, "set_blocking"):
        os.set_blocking(handle, True)
    return handle
