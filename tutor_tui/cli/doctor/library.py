"""Are the lessons that are kept whole, and can more be kept?"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.config.paths import shown
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import LEARNER, waiting


async def library(setup: Setup) -> AsyncIterator[Finding]:
    """Where lessons are kept, how many there are, and whether the file is sound."""
    file, keeps = setup.configuration.folders.library_file, setup.configuration.settings.library.keep
    more = "" if keeps else " No more are kept: library.keep is off."
    if file.exists():
        lessons = await asyncio.to_thread(SqliteLibrary(file).check)
        said = f"{counted(lessons, 'lesson')} in {shown(file)} ({_size(file)}); the file is sound.{more}"
        yield Finding("ok", "library", said)
    else:
        yield Finding("ok", "library", f"No lesson is kept yet.{more}")
    if keeps and (closed := _not_writable(file)) is not None:
        said = f"No lesson can be added: {shown(closed)} cannot be written."
        yield Finding("BAD", "library", said, "Allow yourself to write there: chmod u+rwX.", ExitCode.LIBRARY)
    if journals := waiting(file.parent):
        lessons = sum(not each.name.startswith(LEARNER) for each in journals)
        notes = ["notes for later ones"] if lessons < len(journals) else []
        what = " and ".join(([counted(lessons, "lesson")] if lessons else []) + notes)
        verb = "waits" if lessons == 1 and not notes else "wait"
        folders = " and ".join(dict.fromkeys(shown(each.parent) for each in journals))
        said = f"{what[0].upper()}{what[1:]} could not be added yet and {verb} in {folders}."
        yield Finding("note", "library", said, "The next lesson takes in what is over.")


def _size(file: Path) -> str:
    kilobytes = file.stat().st_size / 1_000
    return f"{kilobytes / 1_000:.1f} MB" if kilobytes >= 1_000 else f"{kilobytes:.0f} kB"


def _not_writable(file: Path) -> Path | None:
    """What keeps us from writing `file`, if anything does: the file, or the folder that it is or would be in."""
    folder = next(each for each in file.parents if each.exists())
    return next((each for each in (file, folder) if each.exists() and not os.access(each, os.W_OK)), None)
