"""`tutor-tui history`: the lessons that were kept, listed, shown, searched and deleted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tutor_tui.app.terminal_lines import beside
from tutor_tui.cli.output import say, table
from tutor_tui.cli.question import agreed
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import find_folders, shown
from tutor_tui.core.cost_text import kept_cost
from tutor_tui.core.lesson_records import LessonLine, LessonRecord, Library, Match
from tutor_tui.core.lesson_summary import continues_words, counted, end_words, own_lines_words
from tutor_tui.core.local_time import local_time
from tutor_tui.core.minutes_text import length_words
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_json, printable_line
from tutor_tui.library.export.facts import date_of, speaker
from tutor_tui.library.export.json_lines import head_object, lesson_object
from tutor_tui.library.export.plain_text import lines
from tutor_tui.library.lessons import SqliteLibrary

MOST_FOUND = 200
"""Lines that a search shows."""


def history(options: Options) -> int:
    """Do what was asked for with the lessons that were kept. Raises `Problem`."""
    library = SqliteLibrary(find_folders().library_file)
    words, as_json = options.kept, options.as_json
    match options.history_part:
        case "list":
            if words:
                title = f"history list takes no further word: {words[0]!r} is too much."
                raise Problem(title, f"Try: tutor-tui history show {words[0]}", ExitCode.USAGE)
            _list(library, as_json)
        case "show":
            _show(library, _only(words, "show"), as_json)
        case "search":
            _search(library, words, as_json)
        case "delete":
            _delete(library, _only(words, "delete"), options.confirmed, as_json)
    return int(ExitCode.OK)


def _only(words: Sequence[str], part: str) -> str:
    if len(words) != 1:
        title = f"history {part} takes one lesson: its id, or last."
        raise Problem(title, f"Try: tutor-tui history {part} last", ExitCode.USAGE)
    return words[0]


def _list(library: Library, as_json: bool) -> None:
    found = library.lessons()
    if as_json:
        for each in found:
            print(printable_json(_line_object(each)))
    elif not found:
        print("No lesson is kept yet.")
    else:
        rows = [(each.lesson.id, date_of(each.lesson), length_words(each.minutes), _about(each)) for each in found]
        for line in table(("ID", "BEGAN", "LENGTH", "LESSON"), rows):
            print(line)


def _about(line: LessonLine) -> str:
    """What was taught and by whom, what came of it, and the price: one column, which a narrow terminal can break."""
    lesson = line.lesson
    noted = [counted(number, name) for number, name in ((line.corrections, "mistake"), (line.words, "word")) if number]
    cost = kept_cost(line.usd, lesson.cost_unknown)
    cost = "cost unknown" if cost == "unknown" else cost
    sound = "recorded" if line.recorded else ""
    parts = (own_lines_words(line.own_lines), *noted, cost, sound, end_words(lesson), continues_words(lesson))
    return ", ".join(filter(None, (lesson.title, lesson.tutor, *parts)))


def _line_object(line: LessonLine) -> dict[str, Any]:
    counts = {"own_lines": line.own_lines, "mistakes": line.corrections, "words": line.words}
    return {**head_object(line.lesson, line.minutes, line.usd), **counts, "recorded": line.recorded}


def _show(library: Library, name: str, as_json: bool) -> None:
    kept = library.read(name)
    if as_json:
        print(printable_json({**lesson_object(kept), "recordings": kept.recordings}))
        return
    for start, words in lines(kept):
        print(beside(start, words, sys.stdout))
    if kept.recordings:
        print()
    for each in kept.recordings:
        print(beside("Recorded: ", printable_line(shown(Path(each))), sys.stdout))


def _search(library: Library, words: Sequence[str], as_json: bool) -> None:
    wanted = " ".join(words)
    if not wanted.strip():
        raise Problem("history search needs a word.", "Try: tutor-tui history search coffee", ExitCode.USAGE)
    if as_json:
        for each in library.search(wanted, sys.maxsize):
            print(printable_json(_match_object(each)))
        return
    found = library.search(wanted, MOST_FOUND + 1)
    for each in found[:MOST_FOUND]:
        start = f"{printable_line(each.lesson.id)}  {date_of(each.lesson)}  {speaker(each.turn)}: "
        print(beside(start, printable_line(each.turn.text), sys.stdout))
    if not found:
        say(f"No line of a kept lesson holds “{wanted}”.")
    elif len(found) > MOST_FOUND:
        say(f"There are more than these {MOST_FOUND}: search for more words at once.")


def _match_object(match: Match) -> dict[str, Any]:
    lesson, turn = match.lesson, match.turn
    said_at = local_time(lesson.began_at + turn.began_ms / 1_000).isoformat(timespec="seconds")
    return {
        "lesson_id": lesson.id,
        "item_id": turn.item_id,
        "said_at": said_at,
        "role": turn.role,
        "text": turn.text,
        "state": turn.state,
    }


def _delete(library: Library, name: str, confirmed: bool, as_json: bool) -> None:
    kept = library.read(name)
    lesson, and_sound = kept.lesson, ", and the recording of it" if kept.recordings else ""
    if not confirmed and not _agreed(lesson, and_sound):
        print("Nothing was deleted.")
        return
    library.delete(lesson.id)
    if as_json:
        print(printable_json({"deleted": lesson.id, "recordings": kept.recordings}))
    else:
        say(f"The lesson of {_described(lesson)} was deleted{and_sound}.")


def _agreed(lesson: LessonRecord, and_sound: str) -> bool:
    question = f"Delete the lesson of {_described(lesson)}{and_sound}?"
    return agreed(question, "delete it", f"tutor-tui history delete {lesson.id} --yes")


def _described(lesson: LessonRecord) -> str:
    return printable_line(f"{date_of(lesson)} ({lesson.id}, {lesson.title})")
