"""`tutor-tui forget`: all that is kept of the learner, deleted for good."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tutor_tui.cli.output import say
from tutor_tui.cli.question import agreed
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import Folders, find_folders, shown
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.library import recordings
from tutor_tui.library.database import unusable
from tutor_tui.library.forgetting import Kept, delete, kept_at
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.under_way import refuse_under_way


def forget(options: Options) -> int:
    """Delete it. Raises `Problem`."""
    folders = find_folders()
    library = folders.library_file
    try:
        refuse_under_way(library)
        what = ", ".join(_described(folders, kept_at(library)))
        if what and not options.confirmed and not _agreed(what):
            print("Nothing was deleted.")
            return int(ExitCode.OK)
        refuse_under_way(library)  # the answer may have taken a while
        kept = kept_at(library)
    except OSError as error:
        raise unusable(library, error) from None
    notes = [file for file in (folders.crash_log, folders.probes_file) if os.path.lexists(file)]
    failed = delete(library, kept, notes)
    if failed:
        path, why = failed[0]
        title = f"{shown(path)} could not be deleted: {why.strerror}."
        raise Problem(title, "What else there was is deleted.", ExitCode.LIBRARY)
    say(f"Deleted: {what}." if what else "Nothing is kept of you or your lessons.")
    if what:
        for line in _left(folders):
            say(line)
    return int(ExitCode.OK)


def _agreed(what: str) -> bool:
    question = printable_line(f"Delete for good: {what}?")
    return agreed(question, "delete all that is kept", "tutor-tui forget --yes")


def _described(folders: Folders, kept: Kept) -> Iterator[str]:
    """What there is, in words."""
    if kept.library:
        yield _lessons(folders)
    if kept.copies:
        yield "earlier copies of your lessons"
    if kept.journals:
        yield "lessons that could not be put with the others yet"
    if kept.recordings:
        yield recordings.words_for(kept.recordings)
    if os.path.lexists(folders.crash_log):
        yield "the note of a crash"
    if os.path.lexists(folders.probes_file):
        yield "what doctor --probe found out about servers"


def _lessons(folders: Folders) -> str:
    try:
        number = len(SqliteLibrary(folders.library_file).lessons())
    except Problem:  # what is damaged is deleted all the same
        return "your lessons"
    return counted(number, "lesson") if number else "no lessons"


def _left(folders: Folders) -> Iterator[str]:
    """What is not deleted, and where it is."""
    places = {
        "your settings": folders.config_file,
        "your own profiles": folders.config / "prompts",
        "your keys": folders.env_file,
        "saved keys": folders.keys_file,
    }
    there = [f"{name} ({shown(place)})" for name, place in places.items() if place.exists()]
    yield f"Not deleted: {', '.join((*there, 'what you exported or backed up'))}."
