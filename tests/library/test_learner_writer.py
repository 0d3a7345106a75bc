"""What a lesson learns of its learner, written on a thread, in a real file."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
import warnings
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.helpers import use, word
from tests.session.room import PLAN, Room
from tests.session.tool_room import FakeToolbox
from tests.support.virtual_time import in_virtual_time
from tutor_tui.app.remembered import keeping_all, remembering
from tutor_tui.core import events as ev
from tutor_tui.core.events import Trouble
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.settings import Settings, with_value
from tutor_tui.core.tools import Note, ToolCall, Used, Word
from tutor_tui.learning import forgetting_rate
from tutor_tui.learning.items import Evidence, Item, Rating, Use
from tutor_tui.learning.learner import keep
from tutor_tui.library import database, learner_writer
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.learner_writer import LearnerWriter
from tutor_tui.library.overflow_journal import LEARNER, records_in

FAR, NEAR = word(), word("가깝다", "near")


def test_what_is_put_is_kept_in_its_order(file: Path) -> None:
    told: list[Trouble] = []
    writer = LearnerWriter(file, told.append)
    for change in (FAR, use(FAR), NEAR):
        writer.put(change)
    assert writer.close()
    learner = SqliteLearner(file)
    assert {each.item.term: each.uses for each in learner.items("ko")} == {"멀다": 1, "가깝다": 0}
    assert told == []


def test_a_process_that_is_killed_when_a_grade_is_shown_has_kept_it(file: Path) -> None:
    """In a drill that goes on with its reply: the end of nothing is waited for."""
    with SqliteLearner(file).changing() as change:
        keep(change, FAR)
    with warnings.catch_warnings(
        action="ignore", category=DeprecationWarning
    ):  # on threads: the child uses none of them
        child = os.fork()
    if not child:
        try:
            in_virtual_time(_graded_and_killed(file))
        finally:
            os._exit(1)  # whatever went wrong: the tests go on in the other one
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [each.quote for each in SqliteLearner(file).evidence_of(FAR.id)] == ["멀다"]
    assert len(SqliteLearner(file).reviews_of(FAR.id)) == 1


async def _graded_and_killed(file: Path) -> None:
    """As a drill does: the learner answers, the tutor notes it, and speaks on."""
    room = Room(replace(PLAN, target_language="ko", drill="recall"))
    room.session._tools._toolbox = FakeToolbox(effects={"used": Used("멀다", "independent", "멀다")})
    async with remembering(room.session, file, LearnerSettings(keep="yes"), lambda _: None), room.lesson():
        assert room.session.memory._loading is not None
        await room.session.memory._loading
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(
            ev.LearnerTextDone("L", "멀다"), ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "used", "{}"))
        )
        assert room.session.lesson.tool_lines[0].summary == "멀다 (on your own)"
        _wait_for_review(file)
        os.kill(os.getpid(), signal.SIGKILL)


def _wait_for_review(file: Path) -> None:
    """For a second at most: the writer has a thread of its own, and the lesson's time is no real one."""
    until = time.monotonic() + 1.0
    while time.monotonic() < until and not SqliteLearner(file).reviews_of(FAR.id):
        time.sleep(0.01)


def test_of_a_lesson_that_is_not_kept_nothing_is_written(file: Path) -> None:
    """Its words and mistakes were, with what the learner had said."""
    settings = with_value(with_value(Settings(), "library.keep", False), "learner.keep", "yes")

    async def lesson() -> None:
        room = Room(replace(PLAN, target_language="ko"))
        async with keeping_all(room.session, file, settings, lambda _: None), room.lesson():
            await room.tell(
                ev.LearnerStartedSpeaking("L"), ev.LearnerTurnKept("L", None), ev.LearnerTextDone("L", "Yo.")
            )
            room.session.take(ev.Noted(Note(Word("멀다", "far", "집이 멀다."), "L")))
            await room.reply(ms=100)

    in_virtual_time(lesson())
    assert not file.exists() and not file.parent.exists()


def test_a_lesson_without_a_note_makes_no_file(file: Path) -> None:
    assert LearnerWriter(file, lambda _: None).close()
    assert not file.exists()


def test_a_library_that_cannot_be_written_is_told_once_and_tried_again(file: Path) -> None:
    told: list[Trouble] = []
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no library" * 1_000)
    writer = LearnerWriter(file, told.append)
    writer.put(FAR)
    while not told:
        time.sleep(0.01)
    writer.put(NEAR)
    file.unlink()
    assert writer.close()
    assert {each.item.term for each in SqliteLearner(file).items("ko")} == {"멀다", "가깝다"}
    assert len(told) == 1
    assert "Your notes cannot be kept now. The file with your lessons is damaged" in told[0].title


