"""A file that the learner names for us to read: opened without waiting, or one sentence on why it cannot be."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tutor_tui.config.paths import shown
from tutor_tui.core.problems import ExitCode, Problem


@contextmanager
def given_file(path: Path) -> Iterator[IO[bytes]]:
    """A regular file, open for reading. Raises `Problem`, also for what fails in the block."""
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Problem(f"{shown(path)} is not a file.", "Give a file.", ExitCode.USAGE)
            yield file
    except IsADirectoryError:
        raise Problem(f"{shown(path)} is a folder.", "Give a file.", ExitCode.USAGE) from None
    except OSError as error:
        raise Problem(
            f"{shown(path)} cannot be read: {error.strerror}.", "Give another file.", ExitCode.USAGE
        ) from None
