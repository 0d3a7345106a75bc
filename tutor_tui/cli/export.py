"""`tutor-tui export`: one lesson that was kept, in a form for people, programs or players."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tutor_tui.cli.options import EXPORT_FORMATS
from tutor_tui.cli.output import check_place, say
from tutor_tui.config.command_line import Options
from tutor_tui.config.files import replace_text
from tutor_tui.config.paths import find_folders, shown
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library.export import FORMATS
from tutor_tui.library.export.facts import date_of
from tutor_tui.library.lessons import SqliteLibrary

_STDOUT = Path("-")


def export(options: Options) -> int:
    """Write one lesson. Raises `Problem`."""
    file = None if options.output in (None, _STDOUT) else options.output
    written_as = options.export_format or (_format_of(file) if file else "md")
    if written_as not in FORMATS:
        title = f"A lesson is not written as {written_as}, only words are."
        raise Problem(title, "Try: tutor-tui words export", ExitCode.USAGE)
    if file:
        try:
            check_place(file, options.overwrite, "Choose another name, or - to print it.")
        except OSError as error:
            raise _unwritable(file, error) from None
    library = SqliteLibrary(find_folders().library_file)
    kept = library.read(options.kept[0])
    text = FORMATS[written_as](kept)
    if file is None:
        sys.stdout.write(text)
        return int(ExitCode.OK)
    try:
        replace_text(Path(os.path.realpath(file)), text)
    except OSError as error:
        raise _unwritable(file, error) from None
    say(f"The lesson of {date_of(kept.lesson)} is in {shown(file)}.")
    return int(ExitCode.OK)


def _format_of(file: Path) -> str:
    ending = file.suffix.removeprefix(".").lower()
    if ending in FORMATS:
        return ending
    endings = f"{', '.join(f'.{each}' for each in EXPORT_FORMATS[:-1])} or .{EXPORT_FORMATS[-1]}"
    raise Problem(
        f"{shown(file)} does not say which format it is to have.",
        f"End it in {endings}, or add --format.",
        ExitCode.USAGE,
    )


def _unwritable(file: Path, error: OSError) -> Problem:
    return Problem(f"{shown(file)} cannot be written: {error.strerror}.", "Choose another with -o.", ExitCode.USAGE)
