"""Which lessons are under way: a file a lesson that its process holds locked, until it ends in whatever way."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from tutor_tui.core.problems import ExitCode, Problem

FOLDER = "under-way"
"""Of these files, beside the library."""
SUFFIX = ".lock"
_NO_NAME = re.compile(r"[\x00/\\:]")
"""In an id: what leads to another folder, or cannot be in a name."""


class Mark:
    """Says that a lesson is under way, for as long as this process lives or until `end`."""

    def __init__(self, folder: Path, lesson_id: str) -> None:
        self._file = folder / f"{lesson_id}{SUFFIX}"
        self._descriptor = -1
        with contextlib.suppress(OSError):  # where nothing can be locked, the lesson is taken for a broken one at most
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            _lock(self._descriptor)

    def end(self) -> None:
        """The lesson is over."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                self._file.unlink()
            os.close(self._descriptor)
            self._descriptor = -1


def is_under_way(folder: Path, lesson_id: str) -> bool:
    """Whether a living process holds that lesson. The file that a dead one left behind is removed."""
    if _NO_NAME.search(lesson_id):  # a library that somebody else has made may hold any id: its file is none of ours
        return False
    file = folder / f"{lesson_id}{SUFFIX}"
    try:
        descriptor = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(descriptor)
        file.unlink()
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def refuse_under_way(library: Path) -> None:
    """Raise `Problem` (usage) while any lesson is under way that is kept in this library. Raises `OSError`."""
    folder = library.parent / FOLDER
    names = [each.name.removesuffix(SUFFIX) for each in folder.glob(f"*{SUFFIX}")]
    if any(is_under_way(folder, name) for name in names):
        raise Problem("A lesson is still going on.", "End it first.", ExitCode.USAGE)


def _lock(descriptor: int) -> None:
    """Raises `BlockingIOError` when another process holds it, `OSError` where nothing can be locked."""
    try:
        import fcntl
    except ImportError:
        raise OSError from None
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
