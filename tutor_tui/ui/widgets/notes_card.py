"""What the tutor wrote down for the learner: mistakes and words, newest first, each with the turn it came from."""

from __future__ import annotations

from tutor_tui.core.actions import key
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.tools import Correction, Note
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact

MOST_NOTES = 8
"""More than fit on any screen beside the conversation."""
_ALL = 1_000_000


def note_facts(lesson: Lesson, most: int = _ALL, *, apart: bool = False) -> tuple[Fact, ...]:
    """The newest notes, two rows each: what it says, and where it came from. `apart`: with a blank row between them."""
    notes = list(reversed(lesson.notes[-most:]))
    blank: list[Fact] = [Fact("", "")] if apart else []
    facts = [fact for note in notes for fact in (*_rows(note, lesson), *blank)]
    older = len(lesson.notes) - len(notes)
    return (*facts, Fact("", f"and {older} before")) if older else tuple(facts)


def _rows(note: Note, lesson: Lesson) -> list[Fact]:
    match note.what:
        case Correction(said, better, why):
            head = Fact("mistake", f"{said} → {better}" + (f" ({why})" if why else ""))
        case word:
            head = Fact("word", f"{word.term}: {word.meaning}" + (f" · {word.example}" if word.example else ""))
    turn = lesson.turn(note.item_id) if note.item_id else None
    return [head, Fact("", f"in “{turn.text}”")] if turn is not None and turn.text else [head]


class NotesCard(DefinitionList):
    """The newest notes, beside the conversation; there is no card while nothing was noted."""

    ABOUT = HelpData(
        "Noted",
        "Mistakes and new words that the tutor wrote down while you talked, newest first, each with what you had said. "
        f"{key('notes')} shows all of them, on narrow screens too.",
    )

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(name_cells=9, id=id)
        self.border_title = "Noted"

    def watch_facts(self, facts: tuple[Fact, ...]) -> None:
        """Come with the first note."""
        self.set_class(bool(facts), "-some")
