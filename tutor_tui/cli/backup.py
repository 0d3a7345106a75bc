"""`tutor-tui backup` and `restore`: all that a learner would miss, in one file and back."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tutor_tui.cli.output import check_place, say
from tutor_tui.cli.question import agreed
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import find_folders, shown
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.library import archive, recordings
from tutor_tui.library.under_way import refuse_under_way


def backup(options: Options) -> int:
    """Write one. Raises `Problem`."""
    file = _archive(options)
    try:
        check_place(file, options.overwrite, "Choose another name.")
        made = archive.write_backup(file, _places())
    except OSError as error:
        title = f"{shown(file)} cannot be written: {error.strerror}."
        raise Problem(title, "Choose another name, or free some space.", ExitCode.LIBRARY) from None
    say(f"{shown(file)} holds {made.contents}.")
    _tell_of_recordings("are not in it: copy {folder} yourself")
    return int(ExitCode.OK)


def restore(options: Options) -> int:
    """Take one back. Raises `Problem`."""
    file, places = _archive(options), _places()
    try:
        refuse_under_way(places.library)
        with archive.open_backup(file) as found:
            what = f"{found.contents}, as of {found.made_at:%Y-%m-%d %H:%M}"
            question = f"Restore {what}? What is there now is kept beside it."
            command = f"tutor-tui restore {shown(file)} --yes"
            if not options.confirmed and not agreed(printable_line(question), "replace what is there", command):
                print("Nothing was restored.")
                return int(ExitCode.OK)
            kept = archive.restore(found, places)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not os.path.lexists(file):
            raise Problem(f"There is no file {shown(file)}.", "Name a backup.", ExitCode.USAGE) from None
        title = f"{shown(file)} cannot be restored: {error.strerror}."
        raise Problem(title, "All is as it was before.", ExitCode.LIBRARY) from None
    say(f"Restored: {what}.")
    for each in kept:
        say(f"What was there before is in {shown(each)}.")
    _tell_of_recordings("stay as they are, in {folder}: no backup holds any")
    return int(ExitCode.OK)


def _tell_of_recordings(what: str) -> None:
    """They are too large for a backup, 350 MB an hour, which is said wherever there are some."""
    data = find_folders().data
    with suppress(OSError):
        if files := recordings.all_files(data):
            folder = shown(data / recordings.FOLDER)
            words = f"{recordings.words_for(files)} {what.format(folder=folder)}."
            say(words[0].upper() + words[1:])


def _archive(options: Options) -> Path:
    assert options.archive is not None
    return options.archive


def _places() -> archive.Places:
    folders = find_folders()
    return archive.Places(folders.library_file, folders.config_file, folders.config / "prompts")
