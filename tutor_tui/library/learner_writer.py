"""Keeps what a learner meets and uses while the lesson goes on: a thread of its own, a transaction for what has come.

Whatever fails, the lesson goes on and learns of it in one sentence; what could not be written is tried again with what
comes next, and at the end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from tutor_tui.core.events import Trouble
from tutor_tui.core.problems import Problem
from tutor_tui.learning.items import Evidence, Item
from tutor_tui.learning.learner import add_evidence, keep
from tutor_tui.library.learner import SqliteLearner

_log = logging.getLogger(__name__)
CLOSE_S = 1.0
"""How long a slow disk may hold up the end of a lesson, as the lesson's own writer."""


class LearnerWriter:
    """Keeps items and evidence in the library at `file`. `tell` is called on the writer's thread."""

    def __init__(self, file: Path, tell: Callable[[Trouble], None]) -> None:
        self._learner = SqliteLearner(file)
        self._tell = tell
        self._lock = threading.Lock()
        self._waiting: list[Item | Evidence] = []
        self._due = threading.Event()
        self._closed = self._has_failed = False
        self._thread = threading.Thread(target=self._run, name="learner", daemon=True)
        self._thread.start()

    def put(self, change: Item | Evidence) -> None:
        """Take something to keep. Never waits, never raises."""
        with self._lock:
            self._waiting.append(change)
        self._due.set()

    def close(self) -> bool:
        """Write what is left, for at most `CLOSE_S`; whether all of it was kept."""
        self._closed = True
        self._due.set()
        self._thread.join(CLOSE_S)
        return not self._thread.is_alive() and not self._waiting

    def _run(self) -> None:
        try:
            while not self._closed:
                self._due.wait()
                self._due.clear()
                self._write()
            self._write()
        except Exception as fault:  # noqa: BLE001 - a thread has nobody else to tell
            _log.error("a fault in keeping what is learnt", exc_info=fault)
            self._tell(Trouble(f"A fault of ours ended the keeping of your notes ({type(fault).__name__})."))

    def _write(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        if not waiting:
            return
        try:
            with self._learner.changing() as change:
                for each in waiting:
                    if isinstance(each, Item):
                        keep(change, each)
                    else:
                        add_evidence(change, each)
        except Problem as problem:
            if not self._has_failed:
                self._tell(Trouble(f"Your notes cannot be kept now. {problem.title}", problem.hint))
            self._has_failed = True
            return
        with self._lock:
            del self._waiting[: len(waiting)]
