"""What a start finds of lessons that had no end: on real files, and with processes that are killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.keeping import HELLO, LESSON, keeping
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.lesson_summary import own_lines_words
from tutor_tui.library import rows
from tutor_tui.library.database import connect
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import SUFFIX

TALKER = """
import sys, time
from pathlib import Path
from tutor_tui.core.lesson_records import LessonRecord, TurnRecord
from tutor_tui.library.writer import LessonWriter

file, lesson_id = Path(sys.argv[1]), sys.argv[2]
writer = LessonWriter(file, lambda trouble: None)
writer.put(LessonRecord(lesson_id, time.time(), "Korean"))
for number in range(100_000):
    writer.put(TurnRecord(lesson_id, f"U{number}", number, "learner", f"line {number}"))
    print(number, flush=True)
    time.sleep(1.0)
"""
"""Says a line a second, and tells its number as it begins with it."""


@contextmanager
def talking(file: Path, lesson_id: str) -> Iterator[subprocess.Popen[str]]:
    """A lesson in a process of its own, which is killed at the end at the latest."""
    command = [sys.executable, "-c", TALKER, str(file), lesson_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines_of(process: subprocess.Popen[str], most: int) -> Iterator[int]:
    assert process.stdout is not None
    for line in process.stdout:
        yield int(line)
        if int(line) >= most:
            return


def test_a_killed_lesson_loses_at_most_the_line_that_was_being_said(file: Path) -> None:
    killed = 4
    for number in range(killed):
        with talking(file, f"2026-11-27-k{number}") as process:
            last = list(lines_of(process, random.randint(1, 3)))[-1]
            process.send_signal(signal.SIGKILL)
        with keeping(file) as later:
            pass
        found = SqliteLibrary(file).read(f"2026-11-27-k{number}")
        assert found.lesson.recovered and found.lesson.ended_at is not None
        assert len(found.turns) >= last, "all but the one that was being said"
        said = len(found.turns)
        assert later.titles[0] == f"“Korean” was broken off. It is kept: under 1 min, {own_lines_words(said)}."
        assert f"--resume 2026-11-27-k{number}" in later.told[0].hint
    assert len(SqliteLibrary(file).lessons()) == killed


def test_a_lesson_that_another_process_is_holding_is_left_alone(file: Path) -> None:
    with talking(file, LESSON.id) as process:
        list(lines_of(process, 2))
        with keeping(file) as second:
            second.until_kept(file, "U0")
        assert second.told == []
        found = SqliteLibrary(file).read(LESSON.id).lesson
        assert (found.ended_at, found.recovered) == (None, False)


def broken_off(file: Path, *more: LessonRecord) -> None:
    with closing(connect(file)) as found:
        rows.write(found, [LESSON, HELLO, replace(HELLO, item_id="V", place=1, text="and", state="open"), *more])


def test_what_was_broken_off_is_told_once_and_its_last_line_marked(file: Path) -> None:
    broken_off(file)
    with keeping(file) as first:
        pass
    assert len(first.told) == 1
    assert [each.state for each in SqliteLibrary(file).read(LESSON.id).turns] == ["done", "lost"]
    with keeping(file) as second:
        pass
    assert second.told == []


def test_a_broken_lesson_in_which_nothing_was_said_is_forgotten_without_a_word(file: Path) -> None:
    with closing(connect(file)) as found:
        rows.write(found, [LESSON])
    with keeping(file) as later:
        pass
    assert later.told == []
    with closing(connect(file)) as found:
        assert list(rows.read(found, LessonRecord)) == []


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff\xfe",
        b"{",
        b'{"table": "turn"}',
        b'{"table": "lesson", "id": 5}',
        b'{"table": "../x", "id": "a"}',
        b"[" * 100_000,
        b'{"table": "turn", "lesson_id": "2026-11-27-abcd", "item_id": "W", "place": 9, "role": "x", "text": "?"}',
        b'{"table": "turn", "lesson_id": "2026-11-27-abcd", "item_id": "W", "place": 9, "role": "tutor", "text": "?", '
        b'"state": "x"}',
        b'{"table": "turn", "lesson_id": "another", "item_id": "W", "place": 9, "role": "tutor", "text": "?"}',
        b'{"table": "lesson", "id": "2026-11-27-ab',
    ],
    ids=range(10),
)
def test_what_is_no_record_in_a_journal_is_passed_over(nonsense: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True)
    journal = file.with_name(LESSON.id + SUFFIX)
    good = [
        b'{"table": "lesson", "id": "2026-11-27-abcd", "began_at": 1, "profile": "Korean"}',
        b'{"table": "turn", "lesson_id": "2026-11-27-abcd", "item_id": "U", "place": 0, "role": "learner", '
        b'"text": "Hello!"}',
    ]
    journal.write_bytes(b"\n".join([good[0], nonsense, good[1], nonsense]))
    with keeping(file):
        pass
    assert [each.text for each in SqliteLibrary(file).read(LESSON.id).turns] == ["Hello!"]
    assert not journal.exists()
