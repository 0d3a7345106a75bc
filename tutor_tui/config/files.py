"""Writing a file so that nothing is lost: one writer at a time, and the old text stays until the new one is whole."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
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
