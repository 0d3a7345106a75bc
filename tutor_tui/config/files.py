"""Reading and writing text files.

What cannot be read is a `Problem`; nothing is waited for and nothing endless is read. Writing loses nothing: one writer
at a time, and the old text stays until the new one is whole.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tutor_tui.config.paths import shown
from tutor_tui.core.problems import ExitCode, Problem

LARGEST_BYTES = 64_000
"""More than anybody writes into a file of settings or variables: all of ours with their help are some 10 kB."""
_NO_LOCKS = frozenset({errno.EBADF, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
"""What `flock` answers on file systems without locks, above all NFS."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time: two programs on one machine must not each save the other's change away.

    Where the file system has no locks, each writes without one: better a change lost in a rare race than none kept.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl  # only POSIX has it

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(handle)


def replace_text(target: Path, text: str) -> None:
    """Put `text` in the place of `target`, as `replace_bytes` does."""
    replace_bytes(target, text.encode())


def replace_bytes(target: Path, data: bytes) -> None:
    """Put `data` in the place of `target`, readable by its owner only. mkstemp creates the file with mode 0600."""
    from tempfile import mkstemp  # 2 ms, which reading does without

    handle, name = mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def is_open_to_others(path: Path) -> bool:
    """Whether other users may read this file of ours, by its mode. False for none, and where modes mean nothing."""
    try:
        found = path.stat()
    except OSError:
        return False
    is_ours = hasattr(os, "getuid") and found.st_uid == os.getuid()
    return is_ours and bool(found.st_mode & (stat.S_IRGRP | stat.S_IROTH))


class IrregularFile(Exception):
    """A pipe, which would be waited for, or a device, which may have no end."""


class FileTooLarge(Exception):
    """More bytes than such a file may have."""


def read_text(path: Path) -> str | None:
    """The words in a file, None when there is no such file; `Problem` when it is there and cannot be read.

    Only a regular file is read, and none larger than `LARGEST_BYTES`.
    """
    try:
        return bytes_of(path, LARGEST_BYTES).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Problem(
            f"{shown(path)}, line {line}: this is not UTF-8 text.", "Save it as UTF-8.", ExitCode.USAGE
        ) from None
    except IsADirectoryError:
        raise Problem(f"{shown(path)} is a folder, not a file.", "Move it away.", ExitCode.USAGE) from None
    except IrregularFile:
        raise Problem(f"{shown(path)} is not a regular file.", "Move it away.", ExitCode.USAGE) from None
    except FileTooLarge:
        title = f"{shown(path)} is too large: more than {LARGEST_BYTES // 1000} kB."
        raise Problem(title, "Shorten it.", ExitCode.USAGE) from None
    except OSError as error:
        raise Problem(
            f"{shown(path)} cannot be read: {error.strerror}.", "Give yourself read permission.", ExitCode.USAGE
        ) from None


def bytes_of(path: Path, most: int) -> bytes:
    """What is in a regular file of at most `most` bytes. Raises `OSError`, `IrregularFile` or `FileTooLarge`."""
    # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        kind = os.fstat(handle).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError
        if not stat.S_ISREG(kind):
            raise IrregularFile
        with open(handle, "rb", closefd=False) as file:
            data = file.read(most + 1)
    finally:
        os.close(handle)
    if len(data) > most:
        raise FileTooLarge
    return data
