"""All that is kept of a learner's lessons, found wherever it may lie, and deleted for good."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tutor_tui.library import overflow_journal, recordings
from tutor_tui.library.archive.members import TEMPORARY
from tutor_tui.library.archive.restoring import BEFORE, STAGING
from tutor_tui.library.recovery import DAMAGED, PARTS
from tutor_tui.library.under_way import FOLDER


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept; all of these are there."""

    library: tuple[Path, ...]
    copies: tuple[Path, ...]
    """Files and folders: libraries that were damaged or replaced, and what a crash left of a backup."""
    journals: tuple[Path, ...]
    """Of lessons that the library could not take yet, one a lesson."""
    recordings: tuple[Path, ...]
    """Of the sound of lessons, one a side."""


def kept_at(library: Path) -> Kept:
    """All that belongs to the library of this place. Raises `OSError`."""
    real = Path(os.path.realpath(library))
    of_library = {place.with_name(place.name + ending) for place in (library, real) for ending in PARTS}
    copies = {copy for folder in {library.parent, real.parent} for copy in _copies(folder, real)}
    return Kept(
        tuple(sorted(filter(os.path.lexists, of_library))),
        tuple(sorted(copies | set(_forgotten_copies()))),
        tuple(overflow_journal.left_behind(library.parent)),
        recordings.all_files(library.parent),
    )


def _copies(folder: Path, library: Path) -> Iterator[Path]:
    stem, suffix = re.escape(library.stem), re.escape(library.suffix)
    aside = re.compile(rf"{stem}\.(?:{DAMAGED}|{BEFORE})-\d{{8}}-\d{{6}}{suffix}(?:{'|'.join(PARTS)})")
    with suppress(FileNotFoundError):
        yield from (each for each in folder.iterdir() if aside.fullmatch(each.name) or each.name.startswith(STAGING))


def _forgotten_copies() -> Iterator[Path]:
    for each in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        if not hasattr(os, "getuid") or each.lstat().st_uid == os.getuid():  # everybody may write there
            yield each


def delete(library: Path, kept: Kept, notes: Sequence[Path]) -> list[tuple[Path, OSError]]:
    """Delete all of it, these other files of ours, and our folders that are empty then; what cannot be, and why."""
    failed = []
    for path in (*kept.library, *kept.copies, *kept.journals, *kept.recordings, *notes):
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            failed.append((path, error))
    shutil.rmtree(library.parent / FOLDER, ignore_errors=True)  # no lesson is under way
    ours = {library.parent, *(path.parent for path in (*kept.journals, *notes))}
    for folder in (library.parent / recordings.FOLDER, *ours):
        with suppress(OSError):
            folder.rmdir()
    return failed
