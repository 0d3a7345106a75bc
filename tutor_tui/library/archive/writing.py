"""Making a backup: from what is there at one moment, while a lesson may be going on."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tutor_tui import __version__
from tutor_tui.core.key_masking import masked
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library.archive.members import (
    FORMAT,
    LIBRARY,
    MANIFEST,
    PROMPT_KINDS,
    PROMPTS,
    SETTINGS,
    Backup,
    Places,
    copy_all,
    fault_of_settings,
    is_allowed,
    most_bytes,
    temporary_folder,
)
from tutor_tui.library.archive.reading import read_backup
from tutor_tui.library.database import connect, unusable
from tutor_tui.library.overflow_journal import left_behind
from tutor_tui.library.recovery import take_in_journals
from tutor_tui.library.under_way import FOLDER


def write_backup(file: Path, places: Places) -> Backup:
    """Write all there is into `file`, in the place of what is there. What is in it; its library is gone already.

    It is read back before it takes its place. Raises `Problem`, and `OSError` where `file` cannot be written.
    """
    texts = dict(_texts(places))
    target = Path(os.path.realpath(file))
    with temporary_folder() as folder:
        library = _copied(places.library, folder / "copy")
        if not texts and library is None:
            raise Problem("There is nothing to back up yet.", "", ExitCode.USAGE)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # with mode 0600
        try:
            with open(handle, "w+b") as whole:
                _write(whole, texts, library)
                whole.flush()
                os.fsync(whole.fileno())
                backup = read_backup(whole, str(file), folder)
            os.replace(name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    return backup


def _texts(places: Places) -> Iterator[tuple[str, bytes]]:
    """The settings and the learner's own profiles, by the names that they get. Raises `Problem`."""
    if places.settings.is_file():
        data = _bytes_of(places.settings, SETTINGS)
        if why := fault_of_settings(data):
            title = f"The settings in {places.settings} cannot be backed up: {why}."
            raise Problem(title, "Correct them first.", ExitCode.USAGE)
        yield SETTINGS, masked(data.decode()).encode()
    for folder, ending in PROMPT_KINDS.items():
        for file in _files_in(places.prompts / folder):
            hidden = file.name.startswith(".") or file.resolve().name.startswith(".")  # a link to .env is no profile
            if hidden or not file.name.lower().endswith(ending) or not file.is_file():
                continue
            name = "/".join(filter(None, (PROMPTS, folder, file.name)))
            if not is_allowed(name):
                raise Problem(f"{file} has a name that not every system allows.", "Rename it.", ExitCode.USAGE)
            yield name, _bytes_of(file, name)


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(folder, error) from None


def _bytes_of(file: Path, name: str) -> bytes:
    most = most_bytes(name)
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise _unreadable(file, error) from None
    if len(data) > most:
        title = f"{file} is too large for a backup: more than {most // 1_000} kB."
        raise Problem(title, "Shorten it, or move it away.", ExitCode.USAGE)
    return data


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(f"{path} cannot be read: {error.strerror}.", "Give yourself read permission.", ExitCode.LIBRARY)


def _copied(library: Path, copy: Path) -> Path | None:
    """A copy of the library as it is at one moment, all in one file; None where nothing was ever kept."""
    try:
        if not library.exists() and not left_behind(library.parent):
            return None
        with closing(connect(library)) as database, closing(sqlite3.connect(copy)) as target:
            take_in_journals(database, library.parent, library.parent / FOLDER)
            database.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    except (sqlite3.Error, OSError) as error:
        raise unusable(library, error) from None
    return copy


def _write(whole: IO[bytes], texts: Mapping[str, bytes], library: Path | None) -> None:
    members = {name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in texts.items()}
    size = library.stat().st_size if library else 0
    if library is not None:
        with library.open("rb") as opened:
            members[LIBRARY] = {"size": size, "sha256": copy_all(opened, None, size)}
    manifest = {
        "format": FORMAT,
        "tutor_tui": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "members": members,
    }
    with ZipFile(whole, "w") as archive:
        archive.writestr(_member(MANIFEST), json.dumps(manifest, indent=1))
        for name, data in texts.items():
            archive.writestr(_member(name), data)
        if library is not None:
            with library.open("rb") as opened, archive.open(_member(LIBRARY), "w") as target:
                copy_all(opened, target, size)


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)  # of 1980: when a file was changed is nobody's business
    member.compress_type = ZIP_DEFLATED
    member.external_attr = (stat.S_IFREG | 0o600) << 16
    return member
