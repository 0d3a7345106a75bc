"""Reading and writing text files.

What cannot be read is a `Problem`. Writing loses nothing: one writer at a time, and the old text stays until the new
one is whole.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tutor_tui.config.paths import shown
from tutor_tui.core.problems import ExitCode, Problem


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time: two programs on one machine must not each save the other's change away."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # only POSIX has it

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_text(target: Path, text: str) -> None:
    """Put `text` in the place of `target`, readable by its owner only. mkstemp creates the file with mode 0600."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def read_text(path: Path) -> str | None:
    """The words in a file, None when there is no such file; `Problem` when it is there and cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Problem(
            f"{shown(path)}, line {line}: this is not UTF-8 text.", "Save it as UTF-8.", ExitCode.USAGE
        ) from None
    except IsADirectoryError:
        raise Problem(f"{shown(path)} is a folder, not a file.", "Move it away.", ExitCode.USAGE) from None
    except OSError as error:
        raise Problem(
            f"{shown(path)} cannot be read: {error.strerror}.", "Give yourself read permission.", ExitCode.USAGE
        ) from None
