"""A lesson's report, with all that is to be looked up for it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.learning.can_dos import how_shown
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use
from tutor_tui.learning.noted_items import note_ids, without
from tutor_tui.learning.report import NAMED, ComingBack, Report, report, runs_before, was_left_early
from tutor_tui.learning.reviews import day_of, next_day
from tutor_tui.learning.uptake import uptake_lines
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.progress import SqliteProgress

_LOOKED_BACK_S = 120 * 24 * 3_600
"""Who spoke a language longer ago was another learner."""
_COMPARED = 30
"""Lessons of the language at most, newest first; those of other tasks among them are left out."""


def report_of(file: Path, kept: KeptLesson) -> Report:
    """The report of a lesson that is kept in this file. Raises `Problem`."""
    lesson, learner = kept.lesson, SqliteLearner(file)
    before = lesson.began_at
    earlier = SqliteProgress(file).measured(lesson.target_language, before - _LOOKED_BACK_S, before, _COMPARED)
    ended_at = before if lesson.ended_at is None else max(before, lesson.ended_at)
    now = time.time()
    library = SqliteLibrary(file)
    runs = (library.read(each.id) for each in runs_before(lesson, (each.lesson for each in earlier)))
    return report(
        _as_it_is_kept(learner, kept),
        earlier,
        learner.evidence_in(lesson.id),
        _coming(learner, lesson.target_language, ended_at, now),
        next((each for each in runs if not was_left_early(each, kept)), None),
        [how_shown(unit, use) for unit, use in learner.units_in(lesson.id)],
        [*uptake_lines(_used_right(learner, lesson.id), before, ended_at)],
        is_past=day_of(now) > day_of(ended_at),
    )


def _coming(learner: SqliteLearner, language: str, ended_at: float, now: float) -> ComingBack:
    """What is due now, and on the day after a lesson."""
    tomorrow = next_day(ended_at)
    terms = tuple(each.item.term for each in learner.due(language, tomorrow, NAMED))
    due_now = learner.count_due(language, min(now, tomorrow))
    return ComingBack(learner.count_due(language, tomorrow) - due_now, terms, day_of(tomorrow), due_now)


def _as_it_is_kept(learner: SqliteLearner, kept: KeptLesson) -> KeptLesson:
    """The lesson without what the learner has deleted since; words that were kept before it are no new ones."""
    language, began_at = kept.lesson.target_language, kept.lesson.began_at
    ids = [*(note_ids(each, language) for each in kept.corrections), *(note_ids(each, language) for each in kept.words)]
    items = learner.marks(frozenset[str]().union(*ids))
    forgotten = [each.id for each in items.values() if each.deleted]
    met_before = [each.id for each in items.values() if each.lesson_id != kept.lesson.id and each.added_at < began_at]
    return without(kept, forgotten, met_before)


def _used_right(learner: SqliteLearner, lesson_id: str) -> Iterator[tuple[Item, Sequence[Evidence]]]:
    """The mistakes whose better form was used unprompted in a lesson, with all the evidence there is of each."""
    ids = dict.fromkeys(each.item_id for each in learner.evidence_in(lesson_id) if each.use is Use.INDEPENDENT)
    for item in learner.marks([*ids]).values():
        if item.kind is ItemKind.CORRECTION and not item.deleted:
            yield item, learner.evidence_of(item.id)
