"""Keeping a lesson as it goes on, and what happens where that fails: on real files."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.keeping import ANSWER, HELLO, KEY, LESSON, keeping, put_all
from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    EventRecord,
    Record,
    TurnRecord,
    UsageRecord,
    WordRecord,
)
from tutor_tui.core.own_keys import keep_secret
from tutor_tui.library import writer
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import OverflowJournal, records_in
from tutor_tui.library.schema import STEPS, take_steps
from tutor_tui.library.writer import KEPT


def test_what_is_put_is_kept_for_its_owner_only(file: Path) -> None:
    with keeping(file) as kept:
        put_all(kept)
    assert SqliteLibrary(file).read(LESSON.id).turns == (HELLO, ANSWER)
    assert SqliteLibrary(file).lessons()[0].minutes == 1.0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert kept.told == [KEPT], "at the first lesson it is said what is kept"
    with keeping(file) as again:
        pass
    assert again.told == []


@pytest.mark.parametrize("folder", [True, False], ids=["in the library", "in a journal"])
def test_no_key_of_ours_is_kept(folder: bool, file: Path, tmp_path: Path) -> None:
    keep_secret(KEY)
    if not folder:
        file.parent.write_text("in the way")
    echoed = TurnRecord(LESSON.id, f"item-{KEY}", 2, "tutor", f"Your key is {KEY}.")
    event = EventRecord(LESSON.id, 0, 1.0, "TutorTextDelta", {"item_id": KEY, "parts": [{"text": f"is {KEY}"}]})
    with keeping(file) as kept:
        put_all(kept, echoed, event, replace(LESSON, tutor=KEY))
    written = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert KEY.encode() not in written
    assert b"Your key is " in written


def test_others_can_read_what_was_said_while_the_lesson_goes_on(file: Path) -> None:
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(HELLO)
        until = time.monotonic() + 10
        while not SqliteLibrary(file).lessons():
            assert time.monotonic() < until
            time.sleep(0.05)
        kept.writer.put(ANSWER)
        kept.until_kept(file, "A")


@pytest.mark.parametrize(
    "note",
    [
        CorrectionRecord(LESSON.id, 0, "U", "my name Anna", "My name is Anna."),
        WordRecord(LESSON.id, 0, "U", "tea", "차"),
    ],
    ids=["mistake", "word"],
)
def test_a_note_waits_for_nothing(note: Record, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing woke the writer for one: a process that was killed lost what was on the screen already."""
    monkeypatch.setattr(writer, "TOGETHER_S", 60.0)
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(HELLO)
        kept.until_kept(file, "U")
        kept.writer.put(note)
        until = time.monotonic() + 10
        while note not in (*(now := SqliteLibrary(file).read(LESSON.id)).corrections, *now.words):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_lesson_in_which_nothing_was_said_is_forgotten(file: Path) -> None:
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(ANSWER)
    with closing(sqlite3.connect(file)) as found:
        assert found.execute("SELECT count(*) FROM lesson").fetchone() == (0,)


def test_where_the_learner_spoke_comes_back_from_the_library_and_from_a_journal(file: Path) -> None:
    spoken = replace(HELLO, voice=((120, 840), (1_400, 2_020)))
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(spoken)
    assert SqliteLibrary(file).read(LESSON.id).turns == (spoken,)
    journal = OverflowJournal(file.parent, LESSON.id)
    journal.write([LESSON, spoken])
    journal.close()
    assert list(records_in(journal.file)) == [LESSON, spoken]


@pytest.mark.parametrize(
    "voice", ["[[5,5]]", "[[9,5]]", "[[0,5],[4,9]]", "[[1]]", "[1]", "7", "x", '[["a",1]]', "[[]]"]
)
def test_a_line_whose_voice_makes_no_sense_is_none_of_ours(voice: str, file: Path) -> None:
    with keeping(file) as kept:
        put_all(kept)
    with closing(sqlite3.connect(file)) as strange:
        strange.execute("UPDATE turn SET voice = ? WHERE item_id = ?", (voice, HELLO.item_id))
        strange.commit()
    assert HELLO.item_id not in {turn.item_id for turn in SqliteLibrary(file).read(LESSON.id).turns}


