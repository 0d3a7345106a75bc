"""What was kept of lessons, by us or by somebody else: library, journals, backups, exports, recordings."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.damage import damaged, mutated
from tests.fuzz.target import Target, folder_for
from tests.learning.helpers import at, correction, use, word
from tests.library.archive.backups import (
    PROMPTS,
    SETTINGS,
    Members,
    listed,
    members_of,
    places_in,
    put_texts,
    write_zip,
)
from tests.library.export.hostile import lessons as hostile_lessons
from tests.support.fakes import FakeSoundCard
from tests.support.kept_lessons import ALL, KOREAN, fill, records_of
from tests.support.virtual_time import in_virtual_time
from tests.tutors.helpers import PLAN
from tests.tutors.recording.helpers import CALL, HEADER
from tutor_tui.cli.history import _about, _line_object, _match_object
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_records import EventRecord, KeptLesson
from tutor_tui.core.problems import LinkLost, Problem
from tutor_tui.core.safe_text import printable_json
from tutor_tui.core.tools import Correction, ToolAnswer, ToolCall
from tutor_tui.learning.learner import add_evidence, edit, keep
from tutor_tui.library import archive, rows
from tutor_tui.library.archive.reading import read_backup
from tutor_tui.library.database import connect
from tutor_tui.library.export import FORMATS
from tutor_tui.library.export.json_lines import lesson_object
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import SUFFIX, _line, records_in
from tutor_tui.library.recovery import recover, take_in_journals
from tutor_tui.session.session import Session
from tutor_tui.tutors.recording.format import line, parse
from tutor_tui.tutors.recording.player import ReplayedTutor

# ---- the library ----------------------------------------------------------------------------------------------------

_COLUMNS = [
    (table, column) for kind, (table, _) in rows.TABLES.items() if table != "event" for column in rows._COLUMNS[kind]
]
_CELLS: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace").decode()),
    st.binary(max_size=8),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.sampled_from(["", "\x00", "learner", "open", "x" * 5_000, "2026-11-27-k3f9", -1, 0, 1e300, b"\xff"]),
)
_CHANGES = st.lists(st.tuples(st.sampled_from(_COLUMNS), _CELLS), min_size=1, max_size=3)


@cache
def _good_library() -> bytes:
    file = folder_for("good") / "library.sqlite3"
    fill(file)
    learner = SqliteLearner(file)
    with learner.changing() as change:
        for item in (word(), correction()):
            keep(change, item)
            add_evidence(change, use(item))
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    return file.read_bytes()


def _put_library(data: bytes) -> Path:
    place = folder_for("library")
    shutil.rmtree(place)
    place.mkdir()
    file = place / "library.sqlite3"
    file.write_bytes(data)
    return file


def _look_through(file: Path) -> None:
    """All that the history shows, in every form."""
    library = SqliteLibrary(file)
    for each in library.lessons():
        printable_json(_line_object(each))
        _about(each)
        _export(library.read(each.lesson.id))
    for match in library.search("a"):
        printable_json(_match_object(match))
    library.find(ALL[0])
    learner = SqliteLearner(file)
    learner.languages()
    learner.due("ko", at(9))
    for kept in learner.items("ko"):
        learner.evidence_of(kept.item.id)
        learner.reviews_of(kept.item.id)
        with learner.changing() as change:
            edit(change, kept.item.id, kept.item)
            add_evidence(change, use(kept.item, day=9))


def _export(kept: KeptLesson) -> None:
    for form in FORMATS.values():
        form(kept).encode()
    printable_json(lesson_object(kept)).encode()
    kept.going_on(PLAN)
    kept.goes_on_words.encode()


def read_changed_cells(given: list[tuple[tuple[str, str], Any]]) -> None:
    """A library whose cells somebody else has written."""
    file = _put_library(_good_library())
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for (table, column), value in given:
            try:
                database.execute(f"UPDATE {table} SET {column} = ?", (value,))
            except sqlite3.IntegrityError:
                return
    _look_through(file)


def read_damaged_library(given: bytes) -> None:
    _look_through(_put_library(given))


def _open_at_start(file: Path) -> None:
    """As a lesson does that begins."""
    with closing(connect(file)) as database:
        take_in_journals(database, file.parent, file.parent / "under-way")
        recover(database, file.parent / "under-way")


# ---- journals -------------------------------------------------------------------------------------------------------

_EVENT = EventRecord(KOREAN.lesson.id, 0, KOREAN.lesson.began_at, "Trouble", {"title": "x"})
_RECORDS = [json.loads(_line(record)) for record in (*records_of(KOREAN), _EVENT)]
_RECORDS.append(_RECORDS[0] | {"ended_at": None})
_JOURNALS = damaged(
    st.lists(mutated(st.sampled_from(_RECORDS)).map(lambda each: json.dumps(each).encode() + b"\n"), max_size=8).map(
        b"".join
    )
)


def _good_journal() -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in _RECORDS)


def take_in(given: bytes) -> None:
    """What is a record is in the library afterwards, and can be read."""
    file = _put_library(_good_library())
    journal = file.parent / f"{KOREAN.lesson.id}{SUFFIX}"
    journal.write_bytes(given)
    list(records_in(journal))
    _open_at_start(file)
    assert not journal.exists()
    _look_through(file)


# ---- backups --------------------------------------------------------------------------------------------------------

_NAMES = [
    "manifest.json",
    "library.sqlite3",
    "config.toml",
    "prompts/rita.md",
    "prompts/../../x.md",
    "../x",
    "/x",
    "C:\\x.md",
]
_NAMES += [
    "prompts/lessons/x.toml",
    "prompts//x.md",
    "prompts/.x.md",
    "prompts/x\0.md",
    "prompts/a/b.md",
    "PROMPTS/x.md",
    "con",
]
_NAMES += ["prompts/" + "x" * 300 + ".md", "prompts/\u202e.md", "prompts/x.md/", ""]


@cache
def _good_backup() -> bytes:
    home = folder_for("backup")
    places = places_in(home / "home")
    fill(places.library, [KOREAN])
    put_texts(places)
    archive.write_backup(home / "b.zip", places)
    return (home / "b.zip").read_bytes()


@cache
def _good_members() -> Members:
    return members_of(folder_for("backup") / "b.zip") if _good_backup() else {}


@st.composite
def _tampered(draw: st.DrawFn) -> bytes:
    """A zip file whose members and manifest somebody else has made."""
    found: Members = {"config.toml": SETTINGS, "prompts/rita.md": PROMPTS["rita.md"]}
    if draw(st.booleans()):
        found["library.sqlite3"] = draw(damaged(st.just(_good_members()["library.sqlite3"])))
    for name in draw(st.lists(st.sampled_from(_NAMES), max_size=2)):
        found[name] = draw(st.binary(max_size=20) | st.just(b"0" * 70_000))
    whole = listed(found)
    manifest = json.loads(whole["manifest.json"])
    whole["manifest.json"] = json.dumps(draw(mutated(st.just(manifest)))).encode()
    file = folder_for("zips") / "made.zip"
    write_zip(file, whole)
    return file.read_bytes()


_BACKUPS = damaged(st.deferred(lambda: st.just(_good_backup()))) | _tampered()


def restore(given: bytes) -> None:
    """All of it comes back or nothing, and nothing outside the places for it."""
    home = folder_for("restored")
    shutil.rmtree(home)
    home.mkdir()
    (home / "copy").mkdir()
    backup = read_backup(BytesIO(given), "b.zip", home / "copy")
    places = places_in(home / "home")
    archive.restore(backup, places)
    (home / "copy" / "library.sqlite3").unlink(missing_ok=True)
    allowed = (places.library.parent, places.settings.parent)
    for each in home.rglob("*"):
        assert each.is_dir() or any(each.is_relative_to(place) for place in allowed), each
    if backup.library:
        _look_through(places.library)


# ---- recordings -----------------------------------------------------------------------------------------------------

_EVENTS: list[tuple[float, str, object]] = [
    (0, "event", ev.LinkReady("m")),
    (0.1, "command", cmd.Say("Good day.", "typed")),
    (0.2, "event", ev.ItemPlaced("typed", None, "learner")),
    (0.3, "event", ev.ReplyStarted("r")),
    (0.3, "event", ev.TutorTextDelta("t", "Good day to you.")),
    (0.3, "event", ev.TutorAudio("t", bytes(9_600))),
    (0.4, "event", ev.ToolCalled(ToolCall("c", "note_correction", "{}"))),
    (0.4, "command", cmd.AnswerTools((ToolAnswer("c", "ok", effects=(Correction("a", "b"),)),), True)),
    (0.4, "heard", 9_600),
    (0.4, "command", cmd.Interrupt("key", (cmd.Unheard("t", 100),))),
    (0.5, "event", ev.ReplyEnded("r", "cancelled")),
    (0.6, "ended", LinkLost("The connection was lost.", retry=True)),
]
_LINES = [json.loads(line({"t": t, kind: what})) for t, kind, what in _EVENTS]
_LINES += [json.loads(CALL), {"t": 1.0, "ended": None}, {"t": 2.0, "ended": {"title": "x", "hint": "", "retry": True}}]
_RECORDINGS = st.one_of(
    st.lists(mutated(st.sampled_from(_LINES)), max_size=6),
    st.permutations(_LINES).flatmap(lambda lines: mutated(st.just(lines))),
).map(lambda lines: HEADER + CALL + b"".join(json.dumps(each).encode() + b"\n" for each in lines if each is not None))


def _good_recording() -> bytes:
    return HEADER + CALL + b"".join(json.dumps(each).encode() + b"\n" for each in _LINES)


def read_recording(given: bytes) -> None:
    parse(BytesIO(given), "x")


def play_recording(given: bytes) -> None:
    """It comes to an end, or goes on for as long as it says; the lesson that shows it does not break."""
    file = folder_for("recordings") / "made.jsonl"
    file.write_bytes(given)
    tutor = ReplayedTutor(file, speed=10.0)
    session = Session(tutor=tutor, sound=FakeSoundCard(), plan=tutor.plan_like(PLAN), toolbox=tutor)

    async def play() -> None:
        task = asyncio.create_task(session.run())
        await asyncio.wait((task,), timeout=20.0)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    in_virtual_time(play())
    lesson = session.lesson
    told = [each.title for each in (*lesson.earlier, lesson.notice) if each is not None]
    assert not [each for each in told if each.startswith("A fault of ours")], told


TARGETS = (
    Target("the library's cells", _CHANGES, read_changed_cells, (Problem,), share=0.2),
    Target(
        "a damaged library",
        damaged(st.deferred(lambda: st.just(_good_library()))),
        read_damaged_library,
        (Problem,),
        share=0.3,
        raw=bytes,
        good=lambda: [_good_library()],
    ),
    Target("a journal", _JOURNALS, take_in, share=0.2, raw=bytes, good=lambda: [_good_journal()]),
    Target("a backup", _BACKUPS, restore, (Problem, OSError), share=0.3, raw=bytes, good=lambda: [_good_backup()]),
    Target("a lesson that is exported", hostile_lessons(), _export, share=0.3),
    Target(
        "a recording", damaged(_RECORDINGS), read_recording, (Problem,), raw=bytes, good=lambda: [_good_recording()]
    ),
    Target("a recording that is played", _RECORDINGS, play_recording, (Problem,), share=0.2),
)
