"""A kept lesson as plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.core.lesson_summary import note_line
from tutor_tui.core.tools import Correction, Note, Word
from tutor_tui.library.export.facts import date_of, facts, remark, shown_turns, speaker, spoken


def plain_text(kept: KeptLesson) -> str:
    """The whole file."""
    return "".join(f"{start}{words}\n" for start, words in lines(kept))


def lines(kept: KeptLesson) -> Iterator[tuple[str, str]]:
    """Each line as its beginning ("You: ") and the words behind it."""
    yield "", f"Lesson of {date_of(kept.lesson)}"
    for name, value in facts(kept):
        yield f"{name}: ", value
    yield "", ""
    for turn in shown_turns(kept):
        yield f"{speaker(turn)}: ", " ".join(filter(None, (spoken(turn), remark(turn))))
    notes = [
        *(Note(Correction(each.said, each.better, each.why), each.item_id) for each in kept.corrections),
        *(Note(Word(each.term, each.meaning, each.example, each.language), each.item_id) for each in kept.words),
    ]
    if notes:
        yield "", ""
    for note in notes:
        yield "", note_line(note)
