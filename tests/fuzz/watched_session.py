"""A session that is held to its promises after every single event: `complaints` says which of them was broken.

- A line is there once, none vanishes but an answer that the lost line took before its first word, and lines keep their
  order but for one that is told to belong elsewhere.
- Nothing sounds twice, and nothing that was stopped sounds again; of no line is more heard than was received.
- No event is lost from the journal, and what the journal holds of the lines is what the lesson shows.
- Nothing of ours breaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.session.kept_records import Kept
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.event_fields import fields_of
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_records import EventRecord, LessonRecord, Record, TurnRecord
from tutor_tui.session.session import Session

_DELTAS = (ev.TutorTextDelta, ev.LearnerTextDelta)
_MOVES = ev.ItemPlaced | ev.LearnerTurnKept


class _Journal(Kept):
    """Knows which lesson is kept now."""

    lesson_id = ""

    def put(self, record: Record) -> None:
        super().put(record)
        if isinstance(record, LessonRecord):
            self.lesson_id = record.id


class WatchedSession(Session):
    """Looks at each step of the lesson, and remembers each event as the journal has to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.complaints: list[str] = []
        self.journal = self.recorder.journal = _Journal()
        self._taken: dict[str, list[LessonEvent]] = defaultdict(list)
        """By the lesson's id, which changes when another one goes on."""
        self._first_line: dict[str, int] = {}
        """So many lines were there when it began."""
        self._sounds: set[str] = set()
        self._plays_on: set[str] = set()
        """Items whose sound has come, and those that were cut and are still heard."""

    def advance(self, event: LessonEvent) -> None:
        before, lesson_id = self.lesson, self.journal.lesson_id
        super().advance(event)
        self.complaints += self._broken(before, event, self.lesson)
        if self.journal.lesson_id == lesson_id or not lesson_id:
            self._taken[lesson_id].append(event)
        else:
            self._first_line[self.journal.lesson_id] = len(before.turns)

    def _broken(self, before: Lesson, event: LessonEvent, after: Lesson) -> Iterator[str]:
        what = type(event).__name__
        yield from _of_order(before, event, after)
        if isinstance(event, ev.SpeechCut):
            if not 0 <= event.heard_ms <= event.received_ms:
                yield f"{what}: heard {event.heard_ms} ms of {event.received_ms}"
            if event.plays_on:
                self._plays_on.add(event.item_id)
        if isinstance(event, ev.TutorAudio):
            self._sounds.add(event.item_id)
        if len(set(after.sounding)) < len(after.sounding) or set(after.sounding) - self._sounds:
            yield f"{what}: something sounds twice, or without a sound"
        if set(after.sounding) & set(after.silenced) - self._plays_on:
            yield f"{what}: what was stopped sounds"
        if not all(0.0 <= turn.heard_share <= 1.0 for turn in after.turns):
            yield f"{what}: more than all was heard"
        if isinstance(event, ev.Trouble | ev.LinkEnded):
            title = event.title if isinstance(event, ev.Trouble) else event.reason
            if title.startswith("A fault of ours"):
                yield title

    # ---- the journal ------------------------------------------------------------------------------------------------

    def not_kept(self) -> Iterator[str]:
        """What the journal lacks, once the lesson is over."""
        for lesson_id, taken in self._taken.items():
            records = [each for each in self.journal.all(EventRecord) if each.lesson_id == lesson_id]
            if [each.number for each in records] != list(range(len(records))):
                yield "the events in the journal are not numbered one by one"
            taken = [event for event in taken if not isinstance(event, ev.TutorAudio)]
            others = [(type(each).__name__, fields_of(each)) for each in taken if not isinstance(each, _DELTAS)]
            if [(each.kind, dict(each.fields)) for each in records if "parts" not in each.fields] != others:
                yield "the journal holds other events than happened"
            words, kept = defaultdict[str, str](str), defaultdict[str, str](str)
            for event in taken:
                if isinstance(event, _DELTAS):
                    words[event.item_id] += event.text
            for record in records:
                for part in record.fields.get("parts", ()):
                    kept[part["item_id"]] += part["text"]
            if words != kept:
                yield "the journal holds other words than came"
        yield from self._lines_not_kept()

    def _lines_not_kept(self) -> Iterator[str]:
        lesson_id = self.journal.lesson_id
        newest = {each.item_id: each for each in self.journal.all(TurnRecord) if each.lesson_id == lesson_id}
        shown = self.lesson.turns[self._first_line.get(lesson_id, 0) :]
        missing = [turn.id for turn in shown if turn.id not in newest]
        if missing:
            yield f"lines that are not kept: {missing}"
            return
        in_order = sorted((newest[turn.id] for turn in shown), key=lambda each: each.place)
        known = [(t.id, "" if t.state is TurnState.UNSURE else t.text, t.state) for t in shown]
        if [(each.item_id, each.text, each.state) for each in in_order] != known:
            yield "other lines are kept than are shown"
        ended = [each for each in self.journal.all(LessonRecord) if each.id == lesson_id and each.ended_at]
        if len(ended) != 1:
            yield "a lesson is over, and this is not kept"


def _of_order(before: Lesson, event: LessonEvent, after: Lesson) -> Iterator[str]:
    if before.turns is after.turns:
        return
    what = type(event).__name__
    old, new = [turn.id for turn in before.turns], [turn.id for turn in after.turns]
    there = set(new)
    if len(there) < len(new):
        yield f"{what}: a line is there twice"
    for turn in before.turns:
        unsaid = turn.role == "tutor" and not turn.text and turn.state is TurnState.OPEN
        if turn.id not in there and not (isinstance(event, ev.LinkEnded) and unsaid):
            yield f"{what}: a line is lost"
    moved = event.item_id if isinstance(event, _MOVES) else None
    known = set(old) - {moved}
    if [each for each in old if each in there and each != moved] != [each for each in new if each in known]:
        yield f"{what}: lines have changed places"
