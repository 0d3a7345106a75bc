"""What is done with what a learner keeps, and the port behind which it lies.

Each function here makes all of its changes in the one transaction that it is given, so that nothing is half done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from tutor_tui.core.safe_text import one_line, well_formed
from tutor_tui.core.tools import NOTE_CHARACTERS
from tutor_tui.learning.evidence import rating_of
from tutor_tui.learning.items import Evidence, Forgetting, Item, ItemKind, KeptItem, Origin, Review, Schedule
from tutor_tui.learning.quotes import with_gap
from tutor_tui.learning.reviews import day_of, next_day, replayed, reviewed

DRILLED = (ItemKind.WORD, ItemKind.CORRECTION)
"""What is asked for by itself when it is due: in a lesson, or in a drill."""
SCHEDULED = (*DRILLED, ItemKind.CAN_DO)
"""What comes back when it is due; a can-do as its unit once more (`learning.can_dos`). The others are known or not, and
asked for by what the lesson is about.
"""
DUE_IN_A_LESSON = 5
"""So many due items a tutor is given at most."""


class LearnerStore(Protocol):
    """All that is kept, in every language. Each method may wait for the disk, and raises `Problem` where that fails.

    What it costs depends on what it gives back, not on how much is kept.
    """

    def languages(self) -> Sequence[str]:
        """ISO 639-1 of those in which anything is kept, in the order of the alphabet."""
        ...

    def items(
        self,
        language: str,
        kinds: Collection[ItemKind] = (),
        most: int = 1_000,
        behind: Item | None = None,
        words: str = "",
    ) -> Sequence[KeptItem]:
        """What is kept, the newest first; only of these kinds, where any are named, and with all of these `words`
        somewhere in it: neither case nor accents count. `behind` is the last one of the part that came before.
        """
        ...

    def item(self, item_id: str) -> KeptItem | None:
        """The item of that id; None where there is none, or it was deleted."""
        ...

    def forgotten(self, item_ids: Collection[str]) -> Collection[str]:
        """Those of these items that the learner has deleted."""
        ...

    def due(self, language: str, at: float, most: int = DUE_IN_A_LESSON, words: str = "") -> Sequence[KeptItem]:
        """What of `DRILLED` is due at that moment (Unix time, s), the longest due first; with these words, as above."""
        ...

    def count_due(self, language: str, at: float) -> int:
        """How many there are."""
        ...

    def due_can_do(self, language: str, at: float) -> KeptItem | None:
        """The can-do that is due longest at that moment; None where none is."""
        ...

    def can_dos_shown(self, language: str) -> frozenset[str]:
        """The can-dos of the units that were done to their end, other than by being told how: their terms."""
        ...

    def evidence_of(self, item_id: str) -> Sequence[Evidence]:
        """How an item was used, in order."""
        ...

    def evidence_in(self, lesson_id: str) -> Sequence[Evidence]:
        """What was used in a lesson, in order."""
        ...

    def reviews_of(self, item_id: str) -> Sequence[Review]:
        """The reviews of an item, in order."""
        ...

    def changing(self) -> AbstractContextManager[LearnerChange]:
        """A transaction: all that is done in it is kept, or nothing, and no other program changes anything meanwhile.

        What was kept outlives a killed process and a power cut.
        """
        ...


class LearnerChange(Protocol):
    """What can be looked up and written in a transaction. Raises as `LearnerStore` does."""

    def item(self, item_id: str) -> Item | None:
        """The item of that id, also the mark of a deleted one."""
        ...

    def schedule_of(self, item_id: str) -> Schedule | None:
        """Its schedule; None while it was never reviewed."""
        ...

    def reviews_of(self, item_id: str) -> Sequence[Review]:
        """Its reviews, in order."""
        ...

    def newest_reviews(self, language: str, most: int) -> Sequence[Review]:
        """The newest reviews of a language's items, in order."""
        ...

    def forgetting(self) -> Mapping[str, Forgetting]:
        """How fast the learner forgets, by language; a language that is not there was never reviewed."""
        ...

    def put_item(self, item: Item) -> None:
        """Write an item; it replaces the one of its id."""
        ...

    def put_evidence(self, evidence: Evidence) -> None:
        """Write a use; it replaces the one of the same item in the same turn."""
        ...

    def put_review(self, review: Review) -> None:
        """Write a review."""
        ...

    def put_schedule(self, item: Item, schedule: Schedule | None, due_at: float) -> None:
        """Have an item due then (Unix time, s); without a schedule, it is to be met for the first time."""
        ...

    def put_forgetting(self, language: str, forgetting: Forgetting) -> None:
        """Have them forget so fast in a language from now on."""
        ...

    def make_stabler(self, language: str, times: float) -> None:
        """Have each item of a language be so many times as stable as it was; what is due when stays as it is."""
        ...

    def never_due(self, item_id: str) -> None:
        """Have an item due no longer."""
        ...

    def forget_uses(self, item_id: str) -> None:
        """Remove all evidence and reviews of an item, and its schedule."""
        ...

    def move_uses(self, from_id: str, to_id: str) -> None:
        """Make them another item's; of two uses in one turn, that item's own stays."""
        ...


class LearnerJournal(Protocol):
    """Takes what is to be kept while a lesson goes on."""

    def put(self, change: Item | Evidence) -> None:
        """Keep an item, or a use of one that was put before. Never waits, never raises."""
        ...


