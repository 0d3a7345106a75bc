"""A library of which some pages were overwritten: it opens, and breaks in the middle of a query."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.helpers import word
from tests.library.damaging import overwrite_every, overwrite_pages
from tests.library.keeping import ANSWER, HELLO, LESSON, keeping, put_all
from tutor_tui.core.problems import Problem
from tutor_tui.learning.learner import keep
from tutor_tui.library import writer
from tutor_tui.library.damage import connect_sound, is_suspected
from tutor_tui.library.database import damaged
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.under_way import FOLDER, Mark

NEXT = replace(LESSON, id="2026-11-28-next")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No lesson ends so soon after its beginning, and a busy machine takes its time to look for what can be read."""
    monkeypatch.setattr(writer, "CLOSE_S", 60.0)


def filled(file: Path) -> None:
    """A library of many pages."""
    with keeping(file) as kept:
        put_all(kept, *(replace(ANSWER, item_id=f"A{number:04}", place=number + 2) for number in range(400)))
    with SqliteLearner(file).changing() as change:
        for number in range(150):
            keep(change, word(f"멀다{number:03}"))


def test_it_is_put_aside_and_a_new_one_begun_as_every_command_says(file: Path) -> None:
    """It was said without end that the next lesson begins a new one, and none ever did."""
    filled(file)
    data = overwrite_pages(file)
    for read in (SqliteLibrary(file).lessons, lambda: SqliteLearner(file).items("ko")):
        with pytest.raises(Problem, match="damaged") as problem:
            read()
        assert problem.value.hint == "The next lesson begins a new one, and keeps the damaged one beside it."
    with keeping(file) as kept:
        kept.writer.put(NEXT)
        kept.writer.put(replace(HELLO, lesson_id=NEXT.id))
        kept.writer.put(replace(NEXT, ended_at=NEXT.began_at + 60))
    assert kept.titles == ["The file with your earlier lessons was damaged."]
    aside = next(file.parent.glob("library.damaged-*.sqlite3"))
    assert aside.read_bytes() == data and kept.told[0].hint == f"It was put aside as {aside}."
    assert [each.lesson.id for each in SqliteLibrary(file).lessons()] == [NEXT.id]
    with keeping(file) as later:
        pass
    assert later.told == [] and not is_suspected(file), "and once is enough"


def test_what_can_be_read_of_it_is_kept(file: Path) -> None:
    filled(file)
    overwrite_pages(file, 0.5, 0.6)
    with pytest.raises(Problem, match="damaged"):
        SqliteLibrary(file).check()
    with keeping(file) as kept:
        pass
    found = SqliteLibrary(file).read(LESSON.id)
    assert HELLO in found.turns and len(found.turns) > 150
    words = len(SqliteLearner(file).items("ko"))
    assert f"What could be read of it is kept: 1 lesson, {words} notes." in kept.told[0].hint
    assert words > 50


def test_damage_in_many_places_costs_no_more_than_those(file: Path) -> None:
    """Read from both ends alone, all between the first and the last of them would be lost."""
    with SqliteLearner(file).changing() as change:
        for number in range(1_000):
            keep(change, word(f"멀다{number:03}"))
    overwrite_every(file, 10)
    with pytest.raises(Problem, match="damaged"):
        SqliteLearner(file).items("ko")
    with keeping(file):
        pass
    assert len(SqliteLearner(file).items("ko")) > 700


def test_a_text_that_is_none_any_more_is_damage_and_is_not_quoted(file: Path) -> None:
    filled(file)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE turn SET text = CAST(x'e38b' AS TEXT) WHERE item_id = 'A0200'")
    with pytest.raises(Problem, match="damaged"):
        SqliteLibrary(file).read(LESSON.id)
    with keeping(file) as kept:
        pass
    assert len(kept.told) == 1 and len(SqliteLibrary(file).read(LESSON.id).turns) == 402


def test_a_library_that_is_whole_stays_whatever_was_said_of_it(file: Path) -> None:
    filled(file)
    damaged(file)
    with keeping(file) as kept:
        pass
    assert kept.told == [] and not is_suspected(file)
    assert len(SqliteLibrary(file).lessons()) == 1


def test_it_is_not_taken_from_a_lesson_that_writes_into_it(file: Path) -> None:
    filled(file)
    overwrite_pages(file, 0.5, 0.6)
    damaged(file)
    mark = Mark(file.parent / FOLDER, LESSON.id)
    connect_sound(file, lambda trouble: pytest.fail(trouble.title)).close()
    mark.end()
    assert is_suspected(file)
