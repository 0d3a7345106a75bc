"""Keeps a lesson while it goes on: one thread, one connection, a transaction for each line that is done.

Whatever fails, the lesson goes on and learns of it in one sentence; what the library cannot take goes to a journal.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

from tutor_tui.core.actions import key
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.event_fields import without_keys
from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_records import CorrectionRecord, LessonRecord, Record, TurnRecord, WordRecord, lesson_id_of
from tutor_tui.core.lesson_summary import own_lines_words
from tutor_tui.core.minutes_text import length_words
from tutor_tui.core.problems import Problem
from tutor_tui.library import recordings, rows
from tutor_tui.library.damage import connect_sound
from tutor_tui.library.database import unusable
from tutor_tui.library.overflow_journal import OverflowJournal
from tutor_tui.library.recovery import forget_if_empty, recover, take_in_journals
from tutor_tui.library.transaction import in_one_go
from tutor_tui.library.under_way import FOLDER, Mark

_log = logging.getLogger(__name__)
TOGETHER_S = 2.0
"""So long records are gathered while a line is still being said: a killed process loses that much of it."""
CLOSE_S = 1.0
"""How long a slow disk may hold up the end of a lesson: half of what all that closes may take."""
KEPT = Trouble(
    "Your lessons are kept, on this machine and nowhere else.",
    f"tutor-tui history shows them; in the settings ({key('settings')}), library, you can turn that off.",
    quiet=True,
)
"""Told at the first lesson."""


class LessonWriter:
    """A journal that keeps records in the library at `file`. `tell` is called on the writer's thread."""

    def __init__(self, file: Path, tell: Callable[[Trouble], None]) -> None:
        self._file = file
        self._locks = file.parent / FOLDER
        self._tell = tell
        self._waiting: deque[Record] = deque()
        self._due = threading.Event()
        """There is something to write at once. Other records wake nobody: many a second come."""
        self._closed = False
        self._database: sqlite3.Connection | None = None
        self._overflow: OverflowJournal | None = None
        self._lost = False
        """Nothing can be kept anywhere."""
        self._lesson: LessonRecord | None = None
        """As it was last put."""
        self._mark: Mark | None = None
        self._said = self._tells_kept = False
        """The learner has said something in it; it is still to be told that this is kept."""
        self.place = ""
        """Where the lesson is kept: empty for the library, else a file for now, or in words that it is not."""
        self._thread = threading.Thread(target=self._run, name="library", daemon=True)
        self._thread.start()

    def put(self, record: Record) -> None:
        """Take a record. Never waits, never raises."""
        self._waiting.append(record)
        is_note = isinstance(record, CorrectionRecord | WordRecord)
        if is_note or (isinstance(record, TurnRecord) and record.state != TurnState.OPEN.value):
            self._due.set()

    def close(self) -> bool:
        """Write what is left, for at most `CLOSE_S`; whether all of it was kept in the library."""
        self._closed = True
        self._due.set()
        self._thread.join(CLOSE_S)
        return not self._thread.is_alive() and not self.place

    # ---- on the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._open()
            while self._waiting or not self._closed:
                for batch in _by_lesson(self._gathered()):
                    self._keep(batch)
            self._end()
        except Exception as fault:  # noqa: BLE001 - a thread has nobody else to tell
            _log.error("a fault in keeping the lesson", exc_info=fault)
            self._tell(Trouble(f"A fault of ours ended the keeping of this lesson ({type(fault).__name__})."))

    def _gathered(self) -> list[Record]:
        """What came until a line was done, or within `TOGETHER_S`."""
        self._due.wait(TOGETHER_S)
        self._due.clear()
        batch = []
        while self._waiting:
            batch.append(without_keys(self._waiting.popleft()))
        return batch

    def _open(self) -> None:
        self._tells_kept = not self._file.exists()
        try:
            self._database = connect_sound(self._file, self._tell)
            taken = take_in_journals(self._database, self._file.parent, self._locks)
            recovered = recover(self._database, self._locks)
        except (Problem, sqlite3.Error, OSError) as failure:
            self._fail(failure)
            return
        if recovered or taken:
            self._tell_of_recovery(recovered, taken)

    def _tell_of_recovery(self, recovered: Sequence[LessonRecord], taken: int) -> None:
        if not recovered:
            lessons = "A lesson that could not be kept at once is" if taken == 1 else f"{taken} lessons are"
            self._tell(Trouble(f"{lessons} in your library now.", quiet=True))
            return
        assert self._database is not None
        newest = recovered[0]
        counted = "SELECT count(*) FROM turn WHERE lesson_id = ? AND role = 'learner' AND text != ''"
        lines = own_lines_words(self._database.execute(counted, (newest.id,)).fetchone()[0])
        length = length_words(((newest.ended_at or newest.began_at) - newest.began_at) / 60)
        title = f"“{newest.profile}” was broken off. It is kept: {length}, {lines}."
        self._tell(Trouble(title, f"tutor-tui --resume {newest.id} goes on with it.", quiet=True))

    def _keep(self, batch: Sequence[Record]) -> None:
        """Write records of one lesson."""
        for record in batch:
            if isinstance(record, LessonRecord):
                if self._lesson is None or self._lesson.id != record.id:
                    self._end_lesson()
                    self._mark = Mark(self._locks, record.id)
                self._lesson = record
            if isinstance(record, TurnRecord) and record.role == "learner" and record.text:
                self._said = True
                self._tell_kept()
        if not self._written(batch):
            self._set_down(batch)
        if self._lesson is not None and self._lesson.ended_at is not None:
            self._end_lesson()

    def _written(self, batch: Sequence[Record]) -> bool:
        """Write records into the library; whether it took them."""
        if self._database is None:
            return False
        try:
            with in_one_go(self._database):
                rows.write(self._database, batch)
        except sqlite3.Error as error:
            self._fail(unusable(self._file, error))
            return False
        return True

    def _tell_kept(self) -> None:
        """At the first lesson, when something was said: until then the learner has more urgent things to read."""
        if self._tells_kept and self._database is not None:
            self._tells_kept = False
            self._tell(KEPT)

    def _fail(self, failure: Exception) -> None:
        """The library takes nothing more in this lesson."""
        database, self._database = self._database, None
        if database is not None:
            database.close()
        problem = failure if isinstance(failure, Problem) else unusable(self._file, failure)
        self._tell(Trouble(problem.title, problem.hint))

    def _set_down(self, batch: Sequence[Record]) -> None:
        """Put into the journal what the library cannot take."""
        if self._lost or self._lesson is None:
            return
        try:
            if self._overflow is None:
                self._overflow = OverflowJournal(self._file.parent, self._lesson.id)
                self.place = f"in {self._overflow.file} for now"
                self._tell(Trouble(f"This lesson is kept {self.place}; the next start takes it into the library."))
                self._overflow.write([self._lesson])
            self._overflow.write(batch)
        except OSError as error:
            self._lost, self.place = True, "nowhere"
            self._tell(Trouble(f"This lesson cannot be kept: {error.strerror}.", "Free some space."))

    def _end(self) -> None:
        self._end_lesson()
        if self._database is not None:
            self._database.close()

    def _end_lesson(self) -> None:
        """The lesson is over, or another goes on from an earlier one; an empty one is forgotten."""
        data = self._file.parent
        if self._database is not None and self._lesson is not None:
            try:
                forget_if_empty(self._database, data, self._lesson.id)
            except sqlite3.Error as error:
                self._fail(error)
        if self._overflow is not None and self._lesson is not None:
            self._overflow.close()
            if not self._said and not recordings.files_of(data, self._lesson.id):
                self._overflow.file.unlink(missing_ok=True)
        if self._mark is not None:
            self._mark.end()
        self._lesson, self._overflow, self._mark, self._said = None, None, None, False


def _by_lesson(records: Iterable[Record]) -> list[list[Record]]:
    """Records in their order, those of each lesson together: one has to be written before the next begins."""
    return [list(group) for _, group in groupby(records, key=lesson_id_of)]
