"""A lesson that is being kept, for tests."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_records import (
    LessonRecord,
    Record,
    TurnRecord,
)
from tutor_tui.core.problems import Problem
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.writer import LessonWriter

KEY = "sk-planted-0123456789abcdef"
LESSON = LessonRecord("2026-11-27-abcd", 1_000_000.0, "Korean", tutor="offline")
HELLO = TurnRecord(LESSON.id, "U", 0, "learner", "안녕하세요!")
ANSWER = TurnRecord(LESSON.id, "A", 1, "tutor", "네, 안녕하세요!")


class Keeping:
    """A writer, and what it told."""

    def __init__(self, file: Path) -> None:
        self.told: list[Trouble] = []
        self.writer = LessonWriter(file, self.told.append)

    @property
    def titles(self) -> list[str]:
        return [each.title for each in self.told]

    def until_kept(self, file: Path, item_id: str) -> None:
        """Wait until that turn can be read by others."""
        until, found = time.monotonic() + 10, False
        while not found:
            assert time.monotonic() < until
            time.sleep(0.05)
            with contextlib.suppress(Problem):  # not even its lesson is kept yet
                found = item_id in [each.item_id for each in SqliteLibrary(file).read(LESSON.id).turns]


@contextmanager
def keeping(file: Path) -> Iterator[Keeping]:
    made = Keeping(file)
    yield made
    made.writer.close()


def put_all(kept: Keeping, *more: Record) -> None:
    ended = replace(LESSON, ended_at=LESSON.began_at + 60)
    records: tuple[Record, ...] = (LESSON, HELLO, ANSWER, *more, ended)
    for record in records:
        kept.writer.put(record)
