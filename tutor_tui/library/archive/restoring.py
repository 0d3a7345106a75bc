"""Putting a backup in the place of what is there: all of it or nothing, and what was there is kept beside it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from tutor_tui.library.archive.members import SETTINGS, Backup, Places
from tutor_tui.library.recovery import PARTS, name_aside
from tutor_tui.library.under_way import refuse_under_way

BEFORE = "before-restore"
"""In the names of what was replaced."""
STAGING = ".restore-"
"""So begin the names of the folders in which the new is made ready, beside where it is to stand."""
_Content = bytes | Path | Mapping[str, bytes]
"""Of a file; the file that has it; or of all files in a folder, by their paths in it."""


def restore(backup: Backup, places: Places) -> list[Path]:
    """Put all that the backup holds where it belongs; where that is kept which stood there before.

    What the backup does not hold stays as it is. Raises `Problem` while a lesson is under way, and `OSError`; then
    everything is as it was.
    """
    refuse_under_way(places.library)
    moves: list[tuple[Path, Path]] = []
    with ExitStack() as staging:
        ready = [(_made_ready(target, content, staging), target) for target, content in _parts(backup, places)]
        try:
            return [aside for new, target in ready for aside in _exchange(new, target, moves)]
        except BaseException:
            for source, target in reversed(moves):
                with suppress(OSError):  # the others are to go back all the same
                    target.rename(source)
            raise


def _parts(backup: Backup, places: Places) -> Iterator[tuple[Path, _Content]]:
    """Each place, behind all links (people keep their settings in a repository), and what is to stand there."""
    if backup.library:
        yield Path(os.path.realpath(places.library)), backup.library
    if SETTINGS in backup.texts:
        yield Path(os.path.realpath(places.settings)), backup.texts[SETTINGS]
    if backup.prompts:
        yield Path(os.path.realpath(places.prompts)), backup.prompts


def _made_ready(target: Path, content: _Content, staging: ExitStack) -> Path:
    """The new beside its place, where a rename leads to it."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = Path(staging.enter_context(tempfile.TemporaryDirectory(prefix=STAGING, dir=target.parent))) / target.name
    if isinstance(content, Mapping):
        new.mkdir(mode=0o700)
        for name, data in content.items():
            (new / name).parent.mkdir(mode=0o700, exist_ok=True)
            _write(new / name, data)
    else:
        _write(new, content)
    return new


def _write(file: Path, content: bytes | Path) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as target:
        if isinstance(content, bytes):
            target.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())


def _exchange(new: Path, target: Path, moves: list[tuple[Path, Path]]) -> Iterator[Path]:
    """Move what stands at `target` aside, and `new` to where it stood; where the old is, if there was any."""
    aside = name_aside(target, BEFORE)
    endings = PARTS if target.suffix == ".sqlite3" else ("",)
    for ending in endings:
        part = target.with_name(target.name + ending)
        if os.path.lexists(part):
            _move(part, aside.with_name(aside.name + ending), moves)
    _move(new, target, moves)
    if os.path.lexists(aside):
        yield aside


def _move(source: Path, target: Path, moves: list[tuple[Path, Path]]) -> None:
    source.rename(target)
    moves.append((source, target))
