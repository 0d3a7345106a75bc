"""What a tutor has noted, as the item that is kept of it: so that a note goes where its item has gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from tutor_tui.core.assent import without_yes
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, WordRecord
from tutor_tui.core.term_form import is_sentence
from tutor_tui.core.tools import Correction, Note, Word
from tutor_tui.learning.held import words_of
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.learning.learner import LearnerStore, bounded
from tutor_tui.speech.sentences import sentences


def item_of(what: Correction | Word, language: str) -> Item:
    """The item of a note in a lesson that teaches `language`. A yes at the beginning is no part of what was mended."""
    if isinstance(what, Correction):
        better, said = without_yes(what.better), without_yes(what.said)
        return bounded(Item(language, ItemKind.CORRECTION, better, what.why, said=said, category=what.kind))
    return bounded(Item(what.language or language, ItemKind.WORD, what.term, what.meaning, what.example))


def with_example(item: Item, said: str) -> Item:
    """A word with the sentence in which the learner has just said it, where the tutor gives none; a sentence that was
    to be said after the tutor is its own.
    """
    if item.kind is not ItemKind.WORD or item.example:
        return item
    sentence = next((each for each in sentences(said) if words_of(item.term, each)), "")
    return replace(item, example=sentence or (item.term if is_sentence(item.term) else ""))


def note_ids(record: CorrectionRecord | WordRecord, language: str) -> frozenset[str]:
    """The ids that the item of a kept note may have: as it is kept now, and as it was kept by older versions."""
    if isinstance(record, WordRecord):
        return frozenset({item_of(Word(record.term, record.meaning, "", record.language), language).id})
    now = item_of(Correction(record.said, record.better), language)
    before = bounded(Item(language, ItemKind.CORRECTION, record.better, said=record.said))
    return frozenset({now.id, before.id})


def left_of(notes: Iterable[Note], language: str, learner: LearnerStore) -> list[Note]:
    """The notes of a lesson that the learner has not deleted. Raises `Problem`."""
    ids = [(note, item_of(note.what, language).id) for note in notes]
    gone = learner.forgotten([item_id for _, item_id in ids])
    return [note for note, item_id in ids if item_id not in gone]


def without(kept: KeptLesson, forgotten: Collection[str], met_before: Collection[str] = ()) -> KeptLesson:
    """A lesson without the notes whose items the learner has deleted, and without the words that were `met_before` it:
    both by their ids.
    """
    language = kept.lesson.target_language
    old = frozenset((*forgotten, *met_before))
    return replace(
        kept,
        corrections=tuple(each for each in kept.corrections if note_ids(each, language).isdisjoint(forgotten)),
        words=tuple(each for each in kept.words if note_ids(each, language).isdisjoint(old)),
    )
