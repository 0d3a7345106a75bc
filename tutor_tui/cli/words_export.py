"""`tutor-tui words export`: into a file, to the standard output, or into a running Anki."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from tutor_tui.app.configured import configure
from tutor_tui.cli.options import WORD_FORMATS
from tutor_tui.cli.output import check_place, say
from tutor_tui.config.api_keys import parse_key
from tutor_tui.config.command_line import Options
from tutor_tui.config.files import replace_bytes
from tutor_tui.config.paths import find_folders, shown
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.own_keys import ANKI_KEY_VARIABLE
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.exchange.anki_package import anki_package
from tutor_tui.exchange.word_table import json_lines, word_table
from tutor_tui.learning.items import Item, KeptItem
from tutor_tui.library import recordings
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.sentence_sound import RecordedVoice

_STDOUT = Path("-")
_MOST_SOUND_BYTES = 200_000_000
"""Of all sentences together: an hour, and all of it is held in memory."""


def export_words(kept: Sequence[KeptItem], options: Options) -> None:
    """Write these, or send them to Anki. Raises `Problem`."""
    if options.into_anki:
        if options.output or options.export_format:
            raise Problem("--anki writes no file.", "Leave out --output and --format, or --anki.", ExitCode.USAGE)
        _send(kept, options)
        return
    file = None if options.output in (None, _STDOUT) else options.output
    written_as = options.export_format or (_format_of(file) if file else "tsv")
    if written_as not in WORD_FORMATS:
        raise Problem(
            f"Words are not written as {written_as}.", f"Try: --format {_either(WORD_FORMATS)}", ExitCode.USAGE
        )
    if file is None:
        if written_as == "apkg":
            raise Problem(
                "An .apkg has to be a file.", "Try: tutor-tui words export --output words.apkg", ExitCode.USAGE
            )
        sys.stdout.write(word_table(kept) if written_as == "tsv" else json_lines(kept))
        return
    try:
        check_place(file, options.overwrite, "Choose another name, or - to print them.")
        sounds = _sounds(kept) if written_as == "apkg" else {}
        replace_bytes(Path(os.path.realpath(file)), _written(kept, written_as, sounds))
    except OSError as error:
        title = f"{shown(file)} cannot be written: {error.strerror}."
        raise Problem(title, "Choose another with -o.", ExitCode.USAGE) from None
    with_sound = f", {counted(len(sounds), 'sentence')} to hear with them" if sounds else ""
    say(f"{_are(len(kept))} in {shown(file)}{with_sound}.")


def _written(kept: Sequence[KeptItem], written_as: str, sounds: Mapping[str, bytes]) -> bytes:
    if written_as == "apkg":
        return anki_package([each.item for each in kept], sounds, time.time())
    return (word_table(kept) if written_as == "tsv" else json_lines(kept)).encode()


def _format_of(file: Path) -> str:
    ending = file.suffix.removeprefix(".").lower()
    if ending in WORD_FORMATS:
        return ending
    hint = f"End it in {_either([f'.{each}' for each in WORD_FORMATS])}, or add --format."
    raise Problem(f"{shown(file)} does not say which format it is to have.", hint, ExitCode.USAGE)


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _are(number: int) -> str:
    return f"{counted(number, 'word')} {'is' if number == 1 else 'are'}"


def _sounds(kept: Sequence[KeptItem]) -> Mapping[str, bytes]:
    """What was recorded of the tutor's sentences, by the ids of the items: in the lesson where each was met, or else in
    the newest in which it was said.
    """
    folders = find_folders()
    library = SqliteLibrary(folders.library_file)
    items = sorted((each.item for each in kept if each.item.lesson_id), key=attrgetter("lesson_id"))
    own = [(lesson_id, list(group)) for lesson_id, group in groupby(items, key=attrgetter("lesson_id"))]
    recorded = sorted(recordings.lessons_in(recordings.all_files(folders.data)), reverse=True)
    others = [(lesson_id, [each.item for each in kept]) for lesson_id in recorded]
    found, size = dict[str, bytes](), 0
    for lesson_id, wanted in (*own, *others):
        missing = [each for each in wanted if each.id not in found]
        for item_id, sound in _sounds_of(library, folders.data, lesson_id, missing):
            size += len(sound)
            if size > _MOST_SOUND_BYTES:
                return found
            found[item_id] = sound
    return found


def _sounds_of(
    library: SqliteLibrary, data: Path, lesson_id: str, items: Sequence[Item]
) -> Iterator[tuple[str, bytes]]:
    try:
        lesson = library.read(lesson_id)
    except Problem as problem:
        if problem.exit_code is not ExitCode.USAGE:
            raise
        return  # it was deleted
    voice = RecordedVoice(lesson, data)
    for item in items if lesson.recordings else ():
        taught = lesson.lesson.target_language
        if (item.lesson_id == lesson_id or item.language == taught) and (sound := voice.sound_of(item)):
            yield item.id, sound


# ---- Anki -----------------------------------------------------------------------------------------------------------


def _send(kept: Sequence[KeptItem], options: Options) -> None:
    from tutor_tui.exchange.anki_connect import send_to_anki

    configuration = configure(replace(options, key_variable=ANKI_KEY_VARIABLE))
    raw = configuration.service_keys.get(ANKI_KEY_VARIABLE)
    key = parse_key(raw.text(), ANKI_KEY_VARIABLE) if raw is not None else None
    sent = asyncio.run(send_to_anki([each.item for each in kept], _sounds(kept), key.reveal() if key else ""))
    parts = (
        (sent.added, "added"),
        (sent.updated, "brought up to date"),
        (sent.unchanged, "there as they are"),
        (sent.refused, "refused"),
    )
    told = ", ".join(f"{number} {what}" for number, what in parts if number)
    why = f" Anki says: {one_line(sent.why, 100)}." if sent.why else ""
    say(f"In Anki: {told or 'nothing to add'}.{why}")