def test_a_library_of_the_first_form_gets_the_newer_columns_and_keeps_its_lines(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        take_steps(old, STEPS[:1])
        old.execute("PRAGMA user_version = 1")
        old.execute(
            "INSERT INTO lesson VALUES (?, 1e6, 'Korean', '', 'offline', '', '', '', '', NULL, 0, 0, '')", (LESSON.id,)
        )
        old.execute(
            "INSERT INTO turn VALUES (?, 'U', 0, 'learner', ?, 'done', 1, 0, 0, 0, 0, 0, '')", (LESSON.id, HELLO.text)
        )
    kept = SqliteLibrary(file).read(LESSON.id)
    assert (kept.lesson, kept.turns) == (replace(LESSON, recovered=True), (HELLO,))


def test_readers_inside_and_outside_cost_a_lesson_that_goes_on_nothing(file: Path) -> None:
    outside = "import sys; from pathlib import Path; from tutor_tui.library.lessons import SqliteLibrary\n"
    outside += "print(len(SqliteLibrary(Path(sys.argv[1])).read('last').turns))"
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        for number in range(1, 4):
            kept.writer.put(replace(HELLO, item_id=f"U{number}", place=number))
            kept.until_kept(file, f"U{number}")  # by a connection of this process, which is closed again
            command = [sys.executable, "-c", outside, str(file)]
            assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == str(number)
    assert kept.told == [KEPT]


def test_the_last_words_before_another_lesson_goes_on_are_kept_with_their_own(file: Path) -> None:
    other = replace(LESSON, id="2026-11-27-efgh", began_at=LESSON.began_at + 60, continues="2026-11-26-abcd")
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(ANSWER)
        kept.until_kept(file, "A")
        for record in (HELLO, other, replace(HELLO, lesson_id=other.id)):
            kept.writer._waiting.append(record)  # all at once, as when the thread was slow to wake
        kept.writer._due.set()
    assert kept.told == [KEPT]
    assert [len(SqliteLibrary(file).read(each.id).turns) for each in (LESSON, other)] == [2, 1]


def test_a_lesson_that_has_ended_is_not_under_way_though_the_program_goes_on(file: Path) -> None:
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(HELLO)
        kept.until_kept(file, "U")
        assert SqliteLibrary(file).is_under_way(LESSON.id)
        kept.writer.put(replace(LESSON, ended_at=LESSON.began_at + 60))
        kept.writer.put(replace(HELLO, item_id="V", place=1))
        kept.until_kept(file, "V")
        until = time.monotonic() + 10
        while SqliteLibrary(file).is_under_way(LESSON.id):
            assert time.monotonic() < until
            time.sleep(0.05)
        SqliteLibrary(file).delete(LESSON.id)
        assert SqliteLibrary(file).lessons() == []


def test_two_lessons_at_a_time_are_kept(file: Path) -> None:
    other = replace(LESSON, id="2026-11-27-efgh", began_at=LESSON.began_at + 1)
    with keeping(file) as one, keeping(file) as two:
        for number in range(200):
            one.writer.put(LESSON)
            two.writer.put(other)
            one.writer.put(replace(HELLO, item_id=f"U{number}", place=number))
            two.writer.put(replace(HELLO, lesson_id=other.id, item_id=f"U{number}", place=number))
    assert [len(SqliteLibrary(file).read(each.id).turns) for each in (LESSON, other)] == [200, 200]
    assert not [title for title in one.titles + two.titles if "cannot" in title]


def test_words_that_no_file_can_hold_are_kept_all_the_same(file: Path) -> None:
    with keeping(file) as kept:
        kept.writer.put(LESSON)
        kept.writer.put(replace(HELLO, text="half a \ud83d pair", item_id="\udc00"))
    assert SqliteLibrary(file).read(LESSON.id).turns[0].text == "half a � pair"


def test_numbers_beyond_all_measure_are_kept_as_far_as_they_go(file: Path) -> None:
    with keeping(file) as kept:
        put_all(kept)
        kept.writer.put(UsageRecord(LESSON.id, 0, 1.0, float("nan"), 10**30, -(10**30)))
    assert kept.told == [KEPT]
    usage = SqliteLibrary(file).read(LESSON.id).usage[0]
    assert (usage.usd, usage.input_tokens, usage.output_tokens) == (0.0, 2**63 - 1, -(2**63 - 1))
