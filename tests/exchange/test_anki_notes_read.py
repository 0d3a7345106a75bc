"""An .apkg from anywhere: a deck that was shared, one that is none, one that means ill."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.words import FILM, NOW
from tutor_tui.exchange import anki_notes_read
from tutor_tui.exchange.anki_notes_read import read_anki_package
from tutor_tui.exchange.anki_package import anki_package
from tutor_tui.exchange.unreadable import Unreadable


def collection(notes: Sequence[Sequence[str]], fields: Sequence[str] = ("Front", "Back"), schema: str = "") -> bytes:
    """A database with one type of note, which has these fields."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(
            schema or "CREATE TABLE col (models TEXT); CREATE TABLE notes (id, guid, mid, tags, flds)"
        )
        models = {"7": {"name": "Mine", "flds": [{"name": name} for name in fields]}}
        database.execute("INSERT INTO col (models) VALUES (?)", (json.dumps(models),))
        rows = [(number, f"g{number}", 7, " ", "\x1f".join(cells)) for number, cells in enumerate(notes)]
        if not schema:
            database.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", rows)
        database.commit()
        return database.serialize()


def packed(members: Mapping[str, bytes]) -> BytesIO:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def pairs(file: BytesIO, language: str = "ko") -> list[tuple[str, str]]:
    return [(each.term, each.meaning) for each in read_anki_package(file, language, NOW).items]


def test_fields_are_known_by_their_names_or_their_place() -> None:
    notes = [("<div>film</div>", "영화&nbsp;<img src=x.png>", "영화를 봤어요.")]
    for fields in (("English", "Korean", "Sentence"), ("Front", "Back", "Extra"), ("a", "b", "c")):
        assert pairs(packed({"collection.anki2": collection(notes, fields)})) in (
            [("영화", "film")],
            [("film", "영화")],
        )
    (item,) = read_anki_package(
        packed({"collection.anki2": collection(notes, ("English", "Korean", "Sentence"))}), "ko", NOW
    ).items
    assert (item.term, item.meaning, item.example) == ("영화", "film", "영화를 봤어요.")


def test_of_two_databases_the_newer_counts() -> None:
    old = collection([("Please update to the latest Anki version", "")])
    new = collection([("영화", "film")])
    assert pairs(packed({"collection.anki2": old, "collection.anki21": new, "media": b"{}"})) == [("영화", "film")]


def test_marks_and_long_fields_do_no_harm() -> None:
    notes = [("[sound:x.mp3]", "no word"), ("\x1b[2J<b>x</b>", "y" * 10_000), ("z" * 10_000, "too long to say")]
    read = read_anki_package(packed({"collection.anki2": collection(notes)}), "en", NOW)
    assert ([each.term for each in read.items], read.left_out) == (["[2Jx"], 2)
    assert len(read.items[0].meaning) == 300


BOMB = b"\0" * 2_000_000


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (BytesIO(b""), "it is damaged"),
        (BytesIO(b"PK\x03\x04 and no more"), "it is damaged"),
        (BytesIO(b"no zip at all" * 1_000), "it is damaged"),
        (packed({"word/document.xml": b"<x/>"}), "it is no deck of Anki"),
        (packed({"collection.anki2": b"SQLite format 3\0 or so"}), "it is damaged"),
        (packed({"collection.anki2": b""}), "it is damaged"),
        (packed({"collection.anki21b": b"\x28\xb5\x2f\xfd", "collection.anki2": b""}), "it is damaged"),
        (packed({"collection.anki21b": b"no Zstandard"}), "it is damaged"),
        (packed({"collection.anki21b": zstd.compress(collection([("영화", "film")]))[:-9]}), "it is damaged"),
        (packed({"collection.anki21b": zstd.compress(BOMB * 50)}), "larger than 1 MB"),
        (packed({"collection.anki2": BOMB}), "larger than 1 MB"),
        (packed({"collection.anki2": collection([], schema="CREATE TABLE col (models)")}), "it is damaged"),
    ],
)
def test_what_cannot_be_used_is_said(file: BytesIO, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki_notes_read, "MOST_COLLECTION_BYTES", 1_000_000)
    with pytest.raises(Unreadable, match=why):
        read_anki_package(file, "ko", NOW)


def test_a_member_that_says_that_it_is_small_is_believed_no_longer_than_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki_notes_read, "MOST_COLLECTION_BYTES", 1_000_000)
    whole = packed({"collection.anki2": BOMB}).getvalue()
    lying = whole.replace(len(BOMB).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != whole
    with pytest.raises(Unreadable, match=r"it is damaged|larger than"):
        read_anki_package(BytesIO(lying), "ko", NOW)


def test_a_database_that_never_comes_to_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki_notes_read, "_MOST_STEPS", 100_000)
    endless = (
        "CREATE TABLE col (models TEXT); CREATE VIEW notes AS WITH RECURSIVE n(id) AS "
        "(SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 7 AS mid, '' AS tags, 'x' AS flds FROM n"
    )
    with pytest.raises(Unreadable, match="it is damaged"):
        read_anki_package(packed({"collection.anki2": collection([], schema=endless)}), "ko", NOW)


WHOLE = anki_package([FILM], {}, NOW)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused(place: int, bytes_: bytes) -> None:
    damaged = WHOLE[:place] + bytes_ + WHOLE[place + len(bytes_) :]
    try:
        read_anki_package(BytesIO(damaged), "ko", NOW)
    except Unreadable:
        return
