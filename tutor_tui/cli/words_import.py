"""`tutor-tui words import FILE`: a list of words, or a deck of Anki, becomes what the lessons come back to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tutor_tui.cli.given_file import given_file
from tutor_tui.cli.output import say
from tutor_tui.cli.question import agreed
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import find_folders, shown
from tutor_tui.core.availability import listed
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.exchange.anki_notes_read import read_anki_package
from tutor_tui.exchange.columns import LONGEST_TERM
from tutor_tui.exchange.unreadable import Unreadable
from tutor_tui.exchange.word_list import MOST_BYTES, WordsRead, read_word_list
from tutor_tui.exchange.zip_files import BEGINS
from tutor_tui.learning.importing import Imported, keep_all
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.readings import with_reading
from tutor_tui.library.damage import with_sound_library

_SHOWN = 40
"""Letters of the word that is shown as an example."""


def import_words(store: LearnerStore, language: str, options: Options) -> None:
    """Read the file, ask, and keep all of it or nothing. Raises `Problem`."""
    if len(options.words_files) != 1:
        raise Problem(
            "words import needs a file.", "Try: tutor-tui words import list.csv --language ko", ExitCode.USAGE
        )
    file, now = Path(options.words_files[0]), time.time()
    read = _read(file, language, now, options.swap)
    if not read.items:
        raise Problem(f"There is no word in {shown(file)}.", _LAYOUT, ExitCode.USAGE)
    if not all(each.language for each in read.items):
        raise _without_language(file, read.languages)
    first = read.items[0]
    example = f"{one_line(first.term, _SHOWN)} ({one_line(first.meaning or first.said, _SHOWN) or '-'})"
    languages = " and ".join(sorted({language_name(each.language) for each in read.items}))
    words = counted(len(read.items), "word")
    again = f"tutor-tui words import {shown(file)} --yes"
    if not options.confirmed and not agreed(f"Keep {words} of {languages}, such as {example}?", "keep words", again):
        say("Nothing was kept. If word and meaning are the wrong way round, add --swap.")
        return

    items = [with_reading(each) for each in read.items]

    def keep() -> Imported:
        with store.changing() as change:
            return keep_all(change, items, now)

    done = with_sound_library(find_folders().library_file, lambda told: say(f"{told.title} {told.hint}"), keep)
    there = f", {done.known} of them already there" if done.known else ""
    say(f"{counted(done.new + done.known, 'word')} of {languages} kept{there}, such as {example}.{_left_out(read)}")


def _without_language(file: Path, named: Sequence[str]) -> Problem:
    if len(named) < 2:
        title = f"{shown(file)} does not say which language its words are in."
        return Problem(title, "Add it, for example: --language ko", ExitCode.USAGE)
    names = listed([language_name(each) for each in named])
    title = f"{shown(file)} has {names}, and does not say which of them you learn."
    return Problem(title, f"Add it, for example: --language {named[-1]}", ExitCode.USAGE)


_LAYOUT = "Put a word and its meaning into each line, with a tab, a comma or ; between."


def _left_out(read: WordsRead) -> str:
    if not read.left_out:
        return ""
    return f" {counted(read.left_out, 'line')} left out: without a word, or longer than {LONGEST_TERM} letters."


def _read(file: Path, language: str, now: float, swap: bool) -> WordsRead:
    with given_file(file) as opened:
        try:
            if opened.read(len(BEGINS)) == BEGINS:
                return read_anki_package(opened, language, now, swap=swap)
            opened.seek(0)
            data = opened.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise Unreadable(f"it has more than {MOST_BYTES // 1_000_000} MB", "Take a part of it.")
            if file.suffix.lower() == ".apkg":
                raise Unreadable("it is damaged")
            return read_word_list(data, language, now, swap=swap)
        except Unreadable as unreadable:
            raise Problem(f"{shown(file)} cannot be imported: {unreadable}.", unreadable.hint, ExitCode.USAGE) from None