# ---- keeping --------------------------------------------------------------------------------------------------------


def keep(change: LearnerChange, item: Item) -> Item | None:
    """Keep an item, or add what is new to the one that is kept already; what is kept now.

    None for one without a word, and for one that the learner has deleted, which only they bring back.
    """
    item = bounded(item)
    if not item.term:
        return None
    before = change.item(item.id)
    if before is not None and before.deleted:
        if item.origin not in (Origin.LEARNER, Origin.IMPORT):
            return None
        before = None
    item = item if before is None else _with_what_is_new(before, item)
    if item != before:
        change.put_item(item)
    if before is None or can_be_asked(before) != can_be_asked(item):
        _schedule_anew(change, item)
    return item


def bounded(item: Item) -> Item:
    """An item as it is kept: each text one line of at most `NOTE_CHARACTERS`, its id that of what is left."""
    return replace(
        item,
        language=_line(item.language).casefold(),
        term=_line(item.term),
        meaning=_line(item.meaning),
        example=_line(item.example),
        reading=_line(item.reading),
        said=_line(item.said),
        category=_line(item.category),
        id="",
    )


def _line(text: str) -> str:
    return one_line(well_formed(text), NOTE_CHARACTERS)


_ADDED = ("meaning", "example", "reading", "category", "lesson_id", "turn_id")


def _with_what_is_new(before: Item, item: Item) -> Item:
    return replace(before, **{name: getattr(item, name) for name in _ADDED if not getattr(before, name)})


def edit(change: LearnerChange, item_id: str, item: Item) -> Item | None:
    """Have what is kept under `item_id` read as `item` does from now on, with all its uses; what is kept now.

    None where there is nothing of that id, or no word would be left. With other words it gets another id, and the old
    words do not come back by a note of the tutor's.
    """
    item = bounded(item)
    before = change.item(item_id)
    if before is None or before.deleted or not item.term:
        return None
    if item.id != item_id:
        change.put_item(item)
        change.move_uses(item_id, item.id)
        delete(change, item_id)
    else:
        change.put_item(item)
    _schedule_anew(change, item)
    return item


def delete(change: LearnerChange, item_id: str) -> bool:
    """Forget an item, its words and its uses; whether there was one. What stays is a mark without words."""
    item = change.item(item_id)
    if item is None or item.deleted:
        return False
    change.forget_uses(item_id)
    change.put_item(Item(item.language, item.kind, "", deleted=True, added_at=item.added_at, id=item_id))
    return True


def mark_known(change: LearnerChange, item_id: str, known: bool = True) -> bool:
    """Have an item due no longer, or again; whether there is one."""
    item = change.item(item_id)
    if item is None or item.deleted:
        return False
    item = replace(item, known=known)
    change.put_item(item)
    _schedule_anew(change, item)
    return True


def can_be_asked(item: Item) -> bool:
    """Whether it can come back: a word by its meaning, or by a sentence that has more in it than the word."""
    has_cue = item.kind is not ItemKind.WORD or bool(item.meaning or with_gap(item.example, item.term))
    return item.kind in SCHEDULED and has_cue


def _schedule_anew(change: LearnerChange, item: Item) -> None:
    """Have it due when its reviews say so; without any, from the day after it was met."""
    if item.known or not can_be_asked(item):
        change.never_due(item.id)
        return
    schedule = replayed(change.reviews_of(item.id), _forgetting_of(change, item).rate)
    change.put_schedule(item, schedule, schedule.due_at if schedule else next_day(item.added_at))


def keep_changes(change: LearnerChange, changes: Iterable[Item | Evidence]) -> None:
    """Keep what a lesson brings, in its order. The same once more changes nothing."""
    for each in changes:
        if isinstance(each, Item):
            keep(change, each)
        else:
            add_evidence(change, each)


# ---- using ----------------------------------------------------------------------------------------------------------


def add_evidence(change: LearnerChange, evidence: Evidence) -> Review | None:
    """Keep a use of an item, and review the item by it; the review, None where there is none.

    Talk reviews an item once a day: what comes later on that day was not remembered since yesterday.
    """
    item = change.item(evidence.item_id)
    if item is None or item.deleted:
        return None
    change.put_evidence(replace(evidence, quote=_line(evidence.quote)))
    rating = rating_of(evidence)
    if rating is None:
        return None
    return review(change, Review(evidence.item_id, evidence.at, rating, evidence.lesson_id))


def review(change: LearnerChange, review: Review) -> Review | None:
    """Review an item, unless it was reviewed on that day, or is never due; the review as it was kept."""
    item = change.item(review.item_id)
    if item is None or item.deleted or item.known or not can_be_asked(item):
        return None
    today = day_of(review.at)
    if any(day_of(each.at) == today for each in change.reviews_of(item.id)):
        return None
    forgetting = _forgetting_of(change, item)
    schedule = reviewed(change.schedule_of(item.id), review.rating, review.at, forgetting.rate)
    change.put_review(review)
    change.put_schedule(item, schedule, schedule.due_at)
    change.put_forgetting(item.language, replace(forgetting, reviews=forgetting.reviews + 1))
    return review


def _forgetting_of(change: LearnerChange, item: Item) -> Forgetting:
    return change.forgetting().get(item.language, Forgetting())
