"""The notes of a lesson as items: those that are kept as they are kept now, and those that nobody has kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor_tui.core.tools import Note
from tutor_tui.learning.items import Item, KeptItem
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.noted_items import item_of

_NEWEST = 200
"""So many items are looked at for those of a lesson: more than it has."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class LessonNotes:
    """What a lesson has brought, the newest first."""

    items: Sequence[KeptItem] = ()
    unkept: frozenset[str] = frozenset()
    """The ids of those that are not in the learner's file."""


def notes_of(learner: LearnerStore, notes: Sequence[Note], language: str, lesson_id: str) -> LessonNotes:
    """The `notes` of a lesson, as far as the learner has not deleted them, and what else was kept in it: what they
    picked, and what they have written anew. May wait for the disk; raises `Problem`.
    """
    newest = learner.items(language, most=_NEWEST) if lesson_id else ()
    found = {each.item.id: each for each in newest if each.item.lesson_id == lesson_id}
    noted = {item.id: item for item in (_item_of(note, language) for note in reversed(notes)) if item.term}
    gone = learner.forgotten(noted)
    unkept = []
    for item in noted.values():
        if item.id in found or item.id in gone:
            continue
        kept = learner.item(item.id)
        if kept is None:
            unkept.append(KeptItem(item))
        else:
            found[item.id] = kept
    in_order = sorted(found.values(), key=lambda each: -each.item.added_at)
    return LessonNotes([*unkept, *in_order], frozenset(each.item.id for each in unkept))


def _item_of(note: Note, language: str) -> Item:
    return replace(item_of(note.what, language), turn_id=note.item_id)
