"""What the tutor wrote down for the learner: mistakes and words, newest first, each with the turn it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tutor_tui.core.actions import key
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.tools import Correction, Note, Word
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact

MOST_NOTES = 8
"""More than fit on any screen beside the conversation."""
_BARE = str.maketrans("", "", ".,;:!?…。，？！、")


class NoteFacts(NamedTuple):
    """One note: what it says, and where it came from."""

    facts: tuple[Fact, ...]


def note_facts(lesson: Lesson, most: int | None = None) -> tuple[NoteFacts, ...]:
    """The notes, newest first; `most`: not more of them."""
    notes = lesson.notes if most is None else lesson.notes[-most:]
    return tuple(NoteFacts(tuple(_rows(note, lesson))) for note in reversed(notes))


def _rows(note: Note, lesson: Lesson) -> Iterator[Fact]:
    turn = lesson.turn(note.item_id) if note.item_id else None
    said = turn.text if turn is not None else ""
    match note.what:
        case Correction(wrong, better, why):
            yield Fact("mistake", f"{wrong} → {better}" + (f" ({why})" if why else ""))
            said = "" if _same(wrong, said) else said
        case Word(example=example) as word:
            yield Fact(word.kind, word.explained + (f" · {example}" if example else ""))
            # It may have been shown only, and they said something else.
            is_about = any(each and _plain(each) in _plain(said) for each in (word.term, word.meaning))
            said = said if is_about and not _same(word.term, said) else ""
    if said:
        yield Fact("", f"in “{said}”")


def _same(one: str, other: str) -> bool:
    """Whether it would be said twice, but for capitals, full stops and blanks."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.translate(_BARE).casefold().split())


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
        self._notes: tuple[NoteFacts, ...] = ()
        self._total = 0

    def show(self, lesson: Lesson) -> None:
        """Come with the first note, and show as many as there is room for."""
        notes = note_facts(lesson, MOST_NOTES)
        if notes != self._notes or len(lesson.notes) != self._total:
            self._notes, self._total = notes, len(lesson.notes)
            self.set_class(bool(notes), "-some")
            self._fill()

    def on_resize(self) -> None:
        """What is above it needs more room, or less."""
        self._fill()

    def _fill(self) -> None:
        """None is shown in part: what does not fit is counted."""
        width, height = self.content_size
        for shown in range(len(self._notes), -1, -1):
            left = self._total - shown
            facts = [fact for note in self._notes[:shown] for fact in note.facts]
            if left:
                facts.append(Fact("", f"and {left} before" if shown else f"{left} so far"))
            if len(self.rows_of(facts, width)) <= height:
                break
        self.facts = tuple(facts)