@pytest.mark.parametrize(("enough", "left"), [(3, 0), (4, 3)])
def test_at_the_end_of_a_lesson_it_is_fitted_how_fast_the_learner_forgets_where_there_is_enough_to_tell(
    file: Path, monkeypatch: pytest.MonkeyPatch, enough: int, left: int
) -> None:
    monkeypatch.setattr(forgetting_rate, "REVIEWS_A_FIT", enough)
    writer = LearnerWriter(file, lambda _: None)
    writer.put(FAR)
    for day in (1, 5, 9):
        writer.put(use(FAR, Use.LAPSE, day=day))
    assert writer.close()
    with SqliteLearner(file).changing() as change:
        forgetting = change.forgetting()["ko"]
    assert (forgetting.rate > 1) is (left == 0) and forgetting.reviews == left


# ---- a library that takes nothing for long --------------------------------------------------------------------------

LESSON: Sequence[Item | Evidence] = (FAR, use(FAR), NEAR, use(FAR, day=2), use(NEAR, day=2))


FILLING = [word(f"말{number}", "x" * 300) for number in range(50)]
"""More than fits into the pages that an empty library has."""


def told_within(told: Sequence[Trouble], limit_s: float) -> bool:
    until = time.monotonic() + limit_s
    while not told and time.monotonic() < until:
        time.sleep(0.01)
    return bool(told)


def journals(file: Path, temporary: Path) -> list[Path]:
    return [*file.parent.glob(f"{LEARNER}*"), *temporary.glob(f"*/{LEARNER}*")]


def check_whole(file: Path) -> None:
    """All of the lesson is there, and nothing twice."""
    learner = SqliteLearner(file)
    uses = {each.item.term: each.uses for each in learner.items("ko")}
    assert (uses["멀다"], uses["가깝다"]) == (2, 1)
    assert [each.rating for each in learner.reviews_of(FAR.id)] == [Rating.GOOD, Rating.GOOD]


def test_what_a_full_disk_does_not_take_waits_in_a_journal_and_is_kept_once_there_is_room(
    file: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteLearner(file).forget_all()  # makes the file
    told: list[Trouble] = []
    real = database._set_up

    def set_up(connection: sqlite3.Connection) -> None:
        real(connection)
        connection.execute("PRAGMA max_page_count = 1")  # what SQLite then says is what it says of a full disk

    with monkeypatch.context() as full:
        full.setattr(database, "_set_up", set_up)
        writer = LearnerWriter(file, told.append)
        for change in (*FILLING, *LESSON[:2]):
            writer.put(change)
        assert told_within(told, 5.0)
        for change in LESSON[2:]:
            writer.put(change)
        assert not writer.close()
    (journal,) = journals(file, temporary)
    assert list(records_in(journal)) == [*FILLING, *LESSON]
    assert len(told) == 1
    assert "Your notes cannot be kept now." in told[0].title and "full" in told[0].title
    assert told[0].hint == f"Free some space. They wait in {journal}; the next start keeps them."
    journal.rename(journal.with_name(f"{LEARNER}ended{journal.name[-14:]}"))  # of a process that has ended
    for _ in range(2):
        later = LearnerWriter(file, told.append)
        later.put(LESSON[1])
        assert later.close()
        check_whole(file)
        assert journals(file, temporary) == []
    assert len(told) == 1


def test_a_library_that_stays_locked_beyond_the_end_of_a_lesson_loses_nothing(
    file: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteLearner(file).forget_all()
    monkeypatch.setattr(database, "LOCKED_S", 0.5)
    monkeypatch.setattr(learner_writer, "CLOSE_S", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = LearnerWriter(file, lambda _: None)
        for change in LESSON:
            writer.put(change)
        assert not writer.close()
        (journal,) = journals(file, temporary)
        assert len(list(records_in(journal))) == len(LESSON)
        other.execute("ROLLBACK")
    writer._thread.join()  # a program that goes on has it kept all the same
    check_whole(file)
    assert journals(file, temporary) == []


def test_what_is_forgotten_does_not_come_back_from_a_journal(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.with_name(f"{LEARNER}1.journal.jsonl").write_text('{"table": "item"}\n')
    assert SqliteLearner(file).forget_all() == 0
    assert not list(file.parent.glob(f"{LEARNER}*"))
