"""Keeps what a learner meets and uses while the lesson goes on: a thread of its own, a transaction for what has come.

Whatever fails, the lesson goes on and learns of it in one sentence. What could not be written is tried again with what
comes next, and at the end; until then it stands in a journal, which a later start takes in.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex

from tutor_tui.core.events import Trouble
from tutor_tui.core.problems import Problem
from tutor_tui.learning.forgetting_rate import refit
from tutor_tui.learning.items import Evidence, Item
from tutor_tui.learning.learner import keep_changes
from tutor_tui.learning.readings import with_readings
from tutor_tui.library.damage import is_suspected
from tutor_tui.library.database import connect
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.overflow_journal import LEARNER, OverflowJournal, left_behind
from tutor_tui.library.recovery import take_in_journals
from tutor_tui.library.under_way import FOLDER, Mark

_log = logging.getLogger(__name__)
CLOSE_S = 1.0
"""How long a slow disk may hold up the end of a lesson, as the lesson's own writer."""
_WAIT = "They wait in {place}; the next start keeps them."


class LearnerWriter:
    """Keeps items and evidence in the library at `file`. `tell` is called on the writer's thread."""

    def __init__(self, file: Path, tell: Callable[[Trouble], None]) -> None:
        self._file = file
        self._learner = SqliteLearner(file)
        self._tell = tell
        self._lock = threading.Lock()
        self._waiting: list[Item | Evidence] = []
        self._journal: OverflowJournal | None = None
        self._journalled = 0
        """So many of those that wait stand in it."""
        self._mark: Mark | None = None
        self._due = threading.Event()
        self._closed = self._has_failed = self._has_written = False
        self._thread = threading.Thread(target=self._run, name="learner", daemon=True)
        self._thread.start()

    def put(self, change: Item | Evidence) -> None:
        """Take something to keep. Never waits, never raises."""
        with self._lock:
            self._waiting.append(change)
        self._due.set()

    def close(self) -> bool:
        """Write what is left, for at most `CLOSE_S`; whether the library has all of it.

        What a library that is locked, or a slow disk, has not taken by then goes to the journal.
        """
        self._closed = True
        self._due.set()
        self._thread.join(CLOSE_S)
        if self._thread.is_alive() and self._waiting:
            self._set_down()
        return not self._waiting

    def _run(self) -> None:
        try:
            self._take_in()
            while not self._closed:
                self._due.wait()
                self._due.clear()
                self._write()
            self._write()
            self._fit_anew()
        except Exception as fault:  # noqa: BLE001 - a thread has nobody else to tell
            _log.error("a fault in keeping what is learnt", exc_info=fault)
            self._tell(Trouble(f"A fault of ours ended the keeping of your notes ({type(fault).__name__})."))

    def _write(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        if not waiting:
            return
        read = with_readings(waiting)  # before the file is locked: the first reading of a language takes its time
        try:
            with self._learner.changing() as change:
                keep_changes(change, read)
        except Problem as problem:
            place = self._set_down()
            if not self._has_failed:
                title = f"Your notes cannot be kept now. {problem.title}"
                self._tell(Trouble(title, f"{problem.hint} {_WAIT.format(place=place) if place else ''}".strip()))
            self._has_failed = True
            return
        self._has_written = True
        with self._lock:
            del self._waiting[: len(waiting)]
            self._end_journal()

    def _fit_anew(self) -> None:
        """How fast the learner forgets, where there was something to tell it by; a later lesson tries again."""
        if self._has_written:
            with suppress(Problem), self._learner.changing() as change:
                refit(change)

    # ---- the journal ------------------------------------------------------------------------------------------------

    def _take_in(self) -> None:
        """What an earlier lesson could not keep. Where that fails, it goes on waiting."""
        folder = self._file.parent
        if is_suspected(self._file):  # the lesson's own writer looks into that, and takes in all journals
            return
        if any(each.name.startswith(LEARNER) for each in left_behind(folder)):
            with suppress(Problem, sqlite3.Error, OSError), closing(connect(self._file)) as database:
                take_in_journals(database, folder, folder / FOLDER)

    def _set_down(self) -> str:
        """Write what waits, and is not there yet, to the journal; where that is, empty where nothing takes it."""
        with self._lock:
            try:
                if self._journal is None:
                    name = f"{LEARNER}{token_hex(6)}"
                    self._mark = Mark(self._file.parent / FOLDER, name)
                    self._journal = OverflowJournal(self._file.parent, name)
                self._journal.write(self._waiting[self._journalled :])
            except OSError:
                return ""
            self._journalled = len(self._waiting)
            return str(self._journal.file)

    def _end_journal(self) -> None:
        """The library has all that stands there."""
        if self._journal is not None:
            self._journal.close()
            self._journal.file.unlink(missing_ok=True)
        if self._mark is not None:
            self._mark.end()
        self._journal, self._mark, self._journalled = None, None, 0
