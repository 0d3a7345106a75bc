"""Whether what is noted in a lesson is kept for later ones: the learner is asked once, at the first note.

Nothing leaves for the disk before they have agreed: until then all of it waits here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import y_or_n
from tutor_tui.core.availability import NOTES_OFF, NOTES_OFF_WITH_LESSON
from tutor_tui.core.learner_settings import KeepNotes
from tutor_tui.core.lesson_summary import lost_line
from tutor_tui.learning.items import Evidence, Item
from tutor_tui.learning.learner import LearnerJournal

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class NotesConsent:
    """Of one lesson. Without a journal nothing is kept, and nothing is asked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.journal: LearnerJournal | None = None
        """Takes what is kept; all of these are to be set before the lesson begins."""
        self.keep: KeepNotes = "no"
        self.lesson_is_kept = True
        """Of a lesson that is not kept nothing is remembered either, whatever `keep` says."""
        self.on_decided: Callable[[bool], None] = lambda _kept: None
        """Remembers the answer for the next start."""
        self._waiting: list[Item | Evidence] = []
        """For the learner's consent."""
        self._asked = self._asked_at_leaving = False

    @property
    def _wanted(self) -> KeepNotes:
        return self.keep if self.lesson_is_kept else "no"

    @property
    def refused(self) -> bool:
        """Whether nothing is to be kept, whatever comes."""
        return self._wanted == "no"

    @property
    def why_off(self) -> str:
        """Why nothing of this lesson is kept for later ones; empty where it is, or where that is still to be asked."""
        if self.journal is None or not self.refused:
            return ""
        return NOTES_OFF if self.lesson_is_kept else NOTES_OFF_WITH_LESSON

    def choose(self, keep: KeepNotes) -> None:
        """The learner has chosen in the settings."""
        self.keep = keep
        if keep != "ask":
            self._settle(keep == "yes")

    def keep_lesson(self, on: bool) -> None:
        """The lesson is kept from now on, or nothing more of it."""
        self.lesson_is_kept = on
        if not on:
            self._settle(False)

    def decide(self, *, taken: bool) -> None:
        """The learner says whether notes are to be kept. Does nothing where that is not asked."""
        if self._session.lesson.keep_asked:
            self.keep = "yes" if taken else "no"
            self._settle(taken)
            self.on_decided(taken)

    def takes_line(self, line: str) -> bool:
        """Whether this typed line is the answer; then it is for nobody else. "Yes" in full may be said to the tutor."""
        lesson = self._session.lesson  # what the tutor asks comes first
        taken = y_or_n(line) if lesson.keep_asked and lesson.asked_about is None else None
        if taken is not None:
            self.decide(taken=taken)
        return taken is not None

    @property
    def undecided(self) -> int:
        """How many notes are lost if the lesson ends now, as the learner has not said whether they are to be kept."""
        return sum(isinstance(each, Item) for each in self._waiting) if self._session.lesson.keep_asked else 0

    @property
    def lost_with_lesson(self) -> int:
        """How many notes are not kept for later lessons for the one reason that the lesson is not kept."""
        wanted = self.journal is not None and self.keep != "no" and not self.lesson_is_kept
        return len(self._session.lesson.notes) if wanted else 0

    @property
    def lost_line(self) -> str:
        """That these are lost, if the lesson ends now; empty where none are."""
        return lost_line(self.undecided, self.lost_with_lesson)

    def asks_at_leaving(self) -> bool:
        """Whether to ask before the lesson is left: once, where something waits for the answer."""
        asks = self._wanted == "ask" and bool(self._waiting) and not self._asked_at_leaving
        if asks and not self._session.lesson.keep_asked:  # the question of the level stood in its place
            self._session.take(ev.KeepAsked())
        self._asked = self._asked or asks
        self._asked_at_leaving = self._asked_at_leaving or asks
        return asks

    def ask(self) -> None:
        """Something was put: ask whether it is to be kept, unless that was asked."""
        if self._wanted == "ask" and not self._asked and self._session.lesson.suggestion is None:
            self._asked = True
            self._session.take(ev.KeepAsked())

    def put(self, change: Item | Evidence) -> None:
        """Keep it, now or once the learner agrees."""
        if self.journal is None or self.refused:
            return
        if self._wanted == "yes":
            self.journal.put(change)
        else:
            self._waiting.append(change)

    def _settle(self, kept: bool) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting if kept else ():
            self.put(each)
        if self._session.lesson.keep_asked:
            notes = {each.id for each in waiting if isinstance(each, Item)}
            self._session.take(ev.KeepSettled(kept, len(notes)))
